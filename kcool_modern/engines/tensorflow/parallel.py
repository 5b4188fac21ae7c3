"""Data parallel forward and backward passes by ``tf.distribute.MirroredStrategy``, on tf.keras, tf-keras and Keras 3.

The model trains like any model of its Keras; only its `call` is ours. It cuts the batch into parts and lets the
strategy run the template on all of them at once, each in its replica, on its device. A `tf.custom_gradient` around
that leads back into the replicas and lets the strategy sum up what they found for each weight.

Nothing has to be created under the strategy's scope that way. The other way, Keras trained inside the scope, needs
every weight, metric and optimizer slot exchanged for a mirrored one in place, and the loss corrected for parts of
unequal size. Its price here: weights are sent to the devices in every step and the optimizer runs once, where the
weights are, which is how Keras 2.2 did it; mirrored weights would stay where they are used.
"""
import functools
import inspect

import tensorflow as tf

from kcool.errors import TechniqueUnavailable
from kcool_common.parallel import normalized

from .replicas import Replicas  # noqa: F401  (part of this module's interface)

# Graphs in which Keras 2 and Keras 3 run layers for the sake of shapes alone.
_SYMBOLIC_GRAPHS = ("keras_graph", "scratch_graph")


def present():
    """Normalized names of the devices of this process."""
    return [normalized(device.name) for device in tf.config.list_logical_devices()]


@functools.lru_cache(maxsize=None)
def parallel_class(keras):
    """The parallel model of one Keras.

    Args:
        keras: the module.

    Returns:
        A subclass whose `call` leads to the `Replicas` in its attribute `_replicas`.
    """

    class ParallelModel(keras.Model):
        def call(self, inputs, training=None, mask=None):
            if _is_symbolic(inputs):
                return super().call(inputs, training=training, mask=mask)
            outputs, loss = self._replicas(inputs, training)
            if loss is not None:
                # Keras 3 forbids this method to models, as users would call it outside `call`.
                keras.layers.Layer.add_loss(self, loss)
            return outputs

        def compile(self, *args, **kwargs):
            # XLA compiles a step for one device and would drop the replicas' placement without a word.
            accepts = list(inspect.signature(super().compile).parameters)
            if kwargs.get("jit_compile") is True:
                raise _no_xla()
            if "jit_compile" in accepts[len(args):]:
                kwargs["jit_compile"] = False
            return super().compile(*args, **kwargs)

    return ParallelModel


def _is_symbolic(inputs):
    graph = None if tf.executing_eagerly() else tf.compat.v1.get_default_graph().name
    return graph in _SYMBOLIC_GRAPHS or not all(x is None or tf.is_tensor(x) for x in tf.nest.flatten(inputs))


def _no_xla():
    return TechniqueUnavailable(
        "compile(jit_compile=True) of a parallel model cannot be had: XLA compiles a step for one device.",
        found="TensorFlow " + tf.__version__, do="leave jit_compile out")
