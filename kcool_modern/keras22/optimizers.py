"""Optimizers with the formulas, names and defaults of Keras 2.2.

What a parameter is updated with is one operation of the graph per parameter (`_sgd`, `_adam` ...), not dozens.
"""
import keras
from keras import ops

from . import backend as K
from ._symbolic.record import record
from .legacy import interfaces
from .utils.generic_utils import deserialize_keras_object, serialize_keras_object

__all__ = ["Adadelta", "Adagrad", "Adam", "Adamax", "Nadam", "Optimizer", "RMSprop", "SGD", "TFOptimizer", "adadelta",
           "adagrad", "adam", "adamax", "clip_norm", "deserialize", "get", "nadam", "rmsprop", "serialize", "sgd"]


def clip_norm(g, c, n):
    """Shortens a gradient whose norm is greater than allowed.

    Args:
        g: tensor, the gradient.
        c: float, the greatest norm; nothing is done if it is not positive.
        n: tensor, the norm.
    """
    return record(_clip_norm, (g, c, n), name="clip_norm") if c > 0 else g


def _clip_norm(g, c, n):
    return ops.where(n >= c, c / n * g, g)


def _clip(grads, norm, value):
    if norm > 0:
        length = ops.sqrt(sum(ops.sum(ops.square(g)) for g in grads))
        grads = [_clip_norm(g, norm, length) for g in grads]
    return [ops.clip(g, -value, value) for g in grads] if value > 0 else grads


class Optimizer(object):
    """Base class: turns a loss into updates of parameters.

    Args:
        clipnorm: float, the greatest norm of all gradients together.
        clipvalue: float, the greatest absolute value of a gradient's element.

    Attributes:
        updates: what `get_updates` gave.
        weights: the optimizer's own variables that are saved with a model.
    """

    def __init__(self, **kwargs):
        for name in kwargs:
            if name not in ("clipnorm", "clipvalue"):
                raise TypeError("Unexpected keyword argument passed to optimizer: " + str(name))
        self.__dict__.update(kwargs)
        self.updates = []
        self.weights = []

    @interfaces.legacy_get_updates_support
    def get_updates(self, loss, params):
        """The updates of one step.

        Args:
            loss: tensor.
            params: list of variables.
        """
        raise NotImplementedError

    def get_gradients(self, loss, params):
        """The gradients of the loss, clipped: a list of tensors."""
        grads = K.gradients(loss, params)
        if any(g is None for g in grads):
            raise ValueError("An operation has `None` for gradient. Please make sure that all of your ops have a "
                             "gradient defined (i.e. are differentiable). Common ops without gradient: K.argmax, "
                             "K.round, K.eval.")
        norm, value = getattr(self, "clipnorm", 0), getattr(self, "clipvalue", 0)
        return list(record(_clip, (grads, norm, value), name="clip")) if norm > 0 or value > 0 else grads

    def set_weights(self, weights):
        """Sets `weights` from a list of arrays; after the updates have been made."""
        if len(self.weights) != len(weights):
            raise ValueError("Length of the specified weight list (%d) does not match the number of weights of the "
                             "optimizer (%d)" % (len(weights), len(self.weights)))
        for there, given in zip(self.get_weights(), weights):
            if there.shape != given.shape:
                raise ValueError("Optimizer weight shape %s not compatible with provided weight shape %s"
                                 % (there.shape, given.shape))
        K.batch_set_value(list(zip(self.weights, weights)))

    def get_weights(self):
        """The values of `weights`: a list of arrays."""
        return K.batch_get_value(self.weights)

    def get_config(self):
        """The arguments of the constructor, with the values that they have now."""
        return {name: getattr(self, name) for name in ("clipnorm", "clipvalue") if hasattr(self, name)}

    @classmethod
    def from_config(cls, config):
        """Makes an optimizer from its config."""
        return cls(**config)

    def _set_up(self, **values):
        """Makes a variable of each value that the user may change while training; counts iterations."""
        with K.name_scope(type(self).__name__):
            self.iterations = K.variable(0, dtype="int64", name="iterations")
            for name, value in values.items():
                setattr(self, name, K.variable(value, name=name))
        if "decay" in values:
            self.initial_decay = values["decay"]

    def _config(self, names, **others):
        config = Optimizer.get_config(self)
        config.update((name, float(K.get_value(getattr(self, name)))) for name in names)
        config.update(others)
        return config

    def _decayed(self):
        """The learning rate of this step."""
        if self.initial_decay > 0:
            return record(_decay, (self.lr, self.decay, self.iterations), name="decay")
        return self.lr

    def _begin(self, loss, params):
        """The gradients; the list of updates is begun."""
        grads = self.get_gradients(loss, params)
        self.updates = [K.update_add(self.iterations, 1)]
        return grads

    def _write(self, param, value, *slots):
        """Adds the updates of a parameter and of ``(variable, new value)`` pairs that belong to it."""
        if getattr(param, "constraint", None) is not None:
            value = param.constraint(value)
        self.updates.extend(K.update(slot, new) for slot, new in slots)
        self.updates.append(K.update(param, value))


def _zeros(params):
    return [K.zeros(K.int_shape(p), dtype=K.dtype(p)) for p in params]


def _decay(lr, decay, iterations):
    return lr * (1. / (1. + decay * ops.cast(iterations, decay.dtype)))


def _step_number(iterations):
    return ops.cast(iterations, keras.config.floatx()) + 1


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
        moments = _zeros(params)
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
        grads = self._begin(loss, params)
        self.weights = accumulators = _zeros(params)
        lr = self._decayed()
        for p, g, a in zip(params, grads, accumulators):
            new_p, new_a = record(_rmsprop, (p, g, a, lr, self.rho, self.epsilon), name="rmsprop")
            self._write(p, new_p, (a, new_a))
        return self.updates

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
        grads = self._begin(loss, params)
        self.weights = accumulators = _zeros(params)
        lr = self._decayed()
        for p, g, a in zip(params, grads, accumulators):
            new_p, new_a = record(_adagrad, (p, g, a, lr, self.epsilon), name="adagrad")
            self._write(p, new_p, (a, new_a))
        return self.updates

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
        accumulators, deltas = _zeros(params), _zeros(params)
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
        ms, vs = _zeros(params), _zeros(params)
        vhats = _zeros(params) if self.amsgrad else [K.zeros(1) for _ in params]
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
    t = _step_number(iterations)
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
        ms, us = _zeros(params), _zeros(params)
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
    return lr / (1. - ops.power(beta_1, _step_number(iterations)))


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
        ms, vs = _zeros(params), _zeros(params)
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
    t = _step_number(iterations)
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
