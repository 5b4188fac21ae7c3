"""Moving averages that ride on the training step of TensorFlow models: tf.keras, tf-keras and Keras 3."""
import tensorflow as tf

from kcool.errors import TechniqueUnavailable

from ..averages import Carrier
from ..updates import sign_of_update


class Average(Carrier):
    """The averages of one model's weights."""

    def __init__(self, model, momentum):
        if hasattr(model, "_make_train_function"):
            raise TechniqueUnavailable(
                "ExponentialMovingAverage(model): the model trains in TensorFlow 1 graph mode, without a train_step.",
                found=f"TensorFlow {tf.__version__}, eager execution is off",
                do="leave eager execution on (no tf.compat.v1.disable_eager_execution()) and build the model again")
        super().__init__(model, momentum)
        # Under a strategy each replica then has its own component, as it has of the weight.
        with model.distribute_strategy.scope():
            self.variables = [_average_of(source) for source in self.sources]

    @staticmethod
    def source(weight):
        """The tf.Variable of a weight."""
        return _variable(weight)

    @staticmethod
    def array(variable):
        """A copy of an average, or of a source, as a NumPy array."""
        return variable.numpy()

    def inject(self, before_training):
        """Makes the model's training step update the averages, from its next batch on.

        Args:
            before_training: called before each fit or train_on_batch; may raise.
        """
        model, step, make = self.model, self.model.train_step, self.model.make_train_function

        def train_step(*args, **kwargs):
            with tf.init_scope():  # the optimizers of Keras 2 make their counter when it is first asked for
                sign = sign_of_update(model.optimizer)
            before = _read(sign)
            logs = step(*args, **kwargs)
            self._follow(sign, before)
            return logs

        def make_train_function(*args, **kwargs):
            before_training()
            return make(*args, **kwargs)

        self.ride_on(train_step, make_train_function)
        if model.train_function is not None:
            model.train_function = None
            make()

    @tf.autograph.experimental.do_not_convert
    def _follow(self, sign, before):
        if sign is None:
            self._update()
        else:
            tf.cond(sign.made(before, _read(sign)), self._update, lambda: None)

    def _update(self):
        for average, source in zip(self.variables, self.sources):
            latest = source.read_value()
            if not average.dtype.is_floating and not average.dtype.is_complex:
                # By its handle, for a strategy forbids to assign a component.
                tf.raw_ops.AssignVariableOp(resource=average.handle, value=latest)
                continue
            # average - (1 - momentum) * (average - latest), in two passes over the memory instead of four.
            distance = average.read_value() - tf.cast(latest, average.dtype)
            tf.raw_ops.ResourceApplyGradientDescent(
                var=average.handle, alpha=tf.constant(self.alpha, average.dtype), delta=distance)


@tf.autograph.experimental.do_not_convert
def _read(sign):
    return None if sign is None else [_variable(variable).read_value() for variable in sign.variables]


def _variable(weight):
    """The tf.Variable of a weight: in Keras 3 a weight has one, in Keras 2 it is one."""
    return weight if callable(weight.value) else weight.value


def _average_of(source):
    value = tf.convert_to_tensor(source)
    if value.dtype in (tf.float16, tf.bfloat16):
        value = tf.cast(value, tf.float32)
    return tf.Variable(value, trainable=False, name="average", synchronization=source.synchronization,
                       aggregation=source.aggregation)
