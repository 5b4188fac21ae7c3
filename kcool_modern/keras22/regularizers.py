"""Penalties on weights and outputs."""
import keras
import numpy as np

from . import backend as K
from ._symbolic.record import record
from .utils.generic_utils import deserialize_keras_object, interpret, serialize_keras_object

__all__ = ["L1L2", "Regularizer", "deserialize", "get", "l1", "l1_l2", "l2", "serialize"]


class Regularizer(object):
    """Base class: called with a tensor, gives a number to add to the loss."""

    def __call__(self, x):
        """See the class."""
        return 0.

    @classmethod
    def from_config(cls, config):
        """Makes a regularizer from its config."""
        return cls(**config)


class L1L2(Regularizer):
    """The sum of the absolute values and the sum of the squares.

    Args:
        l1, l2: float, their factors.
    """

    def __init__(self, l1=0., l2=0.):
        self.l1, self.l2 = K.cast_to_floatx(l1), K.cast_to_floatx(l2)

    def __call__(self, x):
        """See the class."""
        terms = [(function, factor.item() if isinstance(factor, np.ndarray) else factor)
                 for function, factor in ((keras.ops.abs, self.l1), (keras.ops.square, self.l2)) if factor]
        return record(_penalty, (x, terms), name="penalty") if terms else 0.

    def get_config(self):
        """The arguments of the constructor."""
        return {"l1": float(self.l1), "l2": float(self.l2)}


def _penalty(x, terms):
    x = keras.ops.convert_to_tensor(x)
    return sum(keras.ops.sum(function(x) * factor) for function, factor in terms)


def l1(l=0.01):  # noqa: E741 - the name of the argument is part of the API
    """`L1L2` of absolute values only."""
    return L1L2(l1=l)


def l2(l=0.01):  # noqa: E741
    """`L1L2` of squares only."""
    return L1L2(l2=l)


def l1_l2(l1=0.01, l2=0.01):
    """`L1L2` with a weight of 0.01 for both by default."""
    return L1L2(l1=l1, l2=l2)


def serialize(regularizer):
    """The config of a regularizer."""
    return serialize_keras_object(regularizer)


def deserialize(config, custom_objects=None):
    """Makes a regularizer from its config or name."""
    return deserialize_keras_object(config, module_objects=globals(), custom_objects=custom_objects,
                                    printable_module_name="regularizer")


def get(identifier):
    """A regularizer by name, config or itself; None for None."""
    return None if identifier is None else interpret(identifier, deserialize, "regularizer")
