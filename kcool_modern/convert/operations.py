"""THE table: functions of TensorFlow, by the names that tf.keras gives them in files, as operations of Keras 3.

The parameters of each function here are spelled as TensorFlow spells them, since files hold them by name. What a
function does not take is refused; adding a function of TensorFlow is adding a function here.
"""
import inspect
import math
from collections.abc import Callable

import numpy as np
from keras import ops

__all__ = ["OPERATIONS", "Sizes", "Unsuited", "applied"]

#: TensorFlow's name -> function.
OPERATIONS: dict[str, Callable] = {}


class Unsuited(Exception):
    """What is wrong with a call, in words; the caller knows where it stands."""


class Sizes:
    """What ``tf.shape`` gives: whole numbers, and None for what is only known when a model runs.

    Attributes:
        entries: one of them, or a list.
    """

    def __init__(self, entries):
        self.entries = entries

    def __repr__(self):
        return "Sizes(%r)" % (self.entries,)


def applied(name, first, arguments):
    """Calls the counterpart of a function of TensorFlow.

    Args:
        name: a key of `OPERATIONS`.
        first: the first argument, with symbolic tensors in it.
        arguments: dict with the others.

    Returns:
        A symbolic tensor, a list of them, or `Sizes`.

    Raises:
        Unsuited: an argument that is missing, not known, or means what Keras 3 cannot do.
    """
    function = OPERATIONS[name]
    known = list(inspect.signature(function).parameters.values())
    given = {key: value for key, value in arguments.items() if value is not None and key != "name"}
    unknown = set(given) - {one.name for one in known[1:]}
    if unknown:
        raise Unsuited("tf.%s with %s" % (name, ", ".join("%s=%r" % (key, given[key]) for key in sorted(unknown))))
    missing = [one.name for one in known[1:] if one.default is one.empty and one.name not in given]
    if missing:
        raise Unsuited("tf.%s without %s: tf.keras does not save it" % (name, ", ".join(missing)))
    values = list(_flat([first, list(given.values())]))
    if any(isinstance(value, Sizes) for value in values) and name not in _OF_SIZES:
        raise Unsuited("tf.%s of a size that is only known when the model runs" % name)
    return function(first, **given)


def _flat(value):
    if isinstance(value, (list, tuple)):
        for one in value:
            yield from _flat(one)
    else:
        yield value


#: Functions that take `Sizes`.
_OF_SIZES: set[str] = set()


def _operation(*names, sizes=False):
    def noted(function):
        for name in names:
            OPERATIONS[name] = function
            if sizes:
                _OF_SIZES.add(name)
        return function

    return noted


def _only(what, value, *allowed):
    if value not in allowed:
        raise Unsuited("%s=%r" % (what, value))


# --- numbers ----------------------------------------------------------------------------------------------------------

_UNARY = {
    "math.abs": ops.abs, "math.negative": ops.negative, "math.sqrt": ops.sqrt, "math.rsqrt": ops.rsqrt,
    "math.square": ops.square, "math.exp": ops.exp, "math.expm1": ops.expm1, "math.log": ops.log,
    "math.log1p": ops.log1p, "math.sin": ops.sin, "math.cos": ops.cos, "math.tan": ops.tan, "math.asin": ops.arcsin,
    "math.acos": ops.arccos, "math.atan": ops.arctan, "math.sinh": ops.sinh, "math.cosh": ops.cosh,
    "math.tanh": ops.tanh, "nn.tanh": ops.tanh, "math.sigmoid": ops.sigmoid, "nn.sigmoid": ops.sigmoid,
    "math.softplus": ops.softplus, "nn.softplus": ops.softplus, "nn.softsign": ops.softsign, "math.sign": ops.sign,
    "math.floor": ops.floor, "math.ceil": ops.ceil, "math.round": ops.round, "math.reciprocal": ops.reciprocal,
    "math.erf": ops.erf, "math.is_nan": ops.isnan, "math.is_inf": ops.isinf, "math.is_finite": ops.isfinite,
    "math.logical_not": ops.logical_not, "nn.relu": ops.relu, "nn.relu6": ops.relu6, "nn.elu": ops.elu,
    "nn.selu": ops.selu, "stop_gradient": ops.stop_gradient,
}
_BINARY = {
    "math.add": ops.add, "__operators__.add": ops.add, "math.subtract": ops.subtract, "math.multiply": ops.multiply,
    "math.divide_no_nan": ops.divide_no_nan, "math.floordiv": ops.floor_divide,
    "compat.v1.floor_div": ops.floor_divide, "math.floormod": ops.mod, "math.mod": ops.mod, "math.pow": ops.power,
    "math.maximum": ops.maximum, "math.minimum": ops.minimum, "math.greater": ops.greater,
    "math.greater_equal": ops.greater_equal, "math.less": ops.less, "math.less_equal": ops.less_equal,
    "math.equal": ops.equal, "math.not_equal": ops.not_equal, "math.logical_and": ops.logical_and,
    "math.logical_or": ops.logical_or, "math.logical_xor": ops.logical_xor,
}


