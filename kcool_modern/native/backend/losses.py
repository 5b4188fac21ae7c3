"""Crossentropies by the formulas of Keras 2.2.4: probabilities are normalised where it did, and clipped."""
import keras
from keras import ops

__all__ = ["binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy"]


def categorical_crossentropy(target, output, from_logits=False, axis=-1):
    """The crossentropy of one-hot or soft targets.

    Args:
        target, output: the same shape; `output` holds probabilities, or logits if `from_logits`.
        axis: the axis of the classes, which the result lacks.
    """
    if from_logits:
        logs = ops.log_softmax(output, axis=axis)
    else:
        logs = ops.log(_clipped(output / ops.sum(output, axis=axis, keepdims=True)))
    return -ops.sum(target * logs, axis=axis)


def binary_crossentropy(target, output, from_logits=False):
    """The crossentropy of two classes, element by element."""
    if not from_logits:
        output = _clipped(output)
        output = ops.log(output / (1. - output))
    return ops.relu(output) - output * target + ops.log1p(ops.exp(-ops.abs(output)))


def sparse_categorical_crossentropy(target, output, from_logits=False, axis=-1):
    """The crossentropy of integer targets.

    Args:
        target: integers, in the shape of `output` without the classes, or with 1 in their place at the end.
        output: probabilities, or logits if `from_logits`, with the classes on `axis`.
    """
    logits = ops.moveaxis(output if from_logits else ops.log(_clipped(output)), axis, -1)
    target = ops.cast(target, "int32")
    if len(target.shape) == len(output.shape):
        target = ops.squeeze(target, -1)
    chosen = ops.one_hot(target, output.shape[axis], dtype=logits.dtype)
    return -ops.sum(chosen * ops.log_softmax(logits, axis=-1), axis=-1)


def _clipped(output):
    epsilon = keras.config.epsilon()
    return ops.clip(output, epsilon, 1. - epsilon)
