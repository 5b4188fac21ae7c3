"""Weights that a forward pass writes, such as BatchNormalization's moving statistics, when replicas share them."""
import tensorflow as tf

__all__ = ["RunningWeights", "raw"]

_READS = frozenset(("ReadVariableOp", "ResourceGather", "ResourceGatherNd", "VariableShape", "VarIsInitializedOp"))


def raw(weight):
    """The TensorFlow variable behind a weight of Keras 2 or Keras 3."""
    value = weight.value
    return weight if callable(value) else value


class RunningWeights:
    """Lets every replica start from the same values and keeps the mean of what they wrote, as for one device.

    Replicas are traced one after the other and TensorFlow runs accesses to one variable in the order of their tracing,
    so that plain variables suffice. Integer weights, such as counters and seeds, are written by one replica after the
    other.

    Args:
        weights: the template's weights outside training.
        training: as in `Model.call`.
    """

    def __init__(self, weights, training):
        self.weights = [] if training is False else [raw(weight) for weight in weights if _is_float(weight)]
        self.before, self.after, self.written = [], [], None

    def enter(self, index):
        """Called in each replica before its forward pass."""
        if index == 0:
            self.before = [weight.read_value() for weight in self.weights]
            return
        if self.written is None:
            self.written = [_is_written(weight) for weight in self.weights]
        for weight, value, written in zip(self.weights, self.before, self.written):
            if written:
                weight.assign(value)

    def leave(self, index):
        """Called in each replica after its forward pass."""
        self.after.append([weight.read_value() for weight in self.weights])

    def writes(self):
        """After one replica: pairs of a weight that it wrote and the value it left."""
        return [(weight, value) for weight, value in zip(self.weights, self.after[0]) if _is_written(weight)]

    def settle(self, shares):
        """Writes the means, weighted by the replicas' shares of the batch."""
        for position, weight in enumerate(self.weights):
            if self.written[position]:
                values = [after[position] for after in self.after]
                weight.assign(tf.add_n([value * tf.cast(share, value.dtype) for value, share in zip(values, shares)]))


def _is_float(weight):
    return tf.as_dtype(weight.dtype).is_floating


def _is_written(weight):
    if tf.executing_eagerly():
        return True
    handle = tf.compat.v1.get_default_graph().capture(weight.handle)
    return any(operation.type not in _READS for operation in handle.consumers())
