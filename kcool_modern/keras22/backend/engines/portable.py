"""Operations on JAX and PyTorch, by the formulas of TensorFlow 1.15.

Sizes are arrays of NumPy, also in a trace: what is computed from them is known when shapes are needed.
"""
import keras
import numpy as np
from keras import ops

from ..._symbolic.spec import is_backend_tensor, is_variable

__all__ = ["arange", "argmax", "argmin", "as_tensors", "batch_flatten", "batch_norm", "clip", "concatenate",
           "constant", "either", "fill", "fused_batch_norm", "gather", "has_channels_first", "identity", "in_top_k",
           "is_known", "l2_normalize", "leaky_relu", "matmul", "moments", "pad", "power", "reduce", "repeat", "shape",
           "sigmoid", "sigmoid_crossentropy", "slice", "softmax", "softmax_crossentropy",
           "sparse_softmax_crossentropy", "stack", "transpose", "where"]


def is_known(value):
    """Whether a value, or all of a list, can be read while a trace is made."""
    if isinstance(value, (list, tuple)):
        return all(map(is_known, value))
    return not is_backend_tensor(value) and not is_variable(value)


def shape(x):
    """The sizes, int32."""
    return np.array(tuple(x.shape), "int32")


def _sizes(value):
    """Sizes as a tuple of int."""
    return tuple(int(size) for size in (value if isinstance(value, (list, tuple)) else np.asarray(value)))


def reduce(name, x, axis, keepdims):
    """A reduction in the dtype of `x`."""
    axis = tuple(axis) if isinstance(axis, (list, tuple, np.ndarray)) else axis
    if is_known(x):
        found = getattr(np, name)(x, axis=axis, keepdims=keepdims)
        return np.asarray(found).astype(np.asarray(x).dtype)
    found = getattr(ops, name)(x, axis=axis, keepdims=keepdims)
    return ops.cast(found, x.dtype) if name in ("sum", "prod", "mean", "max", "min") else found


def argmax(x, axis):
    """The index of the greatest value."""
    return ops.argmax(x, axis=axis)


def argmin(x, axis):
    """The index of the smallest value."""
    return ops.argmin(x, axis=axis)


def as_tensors(value):
    """A tensor, or a list of tensors, of what may be numbers."""
    if isinstance(value, (list, tuple)):
        return type(value)(map(as_tensors, value))
    return value if is_backend_tensor(value) else ops.convert_to_tensor(value)


def constant(value):
    """An array as a tensor."""
    return ops.convert_to_tensor(value, dtype=str(value.dtype))


def fill(sizes, number, dtype):
    """A tensor of given sizes full of one number."""
    return ops.full(_sizes(sizes), number, dtype=dtype)


def arange(start, stop, step, dtype):
    """Integers from `start` up to `stop`, which is left out."""
    return ops.convert_to_tensor(np.arange(int(start), int(stop), int(step)).astype(dtype), dtype=dtype)


def batch_flatten(x):
    """``(batch, everything else)``."""
    return ops.reshape(x, (x.shape[0], int(np.prod(x.shape[1:]))))


def identity(x):
    """The same tensor."""
    return x


def concatenate(tensors, axis):
    """Tensors joined along an axis."""
    if is_known(tensors):
        return np.concatenate([np.asarray(x) for x in tensors], axis)
    return ops.concatenate(list(map(as_tensors, tensors)), axis=axis)


def stack(tensors, axis=0):
    """Tensors joined along a new axis."""
    if is_known(tensors):
        return np.stack([np.asarray(x) for x in tensors], axis)
    return ops.stack(list(map(as_tensors, tensors)), axis=axis)


def transpose(x, axes):
    """Axes in another order."""
    return ops.transpose(x, [int(axis) for axis in axes])


def slice(x, start, size):
    """A block of a tensor."""
    place = []
    for axis, (first, count) in enumerate(zip(_sizes(start), _sizes(size))):
        place.append(np.s_[first:x.shape[axis] if count == -1 else first + count])
    return x[tuple(place)]


def gather(reference, indices):
    """Entries along the first axis."""
    return ops.take(reference, indices, axis=0)


def repeat(x, count, axis):
    """Every entry along an axis several times in a row."""
    sizes, axis = list(x.shape), axis % len(x.shape)
    wide = ops.broadcast_to(ops.expand_dims(x, axis + 1), sizes[:axis + 1] + [count] + sizes[axis + 1:])
    return ops.reshape(wide, sizes[:axis] + [sizes[axis] * count] + sizes[axis + 1:])


