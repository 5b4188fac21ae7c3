"""Layer-wise learning rates for models of Keras 2.2 on Keras 3."""
from kcool_common.layerwise22 import Multiplying, Slowing

from .. import keras22
from ..keras22 import backend as K
from ..keras22 import optimizers

__all__ = ["LRMultiplier", "SetLearningRate"]


class LRMultiplier(Multiplying, optimizers.Optimizer):
    """See `kcool_modern.layerwise.LRMultiplier`."""

    _K, _optimizers = K, optimizers


class SetLearningRate(Slowing):
    """See `kcool_modern.layerwise.SetLearningRate`."""

    _K, _Layer = K, keras22.layers.Layer
