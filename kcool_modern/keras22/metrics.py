"""Metric functions: tensors of targets and predictions give a tensor that is averaged, and only shown."""
from . import backend as K
from ._symbolic.record import op
from .losses import (
    MAE,
    MAPE,
    MSE,
    MSLE,
    binary_crossentropy,
    categorical_crossentropy,
    cosine,
    cosine_proximity,
    hinge,
    kullback_leibler_divergence,
    logcosh,
    mae,
    mape,
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_squared_error,
    mean_squared_logarithmic_error,
    mse,
    msle,
    poisson,
    sparse_categorical_crossentropy,
    squared_hinge,
)
from .utils.generic_utils import deserialize_keras_object, interpret_function, serialize_keras_object

__all__ = ["MAE", "MAPE", "MSE", "MSLE", "binary_accuracy", "binary_crossentropy", "categorical_accuracy",
           "categorical_crossentropy", "cosine", "cosine_proximity", "deserialize", "get", "hinge",
           "kullback_leibler_divergence", "logcosh", "mae", "mape", "mean_absolute_error",
           "mean_absolute_percentage_error", "mean_squared_error", "mean_squared_logarithmic_error", "mse", "msle",
           "poisson", "serialize", "sparse_categorical_accuracy", "sparse_categorical_crossentropy",
           "sparse_top_k_categorical_accuracy", "squared_hinge", "top_k_categorical_accuracy"]


@op
def binary_accuracy(y_true, y_pred):
    """The share of predictions that, rounded, equal the target."""
    return K.mean(K.equal(y_true, K.round(y_pred)), axis=-1)


@op
def categorical_accuracy(y_true, y_pred):
    """1 where the likeliest class is the one of the one-hot target."""
    return K.cast(K.equal(K.argmax(y_true, axis=-1), K.argmax(y_pred, axis=-1)), K.floatx())


@op
def sparse_categorical_accuracy(y_true, y_pred):
    """1 where the likeliest class is the target; targets may have a last axis of 1."""
    return K.cast(K.equal(K.flatten(y_true), K.cast(K.argmax(y_pred, axis=-1), K.floatx())), K.floatx())


@op
def top_k_categorical_accuracy(y_true, y_pred, k=5):
    """How often the class of the one-hot target is among the `k` likeliest, a single number."""
    return K.mean(K.in_top_k(y_pred, K.argmax(y_true, axis=-1), k), axis=-1)


@op
def sparse_top_k_categorical_accuracy(y_true, y_pred, k=5):
    """How often the target is among the `k` likeliest classes, a single number."""
    return K.mean(K.in_top_k(y_pred, K.cast(K.flatten(y_true), "int32"), k), axis=-1)


def serialize(metric):
    """The name of a metric function, or the config of a metric object."""
    return serialize_keras_object(metric)


def deserialize(config, custom_objects=None):
    """A metric function by its name, or a metric object from its config."""
    return deserialize_keras_object(config, module_objects=globals(), custom_objects=custom_objects,
                                    printable_module_name="metric function")


def get(identifier):
    """A metric by name, config or itself."""
    return interpret_function(identifier, deserialize, "metric function")
