"""The workers of a cluster, and what they tell each other: sums, joined batches, worker 0's values."""
import tensorflow as tf

from kcool.errors import WrongDevices

__all__ = ["Team"]

_UNEQUAL = ("`distribute`: the workers were handed different batches. Found: batches that are not the same to the bit. "
            "Supported: the same data in the same order on all workers. What to do: fit(shuffle=False), or "
            "keras.utils.set_random_seed with the same number on all workers.")


class Team:
    """All workers, seen from one of them.

    Args:
        mirrored: a ``MultiWorkerMirroredStrategy``, which has set up the connections.
        count: number of workers.
        index: place of this one.
        stack: as for messages.

    Raises:
        WrongDevices: a worker has several devices.
    """

    def __init__(self, mirrored, count, index, stack):
        devices = mirrored.extended.worker_devices
        if len(devices) != 1:
            raise WrongDevices("`distribute` uses one device per worker on Keras 3.",
                               found="%d devices: %s (%s)" % (len(devices), ", ".join(devices), stack),
                               supported="one visible device in each process",
                               do="start a worker per device, each with its own CUDA_VISIBLE_DEVICES")
        # The strategy has to live as long as its connections are used.
        self.mirrored, self.device, self.count, self.index, self.stack = mirrored, devices[0], count, index, stack
        self._launcher = mirrored.extended._cross_device_ops._launchers[0]

    def sums(self, tensors):
        """The sums over all workers of float or int tensors whose shapes agree."""
        tensors, results = [tf.convert_to_tensor(tensor) for tensor in tensors], {}
        for dtype in sorted({tensor.dtype for tensor in tensors}, key=lambda dtype: dtype.name):
            places = [i for i, tensor in enumerate(tensors) if tensor.dtype == dtype]
            results.update(zip(places, self._launcher.batch_all_reduce([[tensors[i] for i in places]])))
        return [results[i] for i in range(len(tensors))]

    def joined(self, part, start, rows):
        """A tensor of `rows` rows, of which this worker has those from `start` on, and the others the others."""
        wide = _wide(part)
        padding = [[start, rows - start - tf.shape(part)[0]]] + [[0, 0]] * (len(part.shape) - 1)
        return tf.cast(self.sums([tf.pad(wide, padding)])[0], part.dtype)

    def all_slices(self, slices):
        """All workers' `tf.IndexedSlices` in one: optimizers treat the gradients of embeddings otherwise than dense."""
        counts = self.joined(tf.reshape(tf.shape(slices.indices)[0], (1,)), self.index, self.count)
        start, rows = tf.reduce_sum(counts[:self.index]), tf.reduce_sum(counts)
        return tf.IndexedSlices(self.joined(slices.values, start, rows), self.joined(slices.indices, start, rows),
                                slices.dense_shape)

    def of_first(self, tensor):
        """Worker 0's value of a tensor."""
        wide = _wide(tensor)
        return tf.cast(self.sums([wide if self.index == 0 else tf.zeros_like(wide)])[0], tensor.dtype)

    def agree(self, tensors):
        """An operation that fails on all workers if the tensors are not the same on all."""
        marks = [tf.reshape(_fingerprint(tensor), (1, -1)) for tensor in tensors]
        mark = tf.cast(_fingerprint(tf.concat(marks, axis=1)), tf.int32)
        return tf.debugging.assert_equal(self.joined(mark, self.index, self.count), mark, message=_UNEQUAL)


def _wide(tensor):
    """The tensor in a type that can be summed."""
    return tensor if tensor.dtype.is_floating or tensor.dtype == tf.int32 else tf.cast(tensor, tf.int64)


def _fingerprint(tensor):
    with tf.device("CPU:0"):
        return tf.fingerprint(tf.reshape(tensor, (1, -1)))
