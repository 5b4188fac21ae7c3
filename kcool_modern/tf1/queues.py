"""Queues of `tf.train`, as iterators of `tf.data`: they fill themselves, and nothing has to be started."""
import numpy as np
import tensorflow as tf

from kcool_modern.keras22._symbolic.spec import flat

from .data import Iterator, static

__all__ = ["batch", "shuffle_batch", "slice_input_producer", "start_queue_runners"]


def batch(tensors, batch_size, num_threads=1, capacity=32, enqueue_many=False, shapes=None, dynamic_pad=False,
          allow_smaller_final_batch=False, shared_name=None, name=None):
    """Batches of the tensors' rows (`enqueue_many`) or of the tensors themselves, over and over; see TensorFlow 1."""
    return _drawn(tensors, "batch", enqueue_many, lambda rows: rows.batch(batch_size, drop_remainder=True))


def shuffle_batch(tensors, batch_size, capacity, min_after_dequeue, num_threads=1, seed=None, enqueue_many=False,
                  shapes=None, allow_smaller_final_batch=False, shared_name=None, name=None):
    """As `batch`, in an order mixed among at least `min_after_dequeue` + 1 rows."""
    return _drawn(tensors, "shuffle_batch", enqueue_many,
                  lambda rows: rows.shuffle(max(capacity, min_after_dequeue + 1), seed).batch(batch_size,
                                                                                              drop_remainder=True))


def slice_input_producer(tensor_list, num_epochs=None, shuffle=True, seed=None, capacity=32, shared_name=None,
                         name=None):
    """A row of each tensor at a time."""
    count = len(static(tensor_list, "slice_input_producer")[0])
    return _drawn(tensor_list, "slice_input_producer", True,
                  lambda rows: rows.shuffle(count, seed) if shuffle else rows, num_epochs)


def _drawn(tensors, of, rows, arranged, epochs=None):
    values = [np.asarray(value) for value in static(tensors, of)]
    source = (tf.data.Dataset.from_tensor_slices if rows else tf.data.Dataset.from_tensors)(tuple(values))
    parts = list(Iterator(arranged(source.repeat(epochs))).get_next())
    if isinstance(tensors, dict):
        return dict(zip(tensors, parts))
    return parts if len(flat(tensors)) > 1 or isinstance(tensors, (list, tuple)) else parts[0]


def start_queue_runners(sess=None, coord=None, daemon=True, start=True, collection="queue_runners"):
    """No threads: nothing has to be started."""
    return []
