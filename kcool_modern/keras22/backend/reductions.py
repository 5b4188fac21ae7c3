"""Reductions along axes."""
import keras
from keras import ops

from .._symbolic.record import op
from .config import floatx
from .engines import native

__all__ = ["all", "any", "argmax", "argmin", "cumprod", "cumsum", "logsumexp", "max", "mean", "min", "prod", "std",
           "sum", "var"]


def _reduction(name, text):
    def operation(x, axis=None, keepdims=False):
        return native().reduce(name, x, axis, keepdims)
    operation.__name__ = operation.__qualname__ = name
    operation.__doc__ = text
    return op(operation)


max = _reduction("max", "The greatest value over an axis, several, or all.")
min = _reduction("min", "The smallest value over an axis, several, or all.")
sum = _reduction("sum", "The sum over an axis, several, or all, in the dtype of `x`.")
prod = _reduction("prod", "The product over an axis, several, or all, in the dtype of `x`.")
logsumexp = _reduction("logsumexp", "The logarithm of the sum of exponentials over an axis, several, or all.")


def _floats(x):
    return ops.cast(x, floatx()) if keras.backend.standardize_dtype(x.dtype) == "bool" else x


@op
def mean(x, axis=None, keepdims=False):
    """The mean over an axis, several, or all; of integers an integer."""
    return native().reduce("mean", _floats(x), axis, keepdims)


@op
def var(x, axis=None, keepdims=False):
    """The variance over an axis, several, or all: divided by the number of values."""
    x = _floats(x)
    middle = native().reduce("mean", x, axis, True)
    return native().reduce("mean", ops.square(x - middle), axis, keepdims)


@op
def std(x, axis=None, keepdims=False):
    """The square root of `var`."""
    return ops.sqrt(var(x, axis, keepdims))


@op
def any(x, axis=None, keepdims=False):
    """Whether any value is not zero."""
    return native().reduce("any", ops.cast(x, "bool"), axis, keepdims)


@op
def all(x, axis=None, keepdims=False):
    """Whether no value is zero."""
    return native().reduce("all", ops.cast(x, "bool"), axis, keepdims)


@op
def argmax(x, axis=-1):
    """The index of the greatest value: int64."""
    return native().argmax(x, axis)


@op
def argmin(x, axis=-1):
    """The index of the smallest value: int64."""
    return native().argmin(x, axis)


@op
def cumsum(x, axis=0):
    """Running sums."""
    return ops.cumsum(x, axis=axis)


@op
def cumprod(x, axis=0):
    """Running products."""
    return ops.cumprod(x, axis=axis)
