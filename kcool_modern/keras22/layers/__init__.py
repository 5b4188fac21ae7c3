"""``keras.layers``: all layers of Keras 2.2.4."""
# ruff: noqa: F401, F403 - what other modules define is this module's interface.
# The names that ``from keras.layers import *`` gave besides the layers: scripts of the time use them.
import copy
import types as python_types
import warnings
from collections import namedtuple

import numpy as np

from .. import activations, constraints, initializers, regularizers
from .. import backend as K
from ..engine.base_layer import InputSpec, Layer
from ..engine.input_layer import Input, InputLayer
from ..legacy import interfaces
from ..utils import conv_utils
from ..utils.generic_utils import (
    deserialize_keras_object,
    func_dump,
    func_load,
    has_arg,
    object_list_uid,
    to_list,
    transpose_shape,
)
from ._legacy import *
from .advanced_activations import *
from .convolutional import *
from .convolutional_recurrent import *
from .core import *
from .cudnn_recurrent import *
from .embeddings import *
from .local import *
from .merge import *
from .noise import *
from .normalization import *
from .pooling import *
from .recurrent import *
from .wrappers import *


def serialize(layer):
    """A dict that `deserialize` makes the layer from."""
    return {"class_name": type(layer).__name__, "config": layer.get_config()}


def deserialize(config, custom_objects=None):
    """Makes a layer or model.

    Args:
        config: dict with ``class_name`` and ``config``.
        custom_objects: dict of classes and functions that are not Keras's own.
    """
    from .. import models
    known = dict(globals(), Model=models.Model, Sequential=models.Sequential)
    return deserialize_keras_object(config, module_objects=known, custom_objects=custom_objects,
                                    printable_module_name="layer")


__all__ = sorted(_name for _name in globals() if not _name.startswith("_"))
