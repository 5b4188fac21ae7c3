"""Operations on TensorFlow, those of TensorFlow 1.15 where the newer ones give other numbers."""
import sys

import tensorflow as tf
from keras.ops import repeat

from .tensorflow_loops import cond, fold, loop, map_fn
from .tensorflow_nn import (
    batch_norm,
    convolution,
    depthwise,
    fused_batch_norm,
    has_channels_first,
    moments,
    pool,
    resize,
    separable,
    transposed_convolution,
)
from .tensorflow_random import random
from .tensorflow_sparse import (
    ctc_decode,
    ctc_loss,
    is_sparse,
    sparse,
    sparse_concatenate,
    sparse_dot,
    sparse_labels,
    to_dense,
)

__all__ = ["arange", "argmax", "argmin", "as_tensors", "batch_flatten", "batch_norm", "clip", "concatenate", "cond",
           "constant", "convolution", "ctc_decode", "ctc_loss", "depthwise", "either", "fill", "fold",
           "fused_batch_norm", "gather", "has_channels_first", "identity", "in_top_k", "is_sparse", "l2_normalize",
           "leaky_relu", "loop", "map_fn", "matmul", "moments", "pad", "pool", "power", "print_tensor", "random",
           "reduce", "repeat", "resize", "separable", "shape", "sigmoid", "sigmoid_crossentropy", "slice", "softmax",
           "softmax_crossentropy", "sparse", "sparse_concatenate", "sparse_dot", "sparse_labels",
           "sparse_softmax_crossentropy", "stack", "to_dense", "transpose", "transposed_convolution", "where"]

_REDUCTIONS = {name: getattr(tf, "reduce_" + name) for name in ("max", "min", "sum", "prod", "mean", "any", "all",
                                                                "logsumexp")}

argmax, argmin, clip, concatenate, identity = tf.argmax, tf.argmin, tf.clip_by_value, tf.concat, tf.identity
gather, pad, power, shape, sigmoid, slice = tf.gather, tf.pad, tf.pow, tf.shape, tf.nn.sigmoid, tf.slice
stack, transpose, where = tf.stack, tf.transpose, tf.where


def reduce(name, x, axis, keepdims):
    """A reduction in the dtype of `x`."""
    return _REDUCTIONS[name](x, axis=axis, keepdims=keepdims)


def as_tensors(value):
    """A tensor, or a list of tensors, of what may be numbers."""
    if isinstance(value, (list, tuple)):
        return type(value)(map(as_tensors, value))
    return value if tf.is_tensor(value) else tf.convert_to_tensor(value)


def constant(value):
    """An array as a tensor."""
    return tf.constant(value)


def fill(sizes, number, dtype):
    """A tensor of given sizes full of one number."""
    return tf.fill(sizes, tf.cast(number, dtype))


def arange(start, stop, step, dtype):
    """Integers from `start` up to `stop`, which is left out."""
    found = tf.range(start, limit=stop, delta=step)
    return found if dtype == "int32" else tf.cast(found, dtype)


def batch_flatten(x):
    """``(batch, everything else)``."""
    return tf.reshape(x, tf.stack([-1, tf.reduce_prod(tf.shape(x)[1:])]))


def matmul(x, y, transpose_x, transpose_y):
    """Products of matrices."""
    # TensorFlow 1 took a matrix for granted beside one; the matmul of TF 2 would give up the shape.
    if {x.shape.rank, y.shape.rank} == {None, 2}:
        return tf.raw_ops.MatMul(a=x, b=y, transpose_a=transpose_x, transpose_b=transpose_y)
    return tf.matmul(x, y, transpose_a=transpose_x, transpose_b=transpose_y)


def either(condition, first, second):
    """A stand-in for one of two tensors: it has the shape that they share."""
    if first.shape == second.shape and first.shape.is_fully_defined() and first.dtype == second.dtype:
        return tf.where(condition, first, second)
    return tf.cond(condition, lambda: first, lambda: second)


def leaky_relu(x, alpha):
    """``alpha * x`` below zero."""
    return tf.nn.leaky_relu(x, alpha=alpha)


def softmax(x, axis):
    """Exponentials that sum to 1."""
    return tf.nn.softmax(x, axis=axis)


def l2_normalize(x, axis):
    """`x` over its norm."""
    return tf.nn.l2_normalize(x, axis=axis)


def in_top_k(predictions, targets, k):
    """Whether targets are among the greatest predictions."""
    return tf.compat.v1.nn.in_top_k(predictions, targets, k)


def softmax_crossentropy(target, logits):
    """As the name says; no gradient goes to the target."""
    return tf.nn.softmax_cross_entropy_with_logits(labels=tf.stop_gradient(target), logits=logits)


def sparse_softmax_crossentropy(target, logits):
    """As the name says."""
    return tf.nn.sparse_softmax_cross_entropy_with_logits(labels=target, logits=logits)


def sigmoid_crossentropy(target, logits):
    """As the name says."""
    return tf.nn.sigmoid_cross_entropy_with_logits(labels=target, logits=logits)


def print_tensor(x, message):
    """The same tensor, printed."""
    printed = tf.print(message, x, output_stream=sys.stderr, summarize=3, sep="")
    with tf.control_dependencies([] if printed is None else [printed]):
        return tf.identity(x)
