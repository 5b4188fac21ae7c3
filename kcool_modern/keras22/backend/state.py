"""Variables, constants and placeholders; reading and writing values; updates."""
import keras
import numpy as np
from keras import ops

from .._symbolic import variable as variables
from .._symbolic.averages import MovingAverage
from .._symbolic.context import computation, drawn
from .._symbolic.functions import evaluate
from .._symbolic.names import unique
from .._symbolic.record import record
from .._symbolic.spec import is_symbol, is_variable
from .._symbolic.tensor import Tensor
from .._symbolic.updates import update as describe
from .config import floatx
from .engines import native
from .inspection import dtype as dtype_of
from .inspection import is_tensor, to_dense

__all__ = ["batch_get_value", "batch_set_value", "constant", "eval", "eye", "get_value", "moving_average_update",
           "ones", "placeholder", "set_value", "update", "update_add", "update_sub", "variable", "zeros"]


def variable(value, dtype=None, name=None, constraint=None):
    """A variable that starts with a value.

    Args:
        value: array, number, symbolic tensor, or a matrix of scipy.sparse (which gives a sparse constant).
        dtype: str, ``floatx()`` by default, whatever the value's own is.
        name: optional.
        constraint: optional function, applied after each update by an optimizer.
    """
    if hasattr(value, "tocoo"):
        return record(_sparse, (value,), name="sparse")
    made = drawn("variable", lambda: variables.variable(value, dtype or floatx(), name))
    made.constraint = constraint
    return made


def _sparse(matrix):
    return native().sparse(matrix)


def constant(value, dtype=None, shape=None, name=None):
    """A constant; a single number, or the last one of a flat list, is repeated to fill `shape`."""
    value = np.asarray(value, dtype=dtype or floatx())
    if shape is not None:
        value = _filled(value, tuple(shape))
    return record(_constant, (value,), name=name or "constant")


def _filled(value, shape):
    flat = value.ravel()
    missing = int(np.prod(shape)) - flat.size
    if missing < 0 or missing and not flat.size:
        raise ValueError("A value of shape %s does not fit a constant of shape %s." % (value.shape, shape))
    return np.concatenate([flat, np.repeat(flat[-1:], missing)]).reshape(shape)


def _constant(value):
    return native().constant(value)


def placeholder(shape=None, ndim=None, dtype=None, sparse=False, name=None):
    """A symbolic tensor to be fed.

    Args:
        shape: tuple of int and None.
        ndim: int, in the place of `shape`: the number of axes.
        dtype: str, ``floatx()`` by default.
        sparse: whether matrices of scipy.sparse are fed.
        name: optional.
    """
    if not shape and ndim:
        shape = (None,) * ndim
    return Tensor(None if shape is None else tuple(shape), dtype or floatx(), name=name, sparse=sparse)


def zeros(shape, dtype=None, name=None):
    """A variable full of zeros; a tensor if the shape is not known."""
    return _full(0, shape, dtype, name)


def ones(shape, dtype=None, name=None):
    """A variable full of ones; a tensor if the shape is not known."""
    return _full(1, shape, dtype, name)


def _full(number, shape, dtype, name):
    dtype = dtype or floatx()
    sizes = (shape,) if isinstance(shape, (int, np.integer)) else shape
    known = not is_tensor(sizes) and all(isinstance(size, (int, np.integer)) and size for size in sizes)
    if known and computation() is None:
        if name:
            # TensorFlow's graph had the constant as well, and called it so first.
            unique(name)
        return variable(np.full(tuple(sizes), number, dtype=dtype), dtype, name)
    made = record(_fill, (sizes if is_symbol(sizes) else list(sizes), number, dtype), name="fill")
    if computation() is None and is_symbol(made) and made.shape and made.shape.is_fully_defined():
        # Sizes that are tensors but known all the same: K.zeros(K.shape(weight)).
        return variable(np.full(made.shape.as_list(), number, dtype=dtype), dtype, name)
    return made


def _fill(sizes, number, dtype):
    return native().fill(sizes, number, dtype)


def eye(size, dtype=None, name=None):
    """A variable: the identity matrix of ``(size, size)``."""
    return variable(np.eye(size), dtype, name)


def eval(x):
    """The value of a tensor that needs no feeding, as an array."""
    x = to_dense(x)
    if is_symbol(x):
        return evaluate([x])[0]
    return ops.convert_to_numpy(x)[()]


def get_value(x):
    """The value of a variable, as an array."""
    return eval(x)


def batch_get_value(ops):
    """The values of several tensors: a list of arrays."""
    return [get_value(x) for x in ops] if all(map(is_variable, ops)) else evaluate(list(ops))


def set_value(x, value):
    """Writes an array into a variable."""
    variables.settle()
    write = keras.Variable.assign.__get__(x) if is_variable(x) else x.assign
    write(np.asarray(value, dtype=dtype_of(x)))


def batch_set_value(tuples):
    """Writes arrays into variables: a list of ``(variable, array)``."""
    for x, value in tuples:
        set_value(x, value)


def update(x, new_x):
    """An update that sets a variable; functions carry it out."""
    return describe(x, "set", new_x)


def update_add(x, increment):
    """An update that adds to a variable."""
    return describe(x, "add", increment)


def update_sub(x, decrement):
    """An update that subtracts from a variable."""
    return describe(x, "subtract", decrement)


def moving_average_update(x, value, momentum):
    """An update that moves a variable towards a value.

    The average starts from zero and is corrected for that, as TensorFlow 1 does; what the variable held before the
    first update does not count. Two more variables are kept for it.

    Args:
        x: variable.
        value: tensor in the shape of `x`.
        momentum: float, the weight of the old average.
    """
    return describe(x, drawn("average", lambda: MovingAverage(x, momentum)), value)
