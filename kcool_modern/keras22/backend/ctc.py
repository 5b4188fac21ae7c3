"""Connectionist temporal classification."""
from keras import ops

from .._symbolic.record import op
from .config import epsilon
from .engines import native

__all__ = ["ctc_batch_cost", "ctc_decode", "ctc_label_dense_to_sparse"]


@op
def ctc_label_dense_to_sparse(labels, label_lengths):
    """Labels as a sparse tensor.

    Args:
        labels: ``(batch, longest)``.
        label_lengths: int, ``(batch,)``.
    """
    return native().sparse_labels(labels, label_lengths)


@op
def ctc_batch_cost(y_true, y_pred, input_length, label_length):
    """The loss of every sequence.

    Args:
        y_true: labels, ``(batch, longest)``.
        y_pred: probabilities, ``(batch, time, classes)``; the last class is the blank.
        input_length, label_length: ``(batch, 1)``.

    Returns:
        ``(batch, 1)``.
    """
    label_length = ops.cast(ops.squeeze(label_length, -1), "int32")
    input_length = ops.cast(ops.squeeze(input_length, -1), "int32")
    labels = native().sparse_labels(ops.cast(y_true, "int32"), label_length)
    return ops.expand_dims(native().ctc_loss(labels, _logarithms(y_pred), input_length), 1)


@op
def ctc_decode(y_pred, input_length, greedy=True, beam_width=100, top_paths=1):
    """The most likely labels.

    Args:
        y_pred: probabilities, ``(batch, time, classes)``.
        input_length: ``(batch,)``.
        greedy: whether to take the best class of every step; otherwise beams are searched.

    Returns:
        A list of `top_paths` (one if `greedy`) tensors ``(batch, longest)``, filled up with -1, and the logarithms of
        the probabilities, ``(batch, paths)``.
    """
    return native().ctc_decode(_logarithms(y_pred), ops.cast(input_length, "int32"), greedy, beam_width, top_paths)


def _logarithms(y_pred):
    return ops.log(ops.transpose(y_pred, [1, 0, 2]) + epsilon())
