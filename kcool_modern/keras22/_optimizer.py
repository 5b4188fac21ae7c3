"""What the optimizers of Keras 2.2 have in common: gradients, clipping, decay, and the updates of a step."""
import keras
from keras import ops

from . import backend as K
from ._symbolic.record import record
from .legacy import interfaces

__all__ = ["Optimizer", "clip_norm", "step_number", "zeros_like_each"]


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
        raise NotImplementedError("%s has no `get_updates(loss, params)`: an optimizer of Keras 2.2 gives a list of "
                                  "updates there, such as K.update(param, new_value)." % type(self).__name__)

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

    def _accumulate(self, loss, params, step, *numbers):
        """The updates of an optimizer with one variable beside each parameter."""
        grads = self._begin(loss, params)
        self.weights = accumulators = zeros_like_each(params)
        lr = self._decayed()
        for p, g, a in zip(params, grads, accumulators):
            new_p, new_a = record(step, (p, g, a, lr) + numbers, name=step.__name__.strip("_"))
            self._write(p, new_p, (a, new_a))
        return self.updates

    def _write(self, param, value, *slots):
        """Adds the updates of a parameter and of ``(variable, new value)`` pairs that belong to it."""
        if getattr(param, "constraint", None) is not None:
            value = param.constraint(value)
        self.updates.extend(K.update(slot, new) for slot, new in slots)
        self.updates.append(K.update(param, value))


def zeros_like_each(params):
    """A variable full of zeros for each parameter."""
    return [K.zeros(K.int_shape(p), dtype=K.dtype(p)) for p in params]


def _decay(lr, decay, iterations):
    return lr * (1. / (1. + decay * ops.cast(iterations, decay.dtype)))


def step_number(iterations):
    """The number of the step, from 1, as a floating-point tensor."""
    return ops.cast(iterations, keras.config.floatx()) + 1
