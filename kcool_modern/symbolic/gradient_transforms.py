"""Free gradient operations for models of Keras 2.2 on Keras 3."""
from kcool_common.gradient_transforms22 import Transforming

from .. import keras22
from ..keras22 import backend as K
from ..keras22 import optimizers

__all__ = ["TransformGradients"]


class TransformGradients(Transforming, optimizers.Optimizer):
    """See `kcool_modern.gradient_transforms.TransformGradients`."""

    _K, _optimizers = K, optimizers

    @staticmethod
    def _find(name):
        return keras22.utils.get_custom_objects().get(name)
