"""Sparse tensors, which are dense ones on JAX and PyTorch; and labels of sequences."""
from keras import ops

__all__ = ["ctc_decode", "ctc_loss", "is_sparse", "sparse", "sparse_concatenate", "sparse_dot", "sparse_labels",
           "to_dense"]


def sparse(matrix):
    """A matrix of scipy.sparse as a tensor."""
    matrix = matrix.toarray()
    return ops.convert_to_tensor(matrix, dtype=str(matrix.dtype))


def is_sparse(tensor):
    """Whether a tensor is sparse; none is."""
    return False


def to_dense(tensor):
    """The dense tensor."""
    return tensor


def sparse_dot(x, y):
    """The product of two matrices."""
    return ops.matmul(x, y)


def sparse_concatenate(tensors, axis):
    """Tensors joined."""
    return ops.concatenate(list(tensors), axis=axis)


def sparse_labels(labels, lengths):
    """The first entries of each row, and zeros."""
    within = ops.arange(labels.shape[1])[None, :] < ops.cast(lengths, "int32")[:, None]
    return ops.where(within, labels, ops.zeros_like(labels)), ops.cast(lengths, "int32")


def ctc_loss(labels, logarithms, lengths):
    """The loss of sequences, ``(batch,)``; `logarithms` are ``(time, batch, classes)``."""
    labels, label_lengths = labels
    return ops.ctc_loss(labels, ops.transpose(logarithms, (1, 0, 2)), label_lengths, lengths,
                        mask_index=logarithms.shape[-1] - 1)


def ctc_decode(logarithms, lengths, greedy, beam_width, top_paths):
    """See ``K.ctc_decode``; `logarithms` are ``(time, batch, classes)``."""
    found, scores = ops.ctc_decode(
        ops.transpose(logarithms, (1, 0, 2)), lengths, strategy="greedy" if greedy else "beam_search",
        beam_width=beam_width, top_paths=top_paths, merge_repeated=True, mask_index=logarithms.shape[-1] - 1)
    return [found[i] for i in range(found.shape[0])], scores
