"""Optimizers with the formulas, names and defaults of Keras 2.2.

What a parameter is updated with is one operation of the graph per parameter (`_sgd`, `_adam` ...), not dozens.
"""
import keras
from keras import ops

from . import backend as K
from ._optimizer import Optimizer, clip_norm, step_number, zeros_like_each
from ._symbolic.record import record
from .legacy import interfaces
from .utils.generic_utils import deserialize_keras_object, serialize_keras_object

__all__ = ["Adadelta", "Adagrad", "Adam", "Adamax", "Nadam", "Optimizer", "RMSprop", "SGD", "TFOptimizer", "adadelta",
           "adagrad", "adam", "adamax", "clip_norm", "deserialize", "get", "nadam", "rmsprop", "serialize", "sgd"]


class SGD(Optimizer):
    """Gradient descent.

    Args:
        lr: float, the learning rate.
        momentum: float, the part of a step that the next one keeps.
        decay: float; the learning rate is divided by ``1 + decay * iterations``.
        nesterov: bool, whether the momentum is applied before the gradient.
    """

    def __init__(self, lr=0.01, momentum=0., decay=0., nesterov=False, **kwargs):
        super(SGD, self).__init__(**kwargs)
        self._set_up(lr=lr, momentum=momentum, decay=decay)
        self.nesterov = nesterov

    @interfaces.legacy_get_updates_support
    def get_updates(self, loss, params):
        """See `Optimizer`."""
        grads = self._begin(loss, params)
        moments = zeros_like_each(params)
        self.weights = [self.iterations] + moments
        lr = self._decayed()
        for p, g, m in zip(params, grads, moments):
            new_p, v = record(_sgd, (p, g, m, lr, self.momentum, self.nesterov), name="sgd")
            self._write(p, new_p, (m, v))
        return self.updates

    def get_config(self):
        """See `Optimizer`."""
        return self._config(["lr", "momentum", "decay"], nesterov=self.nesterov)


def _sgd(p, g, m, lr, momentum, nesterov):
    v = momentum * m - lr * g
    return p + momentum * v - lr * g if nesterov else p + v, v


class RMSprop(Optimizer):
    """Gradients divided by a running root mean square of themselves.

    Args:
        lr, decay: as in `SGD`.
        rho: float, what the mean keeps at each step.
        epsilon: float, added to the divisor; ``K.epsilon()`` by default.
    """

    def __init__(self, lr=0.001, rho=0.9, epsilon=None, decay=0., **kwargs):
        super(RMSprop, self).__init__(**kwargs)
        self._set_up(lr=lr, rho=rho, decay=decay)
        self.epsilon = K.epsilon() if epsilon is None else epsilon

    @interfaces.legacy_get_updates_support
    def get_updates(self, loss, params):
        """See `Optimizer`."""
        return self._accumulate(loss, params, _rmsprop, self.rho, self.epsilon)

    def get_config(self):
        """See `Optimizer`."""
        return self._config(["lr", "rho", "decay"], epsilon=self.epsilon)


def _rmsprop(p, g, a, lr, rho, epsilon):
    a = rho * a + (1. - rho) * ops.square(g)
    return p - lr * g / (ops.sqrt(a) + epsilon), a


class Adagrad(Optimizer):
    """Gradients divided by the root of the sum of all their squares so far.

    Args:
        lr, epsilon, decay: as in `RMSprop`.
    """

    def __init__(self, lr=0.01, epsilon=None, decay=0., **kwargs):
        super(Adagrad, self).__init__(**kwargs)
        self._set_up(lr=lr, decay=decay)
        self.epsilon = K.epsilon() if epsilon is None else epsilon

    @interfaces.legacy_get_updates_support
    def get_updates(self, loss, params):
        """See `Optimizer`."""
        return self._accumulate(loss, params, _adagrad, self.epsilon)

    def get_config(self):
        """See `Optimizer`."""
        return self._config(["lr", "decay"], epsilon=self.epsilon)


def _adagrad(p, g, a, lr, epsilon):
    a = a + ops.square(g)
    return p - lr * g / (ops.sqrt(a) + epsilon), a


class Adadelta(Optimizer):
    """`RMSprop` whose steps are scaled by a running root mean square of the steps.

    Args:
        lr, epsilon, decay: as in `RMSprop`.
        rho: float, what both means keep at each step.
    """

    def __init__(self, lr=1.0, rho=0.95, epsilon=None, decay=0., **kwargs):
        super(Adadelta, self).__init__(**kwargs)
        self._set_up(lr=lr, decay=decay)
        self.epsilon = K.epsilon() if epsilon is None else epsilon
        self.rho = rho

    @interfaces.legacy_get_updates_support
    def get_updates(self, loss, params):
        """See `Optimizer`."""
        grads = self._begin(loss, params)
        accumulators, deltas = zeros_like_each(params), zeros_like_each(params)
        self.weights = accumulators + deltas
        lr = self._decayed()
        for p, g, a, d in zip(params, grads, accumulators, deltas):
            new_p, new_a, new_d = record(_adadelta, (p, g, a, d, lr, self.rho, self.epsilon), name="adadelta")
            self._write(p, new_p, (a, new_a), (d, new_d))
        return self.updates

    def get_config(self):
        """See `Optimizer`."""
        config = self._config(["lr", "decay"], epsilon=self.epsilon)
        config["rho"] = self.rho
        return config


