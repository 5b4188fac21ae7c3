"""``tf.distribute.MultiWorkerMirroredStrategy`` from a list of addresses."""
import tensorflow as tf
from tensorflow.python.eager import context

__all__ = ["is_running", "strategy"]


class _Workers(tf.distribute.MultiWorkerMirroredStrategy):
    # Keras 3.x asks every strategy to reduce a whole batch, (x, y) at once, before it builds a model. The strategy for
    # one machine takes such structures; this one does not (seen with TensorFlow 2.21).
    def reduce(self, reduce_op, value, axis):
        reduced = [super(_Workers, self).reduce(reduce_op, each, axis) for each in tf.nest.flatten(value)]
        return tf.nest.pack_sequence_as(value, reduced)


def is_running():
    """Whether TensorFlow has set up its devices, after which it cannot join a cluster any more."""
    return context.context()._initialized


def strategy(workers, index):
    """The strategy of worker `index`; returns when all workers have come.

    Args:
        workers: addresses ``"host:port"``.
        index: int.
    """
    resolver = tf.distribute.cluster_resolver.SimpleClusterResolver(
        tf.train.ClusterSpec({"worker": workers}), task_type="worker", task_id=index, rpc_layer="grpc")
    return _Workers(cluster_resolver=resolver)