def pad(x, pattern):
    """Zeros around a tensor."""
    return ops.pad(x, pattern)


def power(x, a):
    """`x` to the power of `a`."""
    return ops.power(x, a)


def where(condition, x, y):
    """One of two tensors, element by element."""
    return ops.where(condition, x, y)


def clip(x, low, high):
    """Values inside the bounds; a value on a bound has the gradient 1."""
    x = ops.where(x > high, high, x)
    return ops.where(x < low, low, x)


def matmul(x, y, transpose_x, transpose_y):
    """Products of matrices."""
    return ops.matmul(ops.swapaxes(x, -1, -2) if transpose_x else x, ops.swapaxes(y, -1, -2) if transpose_y else y)


def either(condition, first, second):
    """A stand-in for one of two tensors."""
    if isinstance(first, (list, tuple)):
        return type(first)(either(condition, one, other) for one, other in zip(first, second))
    return ops.where(condition, first, second) if tuple(first.shape) == tuple(second.shape) else first


def leaky_relu(x, alpha):
    """``alpha * x`` below zero."""
    return ops.where(x > 0, x, x * alpha)


def sigmoid(x):
    """``1 / (1 + exp(-x))``."""
    return ops.sigmoid(x)


def softmax(x, axis):
    """Exponentials that sum to 1."""
    return ops.softmax(x, axis=axis)


def l2_normalize(x, axis):
    """`x` over its norm."""
    squares = ops.sum(ops.square(x), axis=axis, keepdims=True)
    return x * ops.rsqrt(ops.maximum(squares, ops.cast(1e-12, x.dtype)))


def in_top_k(predictions, targets, k):
    """Whether targets are among the greatest predictions; equal ones are not above each other."""
    classes = predictions.shape[-1]
    chosen = ops.one_hot(targets, classes, dtype=keras.backend.standardize_dtype(predictions.dtype))
    own = ops.sum(ops.where(chosen > 0, predictions, ops.zeros_like(predictions)), axis=-1, keepdims=True)
    above = ops.sum(ops.cast(predictions > own, "int32"), axis=-1)
    valid = ops.logical_and(targets >= 0, targets < classes)
    return ops.logical_and(above < k, ops.logical_and(valid, ops.isfinite(own[..., 0])))


def softmax_crossentropy(target, logits):
    """As the name says; no gradient goes to the target."""
    return -ops.sum(ops.stop_gradient(target) * ops.log_softmax(logits, axis=-1), axis=-1)


def sparse_softmax_crossentropy(target, logits):
    """As the name says."""
    target = ops.cast(target, "int32")
    logarithms = ops.log_softmax(logits, axis=-1)
    return -ops.take_along_axis(logarithms, ops.expand_dims(target, -1), axis=-1)[..., 0]


def sigmoid_crossentropy(target, logits):
    """As the name says."""
    positive = ops.where(logits >= 0, logits, ops.zeros_like(logits))
    return positive - logits * target + ops.log1p(ops.exp(ops.where(logits >= 0, -logits, logits)))


def has_channels_first():
    """Whether there are kernels for tensors with the channels first."""
    return False


def moments(x, axes):
    """Mean and variance over axes."""
    axes = tuple(axes)
    mean = ops.mean(x, axis=axes, keepdims=True)
    variance = ops.mean(ops.square(x - ops.stop_gradient(mean)), axis=axes)
    return ops.squeeze(mean, axis=axes), variance


def batch_norm(x, mean, variance, beta, gamma, epsilon):
    """Normalisation by formula."""
    factor = ops.rsqrt(variance + epsilon)
    factor = factor if gamma is None else factor * gamma
    return x * factor + (-mean * factor if beta is None else beta - mean * factor)


def fused_batch_norm(x, gamma, beta, epsilon, layout, mean=None, variance=None):
    """Normalisation of images by the given mean and variance, or by their own; gives these, too."""
    # As in TensorFlow 1: there is a least epsilon, and the variance that comes out is that of the population.
    epsilon = max(epsilon, 1.001e-5)
    if mean is not None:
        return batch_norm(x, mean, variance, beta, gamma, epsilon), mean, variance
    mean = ops.mean(x, axis=(0, 1, 2))
    variance = ops.mean(ops.square(x - mean), axis=(0, 1, 2))
    count = int(np.prod(x.shape[:3]))
    return batch_norm(x, mean, variance, beta, gamma, epsilon), mean, variance * (count / max(count - 1, 1))
