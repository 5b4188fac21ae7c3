"""Operations on every element, and comparisons."""
from keras import ops

from .._symbolic.record import op
from .engines import native
from .tools import like, together

__all__ = ["abs", "cast", "clip", "cos", "equal", "exp", "greater", "greater_equal", "identity", "less", "less_equal",
           "log", "maximum", "minimum", "not_equal", "ones_like", "pow", "print_tensor", "round", "sign", "sin", "sqrt",
           "square", "stop_gradient", "zeros_like"]


def _unary(function, text):
    def operation(x):
        return function(x)
    operation.__name__ = operation.__qualname__ = function.__name__
    operation.__doc__ = text
    return op(operation)


def _binary(name, text):
    function = getattr(ops, name)

    def operation(x, y):
        return function(*together(x, y))
    operation.__name__ = operation.__qualname__ = name
    operation.__doc__ = text
    return op(operation)


abs = _unary(ops.abs, "Absolute values.")
cos = _unary(ops.cos, "Cosines.")
exp = _unary(ops.exp, "Exponentials.")
log = _unary(ops.log, "Natural logarithms.")
round = _unary(ops.round, "The nearest integers, halves to the even one.")
sign = _unary(ops.sign, "-1, 0 or 1.")
sin = _unary(ops.sin, "Sines.")
square = _unary(ops.square, "Squares.")
equal = _binary("equal", "Where values are equal: a bool tensor.")
not_equal = _binary("not_equal", "Where values differ: a bool tensor.")
greater = _binary("greater", "Where `x` is greater than `y`: a bool tensor.")
greater_equal = _binary("greater_equal", "Where `x` is not less than `y`: a bool tensor.")
less = _binary("less", "Where `x` is less than `y`: a bool tensor.")
less_equal = _binary("less_equal", "Where `x` is not greater than `y`: a bool tensor.")
maximum = _binary("maximum", "The greater one of two values.")
minimum = _binary("minimum", "The smaller one of two values.")


@op
def sqrt(x):
    """Square roots; negative values count as zero."""
    return ops.sqrt(native().clip(x, like(0., x), like(float("inf"), x)))


@op
def pow(x, a):
    """`x` to the power of `a`."""
    return native().power(*together(x, a))


@op
def clip(x, min_value, max_value):
    """Values inside the bounds; an upper bound of None is none, one below the lower bound counts as that."""
    if max_value is not None and isinstance(max_value, (int, float)) and max_value < min_value:
        max_value = min_value
    return native().clip(x, like(min_value, x), like(float("inf") if max_value is None else max_value, x))


@op
def cast(x, dtype):
    """The tensor in another dtype."""
    return ops.cast(x, dtype)


@op
def identity(x, name=None):
    """The same tensor under another name."""
    return native().identity(x)


@op
def zeros_like(x, dtype=None, name=None):
    """Zeros in the shape of `x`."""
    return ops.zeros_like(x, dtype=dtype)


@op
def ones_like(x, dtype=None, name=None):
    """Ones in the shape of `x`."""
    return ops.ones_like(x, dtype=dtype)


@op
def _stopped(x):
    return ops.stop_gradient(x)


def stop_gradient(variables):
    """The same values, constants for gradients; of one tensor or of a list."""
    return [_stopped(x) for x in variables] if isinstance(variables, (list, tuple)) else _stopped(variables)


@op
def print_tensor(x, message=""):
    """The same tensor; its values are printed to stderr whenever it is computed."""
    return native().print_tensor(x, message)