def _unary(function):
    return lambda x: function(x)


def _binary(function):
    return lambda x, y: function(*_alike(x, y))


def _alike(x, y):
    """Two operands; one that is a list of numbers is an array of the other's dtype."""
    if isinstance(x, list):
        x = np.asarray(x, y.dtype)
    elif isinstance(y, list):
        y = np.asarray(y, x.dtype)
    return x, y


OPERATIONS.update({name: _unary(function) for name, function in _UNARY.items()})
OPERATIONS.update({name: _binary(function) for name, function in _BINARY.items()})


@_operation("math.truediv", "math.divide")
def _truediv(x, y):
    x, y = _alike(x, y)
    if not all("float" in getattr(one, "dtype", "float32") for one in (x, y)):
        raise Unsuited("a division of whole numbers, which TensorFlow computes in 64 bits")
    return ops.true_divide(x, y)


@_operation("math.squared_difference")
def _squared_difference(x, y):
    return ops.square(ops.subtract(*_alike(x, y)))


@_operation("math.add_n")
def _add_n(inputs):
    total = inputs[0]
    for one in inputs[1:]:
        total = ops.add(total, one)
    return total


@_operation("clip_by_value")
def _clip_by_value(t, clip_value_min, clip_value_max):
    return ops.maximum(*_alike(ops.minimum(*_alike(t, clip_value_max)), clip_value_min))


@_operation("nn.gelu")
def _gelu(features, approximate=False):
    return ops.gelu(features, approximate=bool(approximate))


@_operation("nn.leaky_relu")
def _leaky_relu(features, alpha=0.2):
    return ops.leaky_relu(features, negative_slope=alpha)


@_operation("nn.silu", "nn.swish")
def _silu(features, beta=1.0):
    _only("beta", beta, 1.0)
    return ops.silu(features)


@_operation("nn.softmax")
def _softmax(logits, axis=-1):
    return ops.softmax(logits, axis=axis)


@_operation("nn.log_softmax")
def _log_softmax(logits, axis=-1):
    return ops.log_softmax(logits, axis=axis)


@_operation("nn.bias_add")
def _bias_add(value, bias, data_format="NHWC"):
    if not str(data_format).endswith("C"):
        raise Unsuited("data_format=%r" % (data_format,))
    return ops.add(*_alike(value, bias))


@_operation("where")
def _where(condition, x, y):
    if isinstance(condition, list):
        condition = np.asarray(condition, "bool")
    return ops.where(condition, *_alike(x, y))


@_operation("cast")
def _cast(x, dtype):
    return ops.cast(x, dtype)


@_operation("zeros_like")
def _zeros_like(input, dtype=None):
    return ops.zeros_like(input, dtype=dtype)


@_operation("ones_like")
def _ones_like(input, dtype=None):
    return ops.ones_like(input, dtype=dtype)


@_operation("identity")
def _identity(input):
    return input


@_operation("one_hot")
def _one_hot(indices, depth, on_value=1, off_value=0, axis=-1, dtype="float32"):
    _only("on_value", on_value, 1)
    _only("off_value", off_value, 0)
    return ops.one_hot(indices, depth, axis=axis, dtype=dtype)


# --- sums along axes --------------------------------------------------------------------------------------------------

def _axes(axis):
    return tuple(axis) if isinstance(axis, list) else axis


def _reduction(name, function, floats=False):
    def reduction(input_tensor, axis=None, keepdims=False):
        if floats and "float" not in input_tensor.dtype:
            raise Unsuited("tf.%s of whole numbers, which TensorFlow rounds" % name)
        found = function(input_tensor, axis=_axes(axis), keepdims=bool(keepdims))
        return found if found.dtype == input_tensor.dtype else ops.cast(found, input_tensor.dtype)

    return reduction


