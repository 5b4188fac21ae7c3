"""Activation functions."""
import warnings

import keras

from . import backend as K
from ._symbolic.record import record
from .engine.base_layer import Layer  # noqa: F401 - 2.2.4 had it here too
from .utils.generic_utils import deserialize_keras_object

__all__ = ["deserialize", "elu", "exponential", "get", "hard_sigmoid", "linear", "relu", "selu", "serialize", "sigmoid",
           "softmax", "softplus", "softsign", "tanh"]

# Plain functions without decorators: models of old take them apart by their code (`func_dump`).


def softmax(x, axis=-1):
    """``exp(x)``, divided by its sum along `axis`.

    Args:
        x: tensor of two axes (always the last one is taken then) or more.
        axis: int.
    """
    ndim = K.ndim(x)
    if ndim == 2:
        return K.softmax(x)
    if ndim > 2:
        return record(keras.ops.softmax, (x, axis), name="softmax")
    raise ValueError("Cannot apply softmax to a tensor that is 1D. Received input: %s" % (x,))


def elu(x, alpha=1.0):
    """`x` where it is positive, ``alpha * (exp(x) - 1)`` elsewhere."""
    return K.elu(x, alpha)


def selu(x):
    """`elu`, scaled so that mean 0 and variance 1 are kept from layer to layer."""
    alpha = 1.6732632423543772848170429916717
    scale = 1.0507009873554804934193349852946
    return scale * K.elu(x, alpha)


def softplus(x):
    """``log(exp(x) + 1)``."""
    return K.softplus(x)


def softsign(x):
    """``x / (abs(x) + 1)``."""
    return K.softsign(x)


def relu(x, alpha=0., max_value=None, threshold=0.):
    """`x` where it is at least `threshold`, ``alpha * (x - threshold)`` below, never more than `max_value`."""
    return K.relu(x, alpha=alpha, max_value=max_value, threshold=threshold)


def tanh(x):
    """Hyperbolic tangent."""
    return K.tanh(x)


def sigmoid(x):
    """``1 / (1 + exp(-x))``."""
    return K.sigmoid(x)


def hard_sigmoid(x):
    """``0.2 * x + 0.5``, between 0 and 1."""
    return K.hard_sigmoid(x)


def exponential(x):
    """``exp(x)``."""
    return K.exp(x)


def linear(x):
    """`x` itself."""
    return x


def serialize(activation):
    """The name of an activation function."""
    return activation.__name__


def deserialize(name, custom_objects=None):
    """An activation function by its name."""
    return deserialize_keras_object(name, module_objects=globals(), custom_objects=custom_objects,
                                    printable_module_name="activation function")


def get(identifier):
    """An activation function by name or itself; `linear` for None."""
    if identifier is None:
        return linear
    if isinstance(identifier, str):
        return deserialize(identifier)
    if not callable(identifier):
        raise ValueError("Could not interpret activation function identifier:", identifier)
    if isinstance(identifier, keras.layers.Layer):
        warnings.warn("Do not pass a layer instance (such as %s) as the activation argument of another layer. Instead, "
                      "advanced activation layers should be used just like any other layer in a model."
                      % type(identifier).__name__, stacklevel=2)
    return identifier
