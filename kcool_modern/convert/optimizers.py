"""Optimizers of Keras 2.2 whose formulas Keras 3 has changed, as subclasses of today's.

Like what is in `numerics`, they are registered under the package ``kcool``.
"""
import keras
from keras import ops

from .numerics import registered

__all__ = ["Adagrad", "Nadam", "RMSprop"]


@registered
class RMSprop(keras.optimizers.RMSprop):
    """RMSprop that divides by ``sqrt(v) + epsilon``; Keras 3 divides by ``sqrt(v + epsilon)``."""

    def update_step(self, gradient, variable, learning_rate):
        """One step of one variable."""
        rate, gradient = ops.cast(learning_rate, variable.dtype), ops.cast(gradient, variable.dtype)
        velocity = self._velocities[self._get_variable_index(variable)]
        new = self.rho * velocity + (1.0 - self.rho) * ops.square(gradient)
        self.assign(velocity, new)
        self.assign_sub(variable, rate * gradient / (ops.sqrt(new) + self.epsilon))


@registered
class Adagrad(keras.optimizers.Adagrad):
    """Adagrad that divides by ``sqrt(a) + epsilon``; Keras 3 divides by ``sqrt(a + epsilon)``."""

    def update_step(self, gradient, variable, learning_rate):
        """One step of one variable."""
        rate, gradient = ops.cast(learning_rate, variable.dtype), ops.cast(gradient, variable.dtype)
        accumulator = self._accumulators[self._get_variable_index(variable)]
        new = accumulator + ops.square(gradient)
        self.assign(accumulator, new)
        self.assign_sub(variable, rate * gradient / (ops.sqrt(new) + self.epsilon))


@registered
class Nadam(keras.optimizers.Nadam):
    """Nadam with `schedule_decay`, 0.004 in Keras 2.2; in Keras 3 it is 1.

    Args:
        schedule_decay: float, how fast the momentum grows.
    """

    def __init__(self, learning_rate=0.002, schedule_decay=0.004, **kwargs):
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.schedule_decay = schedule_decay

    def _momentum_at(self, step, dtype):
        power = ops.power(ops.cast(0.96, dtype), ops.cast(step, dtype) * self.schedule_decay)
        return self.beta_1 * (1.0 - 0.5 * power)

    def _backend_update_step(self, grads, trainable_variables, learning_rate):
        self.assign(self._u_product, self._u_product * self._momentum_at(self.iterations + 1, self._u_product.dtype))
        # Past the step of Keras's own Nadam, which would count its momentum in as well.
        super(keras.optimizers.Nadam, self)._backend_update_step(grads, trainable_variables, learning_rate)

    def update_step(self, gradient, variable, learning_rate):
        """One step of one variable."""
        dtype = variable.dtype
        rate, gradient = ops.cast(learning_rate, dtype), ops.cast(gradient, dtype)
        index = self._get_variable_index(variable)
        m, v = self._momentums[index], self._velocities[index]
        now, following = (self._momentum_at(self.iterations + ahead, dtype) for ahead in (1, 2))
        product = ops.cast(self._u_product, dtype)
        new_m = self.beta_1 * m + (1.0 - self.beta_1) * gradient
        new_v = self.beta_2 * v + (1.0 - self.beta_2) * ops.square(gradient)
        self.assign(m, new_m)
        self.assign(v, new_v)
        ahead = (1.0 - now) * gradient / (1.0 - product) + following * new_m / (1.0 - product * following)
        power = ops.power(ops.cast(self.beta_2, dtype), ops.cast(self.iterations + 1, dtype))
        self.assign_sub(variable, rate * ahead / (ops.sqrt(new_v / (1.0 - power)) + self.epsilon))

    def get_config(self):
        """The arguments that make it anew."""
        return dict(super().get_config(), schedule_decay=self.schedule_decay)