OPERATIONS.update({"math." + name: _reduction("math." + name, function) for name, function in (
    ("reduce_sum", ops.sum), ("reduce_prod", ops.prod), ("reduce_max", ops.max), ("reduce_min", ops.min),
    ("reduce_all", ops.all), ("reduce_any", ops.any))})
OPERATIONS.update({"math." + name: _reduction("math." + name, function, floats=True) for name, function in (
    ("reduce_mean", ops.mean), ("reduce_std", ops.std), ("reduce_variance", ops.var),
    ("reduce_logsumexp", ops.logsumexp))})


@_operation("math.l2_normalize", "nn.l2_normalize")
def _l2_normalize(x, axis=None, epsilon=1e-12):
    squares = ops.sum(ops.square(x), axis=_axes(axis), keepdims=True)
    return ops.multiply(x, ops.rsqrt(ops.maximum(squares, epsilon)))


@_operation("norm", "compat.v1.norm", "linalg.norm")
def _norm(tensor, ord="euclidean", axis=None, keepdims=False):
    _only("ord", ord, "euclidean")
    return ops.sqrt(ops.sum(ops.square(tensor), axis=_axes(axis), keepdims=bool(keepdims)))


@_operation("math.argmax")
def _argmax(input, axis=0, output_type="int64"):
    return ops.cast(ops.argmax(input, axis=axis), output_type)


@_operation("math.argmin")
def _argmin(input, axis=0, output_type="int64"):
    return ops.cast(ops.argmin(input, axis=axis), output_type)


@_operation("math.top_k", "nn.top_k")
def _top_k(input, k=1, sorted=True):
    _only("sorted", sorted, True)
    return list(ops.top_k(input, k))


@_operation("math.cumsum")
def _cumsum(x, axis=0, exclusive=False, reverse=False):
    _only("exclusive", exclusive, False)
    if reverse:
        return ops.flip(ops.cumsum(ops.flip(x, axis), axis), axis)
    return ops.cumsum(x, axis)


@_operation("sort")
def _sort(values, axis=-1, direction="ASCENDING"):
    _only("direction", direction, "ASCENDING")
    return ops.sort(values, axis=axis)


@_operation("linalg.matmul")
def _matmul(a, b, transpose_a=False, transpose_b=False, adjoint_a=False, adjoint_b=False):
    a, b = _alike(a, b)
    # Of real numbers, both are the same.
    a = ops.swapaxes(a, -1, -2) if transpose_a or adjoint_a else a
    b = ops.swapaxes(b, -1, -2) if transpose_b or adjoint_b else b
    return ops.matmul(a, b)


@_operation("tensordot")
def _tensordot(a, b, axes):
    return ops.tensordot(*_alike(a, b), axes=axes)


# --- shapes -----------------------------------------------------------------------------------------------------------

@_operation("shape", "compat.v1.shape")
def _shape(input, out_type="int32"):
    return Sizes(list(input.shape))


def _entries(shape):
    """A shape as a list of whole numbers and None, from whatever stands for one."""
    found = []
    for one in shape.entries if isinstance(shape, Sizes) else shape:
        found.append(one.entries if isinstance(one, Sizes) else one)
    return found


@_operation("reshape", sizes=True)
def _reshape(tensor, shape):
    shape = _entries(shape)
    if sum(one in (None, -1) for one in shape) > 1:
        raise Unsuited("a shape with more than one size that is only known when the model runs")
    # All others being known, the one that is not can only be what is left over.
    return ops.reshape(_tensor(tensor), [-1 if one is None else one for one in shape])


def _tensor(value):
    if isinstance(value, Sizes):
        raise Unsuited("a tensor made of sizes that are only known when the model runs")
    return value


@_operation("keras.backend.batch_flatten")
def _batch_flatten(x):
    return ops.reshape(x, [-1, math.prod(_known(x.shape[1:]))])


def _known(sizes):
    if any(one is None for one in sizes):
        raise Unsuited("a size that is only known when the model runs")
    return sizes


@_operation("expand_dims", "compat.v1.expand_dims")
def _expand_dims(input, axis):
    return ops.expand_dims(input, axis)


@_operation("squeeze", "compat.v1.squeeze")
def _squeeze(input, axis=None):
    return ops.squeeze(input, None if axis == [] else _axes(axis))


@_operation("transpose", "compat.v1.transpose")
def _transpose(a, perm=None, conjugate=False):
    return ops.transpose(a, perm)


@_operation("concat", sizes=True)
def _concat(values, axis):
    if all(isinstance(one, Sizes) for one in values):
        return Sizes([size for one in values for size in one.entries])
    return ops.concatenate([_tensor(one) for one in values], axis=axis)


