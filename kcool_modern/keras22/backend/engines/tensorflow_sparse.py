"""Sparse tensors on TensorFlow, and what is made of them: labels of sequences."""
import numpy as np
import tensorflow as tf

__all__ = ["ctc_decode", "ctc_loss", "is_sparse", "sparse", "sparse_concatenate", "sparse_dot", "sparse_labels",
           "to_dense"]


def sparse(matrix):
    """A matrix of scipy.sparse as a sparse tensor."""
    matrix = matrix.tocoo()
    return tf.SparseTensor(np.stack([matrix.row, matrix.col], 1).astype("int64"), matrix.data, matrix.shape)


def is_sparse(tensor):
    """Whether a tensor is sparse."""
    return isinstance(tensor, tf.SparseTensor)


def to_dense(tensor):
    """The dense tensor; entries may stand in any order."""
    return tf.sparse.to_dense(tf.sparse.reorder(tensor))


def sparse_dot(x, y):
    """A sparse matrix times a dense one."""
    return tf.sparse.sparse_dense_matmul(x, y)


def sparse_concatenate(tensors, axis):
    """Sparse tensors joined."""
    return tf.sparse.concat(axis, tensors)


def sparse_labels(labels, lengths):
    """The first entries of each row as a sparse tensor."""
    within = tf.sequence_mask(tf.cast(lengths, tf.int32), tf.shape(labels)[1])
    indices = tf.where(within)
    return tf.SparseTensor(indices, tf.gather_nd(labels, indices), tf.shape(labels, out_type=tf.int64))


def ctc_loss(labels, logarithms, lengths):
    """The loss of sequences, ``(batch,)``; `logarithms` are ``(time, batch, classes)``."""
    return tf.compat.v1.nn.ctc_loss(labels=labels, inputs=logarithms, sequence_length=lengths)


def ctc_decode(logarithms, lengths, greedy, beam_width, top_paths):
    """See ``K.ctc_decode``; `logarithms` are ``(time, batch, classes)``."""
    if greedy:
        found, scores = tf.nn.ctc_greedy_decoder(logarithms, lengths)
    else:
        found, scores = tf.compat.v1.nn.ctc_beam_search_decoder(logarithms, lengths, beam_width=beam_width,
                                                                top_paths=top_paths)
    return [tf.sparse.to_dense(one, default_value=-1) for one in found], scores
