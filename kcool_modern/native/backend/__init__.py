"""``keras.backend`` of Keras 2.2.4 on Keras 3: functions of symbolic tensors and of values alike.

Only names whose results equal Keras 2.2.4's are served; the others raise `NotEmulated`. Variables are not symbolic
here: ``K.sum(variable)`` is a number, computed once.
"""
import keras as _keras

from kcool.errors import NotEmulated as _NotEmulated

from ...function import function
from ...gradients import gradients
from . import config as _config
from . import losses as _losses
from . import math as _math
from . import nn as _nn
from . import random as _random
from . import state as _state
from . import tensors as _tensors
from .config import *  # noqa: F401,F403
from .losses import *  # noqa: F401,F403
from .math import *  # noqa: F401,F403
from .nn import *  # noqa: F401,F403
from .random import *  # noqa: F401,F403
from .state import *  # noqa: F401,F403
from .tensors import *  # noqa: F401,F403

__all__ = ["function", "gradients"] + [
    _name for _part in (_config, _losses, _math, _nn, _random, _state, _tensors) for _name in _part.__all__]

_INSTEAD = {
    "moving_average_update": "compat.ExponentialMovingAverage averages weights during training",
    "get_session": "Keras 3 has no session: compat.function runs a graph, K.get_value reads a variable",
    "placeholder": "keras.Input",
}


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(f"module 'keras.backend' has no attribute {name!r}")
    raise _NotEmulated(
        f"keras.backend.{name} of Keras 2.2.4 is not served on Keras 3 yet.", found=f"Keras {_keras.__version__}",
        supported=", ".join(sorted(__all__)), do=_INSTEAD.get(name, f"see whether keras.ops.{name} does what is meant"))


def __dir__():
    return sorted(__all__)