@_operation("stack", sizes=True)
def _stack(values, axis=0):
    if any(isinstance(one, Sizes) for one in values):
        return Sizes(_entries(values))
    return ops.stack(values, axis=axis)


@_operation("unstack", sizes=True)
def _unstack(value, num=None, axis=0):
    if isinstance(value, Sizes):
        return [Sizes(one) for one in value.entries]
    return list(ops.unstack(value, _size_of(value, axis), axis))


def _size_of(value, axis):
    """The size of an axis, which says how many tensors come of it: a number in the file could ask for any."""
    size, = _known([value.shape[axis]])
    return size


@_operation("split")
def _split(value, num_or_size_splits, axis=0, num=None):
    whole = _size_of(value, axis)
    if not isinstance(num_or_size_splits, list):
        if not 0 < num_or_size_splits <= whole:
            raise Unsuited("%d parts of an axis of size %d" % (num_or_size_splits, whole))
        return list(ops.split(value, num_or_size_splits, axis=axis))
    sizes = list(num_or_size_splits)
    if -1 in sizes:
        sizes[sizes.index(-1)] = whole - sum(sizes) - 1
    return list(ops.split(value, np.cumsum(sizes)[:-1].tolist(), axis=axis))


@_operation("tile", sizes=True)
def _tile(input, multiples):
    return ops.tile(_tensor(input), _known(_entries(multiples)))


@_operation("repeat")
def _repeat(input, repeats, axis=None):
    return ops.repeat(input, repeats, axis=axis)


@_operation("broadcast_to", sizes=True)
def _broadcast_to(input, shape):
    return ops.broadcast_to(_tensor(input), _known(_entries(shape)))


@_operation("reverse")
def _reverse(tensor, axis):
    return ops.flip(tensor, _axes(axis))


@_operation("roll")
def _roll(input, shift, axis):
    return ops.roll(input, _axes(shift), _axes(axis))


@_operation("pad", "compat.v1.pad")
def _pad(tensor, paddings, mode="CONSTANT", constant_values=0):
    mode = mode.lower()
    return ops.pad(tensor, paddings, mode, **({"constant_values": constant_values} if mode == "constant" else {}))


@_operation("gather", "compat.v1.gather")
def _gather(params, indices, axis=0, batch_dims=0, validate_indices=None):
    _only("batch_dims", batch_dims, 0)
    return ops.take(_constant(params), _constant(indices), axis=axis)


def _constant(value):
    """An array of a list, in 32 bits as TensorFlow makes it."""
    if not isinstance(value, list):
        return value
    value = np.asarray(value)
    return value.astype({"float64": "float32", "int64": "int32"}.get(value.dtype.name, value.dtype))


@_operation("__operators__.getitem", sizes=True)
def _getitem(x, slice_spec):
    spec = _spec(slice_spec)
    if isinstance(x, Sizes):
        spec = spec[0] if isinstance(spec, tuple) and len(spec) == 1 else spec
        if not isinstance(spec, (int, slice)) or not isinstance(x.entries, list):
            raise Unsuited("a shape that is cut by %r" % (spec,))
        return Sizes(x.entries[spec])
    return x[spec]


def _spec(one):
    """What stands between brackets, from the words of tf.keras."""
    if isinstance(one, list):
        return tuple(_spec(part) for part in one)
    if one == "Ellipsis" or one == {"class_name": "__ellipsis__"}:
        return Ellipsis
    if isinstance(one, dict) and set(one) == {"start", "stop", "step"}:
        return slice(*(_bound(one[key]) for key in ("start", "stop", "step")))
    return _bound(one)


def _bound(one):
    one = one.entries if isinstance(one, Sizes) else one
    if one is not None and type(one) is not int:
        raise Unsuited("an index %r" % (one,))
    return one


@_operation("slice")
def _slice(input_, begin, size):
    return input_[tuple(slice(first, None if count == -1 else first + count) for first, count in zip(begin, size))]


# --- pictures ---------------------------------------------------------------------------------------------------------

@_operation("image.resize")
def _resize(images, size, method="bilinear", preserve_aspect_ratio=False, antialias=False):
    _only("method", method, "bilinear", "nearest")
    _only("preserve_aspect_ratio", preserve_aspect_ratio, False)
    return ops.image.resize(images, _known(_entries(size)), interpolation=method, antialias=antialias,
                            data_format="channels_last")
