"""Variables: making, reading, writing, and updates that a function carries out."""
import keras
import numpy as np
from keras import ops

from ...function import is_variable
from ...program import Update

__all__ = ["batch_get_value", "batch_set_value", "constant", "count_params", "eval", "get_value", "ones", "set_value",
           "update", "update_add", "update_sub", "variable", "zeros"]


def variable(value, dtype=None, name=None, constraint=None):
    """A variable that starts with a value.

    Args:
        value: array, number or tensor.
        dtype: its dtype; ``floatx()`` by default, whatever the value's own is.
        name: optional.
        constraint: optional function of the value.
    """
    made = keras.Variable(np.asarray(_array(value), dtype=dtype or keras.config.floatx()), dtype=dtype, name=name)
    if constraint is not None:
        made.constraint = constraint
    return made


def zeros(shape, dtype=None, name=None):
    """A variable full of zeros."""
    return variable(np.zeros(tuple(shape)), dtype, name)


def ones(shape, dtype=None, name=None):
    """A variable full of ones."""
    return variable(np.ones(tuple(shape)), dtype, name)


def constant(value, dtype=None, shape=None, name=None):
    """A constant tensor; a single number is repeated to fill `shape`."""
    value = np.asarray(value, dtype=dtype or keras.config.floatx())
    return ops.convert_to_tensor(value if shape is None else np.broadcast_to(value, shape).copy())


def get_value(x):
    """The value of a variable or of a computed tensor, as an array."""
    return _array(x)


def eval(x):
    """The value of a variable or of a computed tensor, as an array."""
    return _array(x)


def batch_get_value(ops):
    """The values of several variables, as a list of arrays."""
    return [_array(x) for x in ops]


def set_value(x, value):
    """Writes a value into a variable."""
    x.assign(np.asarray(value))


def batch_set_value(tuples):
    """Writes values into variables: pairs of variable and array."""
    for x, value in tuples:
        set_value(x, value)


def count_params(x):
    """The number of scalars in a variable."""
    return int(np.prod(x.shape))


def update(x, new_x):
    """An update that sets a variable when a function that lists it is called."""
    return Update(x, "set", new_x)


def update_add(x, increment):
    """An update that adds to a variable when a function that lists it is called."""
    return Update(x, "add", increment)


def update_sub(x, decrement):
    """An update that subtracts from a variable when a function that lists it is called."""
    return Update(x, "subtract", decrement)


def _array(x):
    if is_variable(x) or keras.ops.is_tensor(x):
        return ops.convert_to_numpy(ops.convert_to_tensor(x))
    return np.asarray(x)
