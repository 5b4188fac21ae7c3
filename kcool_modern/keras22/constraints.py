"""What the value of a weight is brought back to after each update."""
import keras

from . import backend as K
from ._symbolic.record import record
from .utils.generic_utils import deserialize_keras_object, interpret, serialize_keras_object

__all__ = ["Constraint", "MaxNorm", "MinMaxNorm", "NonNeg", "UnitNorm", "deserialize", "get", "max_norm", "maxnorm",
           "min_max_norm", "non_neg", "nonneg", "serialize", "unit_norm", "unitnorm"]


class Constraint(object):
    """Base class: called with the new value of a weight, gives the one to keep."""

    def __call__(self, w):
        """See the class."""
        return w

    def get_config(self):
        """The arguments of the constructor."""
        return {}


class MaxNorm(Constraint):
    """Scales down what is too long.

    Args:
        max_value: float, the greatest Euclidean norm.
        axis: int or list of int over which norms are taken: 0 for the incoming weights of a unit of `Dense`, ``[0, 1,
            2]`` for a filter of a channels-last `Conv2D`.
    """

    def __init__(self, max_value=2, axis=0):
        self.max_value, self.axis = max_value, axis

    def __call__(self, w):
        """See the class."""
        return record(_scaled, (w, 0, self.max_value, 1, self.axis, K.epsilon()), name="max_norm")

    def get_config(self):
        """See `Constraint`."""
        return {"max_value": self.max_value, "axis": self.axis}


class NonNeg(Constraint):
    """Puts 0 for what is negative."""

    def __call__(self, w):
        """See the class."""
        return record(_not_negative, (w,), name="non_neg")


class UnitNorm(Constraint):
    """Scales everything to a norm of 1.

    Args:
        axis: as in `MaxNorm`.
    """

    def __init__(self, axis=0):
        self.axis = axis

    def __call__(self, w):
        """See the class."""
        return record(_unit, (w, self.axis, K.epsilon()), name="unit_norm")

    def get_config(self):
        """See `Constraint`."""
        return {"axis": self.axis}


class MinMaxNorm(Constraint):
    """Scales what is too long or too short.

    Args:
        min_value, max_value: float, the bounds of the norm.
        rate: float; 1 brings the norm into the bounds at once, less only that part of the way.
        axis: as in `MaxNorm`.
    """

    def __init__(self, min_value=0.0, max_value=1.0, rate=1.0, axis=0):
        self.min_value, self.max_value, self.rate, self.axis = min_value, max_value, rate, axis

    def __call__(self, w):
        """See the class."""
        return record(_scaled, (w, self.min_value, self.max_value, self.rate, self.axis, K.epsilon()),
                      name="min_max_norm")

    def get_config(self):
        """See `Constraint`."""
        return {"min_value": self.min_value, "max_value": self.max_value, "rate": self.rate, "axis": self.axis}


def _norms(w, axis):
    axis = tuple(axis) if isinstance(axis, (list, tuple)) else axis
    return keras.ops.sqrt(keras.ops.sum(keras.ops.square(w), axis=axis, keepdims=True))


def _scaled(w, low, high, rate, axis, epsilon):
    w = keras.ops.convert_to_tensor(w)
    norms = _norms(w, axis)
    desired = keras.ops.clip(norms, low, high)
    if rate != 1:
        desired = rate * desired + (1 - rate) * norms
    return w * (desired / (epsilon + norms))


def _unit(w, axis, epsilon):
    w = keras.ops.convert_to_tensor(w)
    return w / (epsilon + _norms(w, axis))


def _not_negative(w):
    w = keras.ops.convert_to_tensor(w)
    return w * keras.ops.cast(w >= 0, w.dtype)


max_norm = maxnorm = MaxNorm
non_neg = nonneg = NonNeg
unit_norm = unitnorm = UnitNorm
min_max_norm = MinMaxNorm


def serialize(constraint):
    """The config of a constraint."""
    return serialize_keras_object(constraint)


def deserialize(config, custom_objects=None):
    """Makes a constraint from its config or name."""
    return deserialize_keras_object(config, module_objects=globals(), custom_objects=custom_objects,
                                    printable_module_name="constraint")


def get(identifier):
    """A constraint by name, config or itself; None for None."""
    return None if identifier is None else interpret(identifier, deserialize, "constraint")