def _adadelta(p, g, a, d, lr, rho, epsilon):
    a = rho * a + (1. - rho) * ops.square(g)
    step = g * ops.sqrt(d + epsilon) / ops.sqrt(a + epsilon)
    return p - lr * step, a, rho * d + (1 - rho) * ops.square(step)


class Adam(Optimizer):
    """Running means of the gradients, divided by the root of running means of their squares.

    Args:
        lr, epsilon, decay: as in `RMSprop`.
        beta_1, beta_2: float, what the means of the gradients and of their squares keep at each step.
        amsgrad: bool, whether the divisor never becomes smaller again.
    """

    def __init__(self, lr=0.001, beta_1=0.9, beta_2=0.999, epsilon=None, decay=0., amsgrad=False, **kwargs):
        super(Adam, self).__init__(**kwargs)
        self._set_up(lr=lr, beta_1=beta_1, beta_2=beta_2, decay=decay)
        self.epsilon = K.epsilon() if epsilon is None else epsilon
        self.amsgrad = amsgrad

    @interfaces.legacy_get_updates_support
    def get_updates(self, loss, params):
        """See `Optimizer`."""
        grads = self._begin(loss, params)
        ms, vs = zeros_like_each(params), zeros_like_each(params)
        vhats = zeros_like_each(params) if self.amsgrad else [K.zeros(1) for _ in params]
        self.weights = [self.iterations] + ms + vs + vhats
        lr = record(_adam_rate, (self._decayed(), self.beta_1, self.beta_2, self.iterations), name="adam_rate")
        for p, g, m, v, vhat in zip(params, grads, ms, vs, vhats):
            values = (p, g, m, v, lr, self.beta_1, self.beta_2, self.epsilon)
            if self.amsgrad:
                new_p, new_m, new_v, new_vhat = record(_amsgrad, values + (vhat,), name="amsgrad")
                self._write(p, new_p, (vhat, new_vhat), (m, new_m), (v, new_v))
            else:
                new_p, new_m, new_v = record(_adam, values, name="adam")
                self._write(p, new_p, (m, new_m), (v, new_v))
        return self.updates

    def get_config(self):
        """See `Optimizer`."""
        return self._config(["lr", "beta_1", "beta_2", "decay"], epsilon=self.epsilon, amsgrad=self.amsgrad)


def _adam_rate(lr, beta_1, beta_2, iterations):
    t = step_number(iterations)
    return lr * (ops.sqrt(1. - ops.power(beta_2, t)) / (1. - ops.power(beta_1, t)))


def _moments(g, m, v, beta_1, beta_2):
    return beta_1 * m + (1. - beta_1) * g, beta_2 * v + (1. - beta_2) * ops.square(g)


def _adam(p, g, m, v, lr, beta_1, beta_2, epsilon):
    m, v = _moments(g, m, v, beta_1, beta_2)
    return p - lr * m / (ops.sqrt(v) + epsilon), m, v


def _amsgrad(p, g, m, v, lr, beta_1, beta_2, epsilon, vhat):
    m, v = _moments(g, m, v, beta_1, beta_2)
    vhat = ops.maximum(vhat, v)
    return p - lr * m / (ops.sqrt(vhat) + epsilon), m, v, vhat


class Adamax(Optimizer):
    """`Adam` with the greatest of the (fading) absolute values in the place of the mean of the squares.

    Args:
        lr, beta_1, beta_2, epsilon, decay: as in `Adam`.
    """

    def __init__(self, lr=0.002, beta_1=0.9, beta_2=0.999, epsilon=None, decay=0., **kwargs):
        super(Adamax, self).__init__(**kwargs)
        self._set_up(lr=lr, beta_1=beta_1, beta_2=beta_2, decay=decay)
        self.epsilon = K.epsilon() if epsilon is None else epsilon

    @interfaces.legacy_get_updates_support
    def get_updates(self, loss, params):
        """See `Optimizer`."""
        grads = self._begin(loss, params)
        ms, us = zeros_like_each(params), zeros_like_each(params)
        self.weights = [self.iterations] + ms + us
        lr = record(_adamax_rate, (self._decayed(), self.beta_1, self.iterations), name="adamax_rate")
        for p, g, m, u in zip(params, grads, ms, us):
            new_p, new_m, new_u = record(_adamax, (p, g, m, u, lr, self.beta_1, self.beta_2, self.epsilon),
                                         name="adamax")
            self._write(p, new_p, (m, new_m), (u, new_u))
        return self.updates

    def get_config(self):
        """See `Optimizer`."""
        return self._config(["lr", "beta_1", "beta_2", "decay"], epsilon=self.epsilon)


def _adamax_rate(lr, beta_1, iterations):
    return lr / (1. - ops.power(beta_1, step_number(iterations)))


