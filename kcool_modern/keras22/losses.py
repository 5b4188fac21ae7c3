"""Loss functions: tensors of targets and predictions give a tensor without the last axis."""
import math

from . import backend as K
from ._symbolic.record import op
from .utils.generic_utils import deserialize_keras_object, interpret_function, serialize_keras_object

__all__ = ["MAE", "MAPE", "MSE", "MSLE", "KLD", "binary_crossentropy", "categorical_crossentropy", "categorical_hinge",
           "cosine", "cosine_proximity", "deserialize", "get", "hinge", "kld", "kullback_leibler_divergence", "logcosh",
           "mae", "mape", "mean_absolute_error", "mean_absolute_percentage_error", "mean_squared_error",
           "mean_squared_logarithmic_error", "mse", "msle", "poisson", "serialize", "sparse_categorical_crossentropy",
           "squared_hinge"]


@op
def mean_squared_error(y_true, y_pred):
    """Mean of the squared differences."""
    return K.mean(K.square(y_pred - y_true), axis=-1)


@op
def mean_absolute_error(y_true, y_pred):
    """Mean of the absolute differences."""
    return K.mean(K.abs(y_pred - y_true), axis=-1)


@op
def mean_absolute_percentage_error(y_true, y_pred):
    """Mean of the absolute differences as percentages of the targets."""
    return 100. * K.mean(K.abs((y_true - y_pred) / K.clip(K.abs(y_true), K.epsilon(), None)), axis=-1)


@op
def mean_squared_logarithmic_error(y_true, y_pred):
    """Mean of the squared differences of the logarithms; 1 is added first."""
    first, second = [K.log(K.clip(y, K.epsilon(), None) + 1.) for y in (y_pred, y_true)]
    return K.mean(K.square(first - second), axis=-1)


@op
def squared_hinge(y_true, y_pred):
    """Mean of the squares of what `hinge` takes the mean of."""
    return K.mean(K.square(K.maximum(1. - y_true * y_pred, 0.)), axis=-1)


@op
def hinge(y_true, y_pred):
    """Mean of how far ``y_true * y_pred`` stays below 1; targets are -1 and 1."""
    return K.mean(K.maximum(1. - y_true * y_pred, 0.), axis=-1)


@op
def categorical_hinge(y_true, y_pred):
    """How far the right class stays less than 1 above the best wrong one."""
    right = K.sum(y_true * y_pred, axis=-1)
    wrong = K.max((1. - y_true) * y_pred, axis=-1)
    return K.maximum(0., wrong - right + 1.)


@op
def logcosh(y_true, y_pred):
    """Mean of the logarithm of the hyperbolic cosine of the differences."""
    x = y_pred - y_true
    return K.mean(x + K.softplus(-2. * x) - math.log(2.), axis=-1)


@op
def categorical_crossentropy(y_true, y_pred):
    """Cross-entropy of probabilities and one-hot targets."""
    return K.categorical_crossentropy(y_true, y_pred)


@op
def sparse_categorical_crossentropy(y_true, y_pred):
    """Cross-entropy of probabilities and class numbers."""
    return K.sparse_categorical_crossentropy(y_true, y_pred)


@op
def binary_crossentropy(y_true, y_pred):
    """Mean cross-entropy of independent probabilities."""
    return K.mean(K.binary_crossentropy(y_true, y_pred), axis=-1)


@op
def kullback_leibler_divergence(y_true, y_pred):
    """Sum of ``y_true * log(y_true / y_pred)``."""
    y_true, y_pred = [K.clip(y, K.epsilon(), 1) for y in (y_true, y_pred)]
    return K.sum(y_true * K.log(y_true / y_pred), axis=-1)


@op
def poisson(y_true, y_pred):
    """Mean of ``y_pred - y_true * log(y_pred)``."""
    return K.mean(y_pred - y_true * K.log(y_pred + K.epsilon()), axis=-1)


@op
def cosine_proximity(y_true, y_pred):
    """The negative cosine of the angle between targets and predictions."""
    return -K.sum(K.l2_normalize(y_true, axis=-1) * K.l2_normalize(y_pred, axis=-1), axis=-1)


mse = MSE = mean_squared_error
mae = MAE = mean_absolute_error
mape = MAPE = mean_absolute_percentage_error
msle = MSLE = mean_squared_logarithmic_error
kld = KLD = kullback_leibler_divergence
cosine = cosine_proximity


def serialize(loss):
    """The name of a loss function, or the config of a loss object."""
    return serialize_keras_object(loss)


def deserialize(name, custom_objects=None):
    """A loss function by its name, or a loss object from its config."""
    return deserialize_keras_object(name, module_objects=globals(), custom_objects=custom_objects,
                                    printable_module_name="loss function")


def get(identifier):
    """A loss function by name, config or itself; None for None."""
    return None if identifier is None else interpret_function(identifier, deserialize, "loss function")
