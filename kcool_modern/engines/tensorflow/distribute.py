"""``tf.distribute.MultiWorkerMirroredStrategy`` from a list of addresses; for Keras 3 what `workers` makes of it."""
import tensorflow as tf
from tensorflow.python.eager import context

__all__ = ["is_running", "strategy"]


def is_running():
    """Whether TensorFlow has set up its devices, after which it cannot join a cluster any more."""
    return context.context()._initialized


def strategy(workers, index, stack):
    """The strategy of worker `index`; returns when all workers have come.

    Args:
        workers: addresses ``"host:port"``.
        index: int.
        stack: whose models are to be trained.
    """
    resolver = tf.distribute.cluster_resolver.SimpleClusterResolver(
        tf.train.ClusterSpec({"worker": workers}), task_type="worker", task_id=index, rpc_layer="grpc")
    mirrored = tf.distribute.MultiWorkerMirroredStrategy(cluster_resolver=resolver)
    if stack.family != "keras3":
        return mirrored
    from .team import Team
    from .workers import WorkersStrategy
    return WorkersStrategy(Team(mirrored, len(workers), index, stack))