def _adamax(p, g, m, u, lr, beta_1, beta_2, epsilon):
    m = beta_1 * m + (1. - beta_1) * g
    u = ops.maximum(beta_2 * u, ops.abs(g))
    return p - lr * m / (u + epsilon), m, u


class Nadam(Optimizer):
    """`Adam` with Nesterov momentum that grows by a schedule.

    Args:
        lr, beta_1, beta_2, epsilon: as in `Adam`.
        schedule_decay: float, how fast the momentum grows.
    """

    def __init__(self, lr=0.002, beta_1=0.9, beta_2=0.999, epsilon=None, schedule_decay=0.004, **kwargs):
        super(Nadam, self).__init__(**kwargs)
        self._set_up(lr=lr, beta_1=beta_1, beta_2=beta_2, m_schedule=1.)
        self.epsilon = K.epsilon() if epsilon is None else epsilon
        self.schedule_decay = schedule_decay

    @interfaces.legacy_get_updates_support
    def get_updates(self, loss, params):
        """See `Optimizer`."""
        grads = self._begin(loss, params)
        ms, vs = zeros_like_each(params), zeros_like_each(params)
        self.weights = [self.iterations] + ms + vs
        schedule = record(_nadam_schedule, (self.m_schedule, self.iterations, self.beta_1, self.beta_2,
                                            self.schedule_decay), name="nadam_schedule")
        self.updates.append(K.update(self.m_schedule, schedule[0]))
        for p, g, m, v in zip(params, grads, ms, vs):
            new_p, new_m, new_v = record(_nadam, (p, g, m, v, self.lr, self.beta_1, self.beta_2, self.epsilon,
                                                  schedule), name="nadam")
            self._write(p, new_p, (m, new_m), (v, new_v))
        return self.updates

    def get_config(self):
        """See `Optimizer`."""
        return self._config(["lr", "beta_1", "beta_2"], epsilon=self.epsilon, schedule_decay=self.schedule_decay)


def _nadam_schedule(m_schedule, iterations, beta_1, beta_2, schedule_decay):
    t = step_number(iterations)
    base = ops.convert_to_tensor(0.96, dtype=keras.config.floatx())
    now, then = [beta_1 * (1. - 0.5 * ops.power(base, step * schedule_decay)) for step in (t, t + 1)]
    return m_schedule * now, m_schedule * now * then, now, then, 1. - ops.power(beta_2, t)


def _nadam(p, g, m, v, lr, beta_1, beta_2, epsilon, schedule):
    product, next_product, now, then, correction = schedule
    m, v = _moments(g, m, v, beta_1, beta_2)
    mean = (1. - now) * (g / (1. - product)) + then * (m / (1. - next_product))
    return p - lr * mean / (ops.sqrt(v / correction) + epsilon), m, v


class TFOptimizer(Optimizer):
    """An optimizer of TensorFlow 1 (``tf.train.AdamOptimizer()`` and its like); constraints are not applied.

    Args:
        optimizer: the optimizer.
    """

    def __init__(self, optimizer):
        self.optimizer = optimizer
        self._set_up()

    @interfaces.legacy_get_updates_support
    def get_updates(self, loss, params):
        """See `Optimizer`."""
        from ._native_optimizer import new_values
        # The wrapper and the wrapped optimizer both count.
        self.updates = [K.update_add(self.iterations, 1), K.update_add(self.iterations, 1)]
        pairs = [(p, g) for p, g in zip(params, K.gradients(loss, params)) if g is not None]
        self.updates.extend(K.update(p, value) for p, value in new_values(self.optimizer, pairs))
        return self.updates

    @property
    def weights(self):
        """Not available."""
        raise NotImplementedError

    def get_config(self):
        """Not available."""
        raise NotImplementedError

    def from_config(self, config):
        """Not available."""
        raise NotImplementedError


sgd = SGD
rmsprop = RMSprop
adagrad = Adagrad
adadelta = Adadelta
adam = Adam
adamax = Adamax
nadam = Nadam

_CLASSES = {cls.__name__.lower(): cls for cls in (SGD, RMSprop, Adagrad, Adadelta, Adam, Adamax, Nadam, TFOptimizer)}


def serialize(optimizer):
    """The config of an optimizer."""
    return serialize_keras_object(optimizer)


def deserialize(config, custom_objects=None):
    """Makes an optimizer from its config. The name of a known class is put into lower case, in `config` itself."""
    if config["class_name"].lower() in _CLASSES:
        config["class_name"] = config["class_name"].lower()
    return deserialize_keras_object(config, module_objects=_CLASSES, custom_objects=custom_objects,
                                    printable_module_name="optimizer")


def get(identifier):
    """An optimizer by name, config or itself; optimizers of TensorFlow 1 are wrapped."""
    if isinstance(identifier, Optimizer):
        return identifier
    if isinstance(identifier, dict):
        return deserialize(identifier)
    if isinstance(identifier, str):
        return deserialize({"class_name": identifier, "config": {}})
    if K.backend() == "tensorflow":
        from ._native_optimizer import is_native
        if is_native(identifier):
            return TFOptimizer(identifier)
    raise ValueError("Could not interpret optimizer identifier: " + str(identifier))
