"""Moving average of all weights of a model, injected into its training step.

The recipe (Su Jianlin, "Make Keras a Bit Cooler", 2019-04-28): beside the weights that the optimizer moves, keep a
set that follows them, ``average <- momentum * average + (1 - momentum) * weight`` after every update, and evaluate
and save with that one. It needs no optimizer of its own and leaves the path of the optimizer as it was.

What changed between stacks: Keras 2.2 collects update operations in lists, and the recipe appends its own to
``model.metrics_updates``. Later Keras has no such list.

This side lets Keras make its training function and then adds the update behind all that this function runs:
TensorFlow groups the operations of a list without ordering them, so that on the list itself the average would take
the weights of before or after the step as it happens. The training function is extended, not made again, for making
it again would give the optimizer new, empty moments.

Known differences from the recipe: the average is a plain one from the weights on, without the correction towards zero
that `K.moving_average_update` makes; `evaluate` does not move it; calls in a wrong order raise instead of losing
weights, and so does training while the averages are applied.
"""
import keras.backend as K
import tensorflow as tf
from tensorflow.python.training import training_ops

from kcool_common.ema import Averaging
from kcool_common.train_function import extend_train_function

__all__ = ["ExponentialMovingAverage"]


class ExponentialMovingAverage(Averaging):
    """Keeps an exponential moving average of all weights of a model while it trains.

        ema = ExponentialMovingAverage(model)   # after model.compile
        ema.inject()
        model.fit(x, y)
        with ema.applied():                     # or apply_ema_weights() ... reset_old_weights()
            model.evaluate(x_test, y_test)

    Attributes:
        ema_weights: the averages, backend variables in the order that ``model.weights`` had when this object was made.
            Averages of float16 and bfloat16 weights are float32; an integer or boolean weight is copied.
        old_weights: NumPy arrays, the weights as they were before `apply_ema_weights` (or at `initialize`).
    """

    def _average_of(self, model, momentum):
        return _Average(model, momentum)

    @staticmethod
    def _is_compiled(model):
        return getattr(model, "optimizer", None) is not None and hasattr(model, "train_function")


class _Average:
    """The averages of one model's weights.

    Args:
        model: a built model.
        momentum: share of the old average that is kept, in [0, 1).
    """

    def __init__(self, model, momentum):
        self.model = model
        self.alpha = 1.0 - momentum
        self.weights = list(model.weights)
        self.variables = [K.variable(value, dtype=_wide(value.dtype), name="average")
                          for value in self.read_weights()]

    def names(self):
        return [weight.name for weight in self.weights]

    def read(self):
        return K.batch_get_value(self.variables)

    def write(self, arrays):
        K.batch_set_value(list(zip(self.variables, arrays)))

    def read_weights(self):
        return K.batch_get_value(self.weights)

    def write_weights(self, arrays):
        K.batch_set_value(list(zip(self.weights, arrays)))

    def inject(self, before_training):
        """Makes the model's training function update the averages, from its next batch on.

        Args:
            before_training: called before each fit, fit_generator or train_on_batch; may raise.
        """
        extend_train_function(self.model, before_training, self._extend)

    def _extend(self, function):
        if hasattr(function, "updates_op"):
            with function.updates_op.graph.as_default(), tf.name_scope("average"):
                with tf.control_dependencies([function.updates_op]):
                    function.updates_op = tf.group(*self._updates())
            # Made from the former operation, if it has run before; the next call makes it again.
            function._callable_fn = None
        else:
            self._extend_eager(function)

    def _extend_eager(self, function):
        # TensorFlow 2.0 with eager execution: the function is a graph of its own, and its first output waits for all
        # updates. Let that output wait for the averages too, and wrap the graph again as Keras did.
        graph, wrapped = function._graph_fn.graph, function._graph_fn
        with graph.as_default():
            with tf.control_dependencies([function.outputs[0]]):
                updates = self._updates()
            with tf.control_dependencies(updates):
                function.outputs[0] = tf.identity(function.outputs[0])
        graph.inputs = function._input_references + graph.internal_captures
        graph.outputs = function.outputs
        function._graph_fn = type(wrapped)(graph)
        function._graph_fn._num_positional_args = wrapped._num_positional_args
        function._graph_fn._arg_keywords = wrapped._arg_keywords

    def _updates(self):
        return [self._update(average, weight) for average, weight in zip(self.variables, self.weights)]

    def _update(self, average, weight):
        latest = weight.read_value()  # the variable's own tensor was read before the step
        if not average.dtype.is_floating:
            return tf.group(average.assign(latest))
        # average - (1 - momentum) * (average - latest), in two passes over the memory instead of four.
        distance = average.read_value() - tf.cast(latest, average.dtype.base_dtype)
        rate = tf.constant(self.alpha, average.dtype.base_dtype)
        if hasattr(average, "handle"):
            return training_ops.resource_apply_gradient_descent(average.handle, rate, distance)
        return tf.group(training_ops.apply_gradient_descent(average, rate, distance))


def _wide(dtype):
    return "float32" if dtype.name in ("float16", "bfloat16") else dtype.name
