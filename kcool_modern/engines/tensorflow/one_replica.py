"""What cannot be had inside of a strategy with several replicas."""
import tensorflow as tf

import kcool
from kcool.errors import TechniqueUnavailable

__all__ = ["refuse_replicas"]


def refuse_replicas(name):
    """A TechniqueUnavailable inside a strategy with several replicas: each has gradients of its own there."""
    count = tf.distribute.get_strategy().num_replicas_in_sync
    if count > 1:
        raise TechniqueUnavailable(
            "%s(optimizer, ...) in a %s with %d replicas." % (name, type(tf.distribute.get_strategy()).__name__, count),
            found=str(kcool.stack()), supported="one device, or compat.multi_gpu_model",
            do="compile and train outside of the strategy's scope")
