"""Arithmetic, comparisons and reductions."""
import keras
from keras import ops

__all__ = ["abs", "all", "any", "argmax", "argmin", "clip", "cos", "cumprod", "cumsum", "dot", "equal", "exp",
           "greater", "greater_equal", "less", "less_equal", "log", "max", "maximum", "mean", "min", "minimum",
           "not_equal", "pow", "prod", "round", "sign", "sin", "sqrt", "square", "std", "sum", "var"]

abs, cos, exp, log, sign, sin, square = ops.abs, ops.cos, ops.exp, ops.log, ops.sign, ops.sin, ops.square
equal, not_equal, greater, greater_equal = ops.equal, ops.not_equal, ops.greater, ops.greater_equal
less, less_equal, maximum, minimum = ops.less, ops.less_equal, ops.maximum, ops.minimum


def sqrt(x):
    """The square root; negative values count as zero, as in Keras 2.2."""
    return ops.sqrt(ops.maximum(x, ops.zeros_like(x)))


def pow(x, a):
    """`x` to the power of `a`."""
    return ops.power(x, a)


def round(x):
    """The nearest integer, halves to the even one."""
    return ops.round(x)


def clip(x, min_value, max_value):
    """Values inside the bounds; None is no bound, and an upper bound below the lower one counts as that."""
    low = -float("inf") if min_value is None else min_value
    high = float("inf") if max_value is None else max_value
    return ops.clip(x, low, low if high < low else high)


def sum(x, axis=None, keepdims=False):
    """The sum over an axis, several, or all."""
    return ops.sum(x, axis=axis, keepdims=keepdims)


def prod(x, axis=None, keepdims=False):
    """The product over an axis, several, or all."""
    return ops.prod(x, axis=axis, keepdims=keepdims)


def max(x, axis=None, keepdims=False):
    """The largest value over an axis, several, or all."""
    return ops.max(x, axis=axis, keepdims=keepdims)


def min(x, axis=None, keepdims=False):
    """The smallest value over an axis, several, or all."""
    return ops.min(x, axis=axis, keepdims=keepdims)


def mean(x, axis=None, keepdims=False):
    """The mean over an axis, several, or all; of booleans in ``floatx()``, of integers as an integer."""
    return _in_dtype_of(x, ops.mean(_floats(x), axis=axis, keepdims=keepdims))


def var(x, axis=None, keepdims=False):
    """The variance of the values as they are: divided by their number."""
    return ops.var(_floats(x), axis=axis, keepdims=keepdims)


def std(x, axis=None, keepdims=False):
    """The standard deviation of the values as they are."""
    return ops.sqrt(var(x, axis, keepdims))


def any(x, axis=None, keepdims=False):
    """Whether any value is true."""
    return ops.any(ops.cast(x, "bool"), axis=axis, keepdims=keepdims)


def all(x, axis=None, keepdims=False):
    """Whether all values are true."""
    return ops.all(ops.cast(x, "bool"), axis=axis, keepdims=keepdims)


def argmax(x, axis=-1):
    """The index of the largest value."""
    return _index(ops.argmax(x, axis=axis))


def argmin(x, axis=-1):
    """The index of the smallest value."""
    return _index(ops.argmin(x, axis=axis))


def cumsum(x, axis=0):
    """Running sums."""
    return ops.cumsum(x, axis=axis)


def cumprod(x, axis=0):
    """Running products."""
    return ops.cumprod(x, axis=axis)


def dot(x, y):
    """The matrix product; of tensors with more axes, the last of `x` against the last but one of `y`.

    Args:
        x: ``(..., n)``.
        y: ``(..., n, m)``.

    Returns:
        ``x.shape[:-1] + y.shape[:-2] + y.shape[-1:]``.
    """
    return ops.tensordot(x, y, axes=([len(x.shape) - 1], [len(y.shape) - 2]))


def _floats(x):
    return ops.cast(x, keras.config.floatx()) if _dtype(x) == "bool" else x


def _in_dtype_of(x, result):
    return ops.cast(result, _dtype(x)) if "int" in _dtype(x) else result


def _index(found):
    # JAX has no 64-bit integers unless they are switched on.
    return found if keras.backend.backend() == "jax" else ops.cast(found, "int64")


def _dtype(x):
    return keras.backend.standardize_dtype(x.dtype)
