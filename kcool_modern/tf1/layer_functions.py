"""``tf.layers``, and the layers of ``tf.contrib.layers``, by the layers of Keras 2.2."""
import functools

from kcool_modern.keras22 import activations
from kcool_modern.keras22 import backend as K
from kcool_modern.keras22 import layers as keras_layers
from kcool_modern.keras22._symbolic.phase import learning_phase
from kcool_modern.keras22._symbolic.spec import is_symbol

from .randoms import glorot_uniform_initializer, xavier_initializer, zeros_initializer
from .variables import add_to_collection, get_variable_scope, variable_scope

__all__ = ["Layer", "average_pooling1d", "average_pooling2d", "batch_normalization", "conv1d", "conv2d",
           "conv2d_transpose", "conv3d", "dense", "dropout", "flatten", "fully_connected", "l1_regularizer",
           "l2_regularizer", "max_pooling1d", "max_pooling2d", "separable_conv2d"]

Layer = keras_layers.Layer
_made = {}  # type: dict


def _layer(make, kind, name, reuse):
    """The layer of a name within the scopes, which is made where there is none."""
    scope = get_variable_scope()
    reuse = reuse or scope.reuse
    full = (scope.name + "/" if scope.name else "") + (name or _next(scope.name, kind, reuse))
    known = _made.get((K.get_session(), full))
    if known is not None:
        if not reuse:
            raise ValueError("Variable %s/kernel already exists, disallowed. Did you mean to set reuse=True?" % full)
        return known
    if reuse is True:
        raise ValueError("Variable %s/kernel does not exist: there is nothing to be reused." % full)
    layer = make(full.replace("/", "_"))
    _made[K.get_session(), full] = layer
    return layer


def _next(scope, kind, reuse):
    number = 0
    while not reuse and (K.get_session(), (scope + "/" if scope else "") + _numbered(kind, number)) in _made:
        number += 1
    return _numbered(kind, number)


def _numbered(kind, number):
    return kind if number == 0 else "%s_%d" % (kind, number)


def _weighted(cls, kind, plain=()):
    """A function that makes and calls a layer with a kernel.

    Args:
        cls: the class of Keras.
        kind: the name of layers that are given none.
        plain: the names of the arguments between the inputs and the keyword ones.
    """
    defaults = {"data_format": "channels_last", "padding": "valid"}

    def function(inputs, *args, **kwargs):
        kwargs.update(zip(plain, args))
        trainable, name, reuse = kwargs.pop("trainable", True), kwargs.pop("name", None), kwargs.pop("reuse", None)
        kwargs.setdefault("kernel_initializer", None)
        for key, value in defaults.items():
            if key in plain:
                kwargs.setdefault(key, value)
        if "padding" in kwargs:
            kwargs["padding"] = kwargs["padding"].lower()
        for key in [key for key in kwargs if key.endswith("kernel_initializer") and kwargs[key] is None]:
            kwargs[key] = get_variable_scope().initializer or glorot_uniform_initializer()
        kwargs = {key: _initializer(value) if key.endswith("_initializer") else value for key, value in kwargs.items()}
        activation = kwargs.pop("activation", None)
        layer = _layer(lambda full: cls(name=full, **kwargs), kind, name, reuse)
        layer.trainable = trainable
        known = len(layer.losses)
        found = layer(inputs)
        for loss in layer.losses[known:]:
            add_to_collection("regularization_losses", loss)
        return found if activation is None else activation(found) if callable(activation) else activations.get(
            activation)(found)

    function.__name__ = function.__qualname__ = kind
    function.__doc__ = "See ``keras.layers.%s``; further arguments as in TensorFlow 1." % cls.__name__
    return function


def _initializer(value):
    value = value() if isinstance(value, type) else value
    plain = value is None or isinstance(value, str) or not callable(value)
    return value if plain else functools.partial(_called, value)


def _called(initializer, shape, dtype=None):
    try:
        return initializer(shape, dtype=dtype or K.floatx())
    except TypeError:
        return initializer(shape)


_conv = ("filters", "kernel_size", "strides", "padding", "data_format", "dilation_rate", "activation", "use_bias",
         "kernel_initializer", "bias_initializer", "kernel_regularizer", "bias_regularizer", "activity_regularizer",
         "kernel_constraint", "bias_constraint", "trainable", "name", "reuse")
dense = _weighted(keras_layers.Dense, "dense", ("units",) + _conv[6:])
conv1d = _weighted(keras_layers.Conv1D, "conv1d", _conv)
conv2d = _weighted(keras_layers.Conv2D, "conv2d", _conv)
conv3d = _weighted(keras_layers.Conv3D, "conv3d", _conv)
conv2d_transpose = _weighted(keras_layers.Conv2DTranspose, "conv2d_transpose", _conv[:5] + _conv[6:])


def separable_conv2d(inputs, filters, kernel_size, depthwise_initializer=None, pointwise_initializer=None, **kwargs):
    """See ``keras.layers.SeparableConv2D``."""
    make = _weighted(_Separable, "separable_conv2d", ("filters", "kernel_size"))
    return make(inputs, filters, kernel_size, depthwise_initializer=depthwise_initializer or "glorot_uniform",
                pointwise_initializer=pointwise_initializer or "glorot_uniform", **kwargs)


def _Separable(kernel_initializer=None, **kwargs):
    return keras_layers.SeparableConv2D(**kwargs)


def batch_normalization(inputs, axis=-1, momentum=0.99, epsilon=1e-3, center=True, scale=True, beta_initializer="zeros",
                        gamma_initializer="ones", moving_mean_initializer="zeros", moving_variance_initializer="ones",
                        training=False, trainable=True, name=None, reuse=None, **kwargs):
    """Batch normalization; the updates of its statistics are in the collection ``update_ops``.

    Args:
        training: bool, or a tensor of one: whether the batch's own statistics are used.
    """
    initializers = {"beta_initializer": beta_initializer, "gamma_initializer": gamma_initializer,
                    "moving_mean_initializer": moving_mean_initializer,
                    "moving_variance_initializer": moving_variance_initializer}
    layer = _layer(lambda full: keras_layers.BatchNormalization(
        axis=axis, momentum=momentum, epsilon=epsilon, center=center, scale=scale, name=full,
        **{key: _initializer(value) for key, value in initializers.items()}), "batch_normalization", name, reuse)
    layer.trainable = trainable
    if is_symbol(training) and training is learning_phase():
        training = None
    if not is_symbol(training):
        known = len(layer._updates)
        found = layer(inputs, training=None if training is None else bool(training))
        for update in layer._updates[known:]:
            add_to_collection("update_ops", update)
        return found
    known = len(layer._updates)
    trained = layer(inputs, training=True)
    for update in layer._updates[known:]:
        if hasattr(update, "variable"):
            update = K.update(update.variable, K.switch(training, update + 0., update.variable + 0.))
        add_to_collection("update_ops", update)
    return K.switch(training, trained, layer(inputs, training=False))


def dropout(inputs, rate=0.5, noise_shape=None, seed=None, training=False, name=None):
    """Dropout where `training` (a bool, or a tensor of one) says so."""
    from .randoms import next_seed
    dropped = K.dropout(inputs, rate, noise_shape, next_seed(seed)) if training is not False else inputs
    if training is True or training is False:
        return dropped
    return K.in_train_phase(dropped, inputs) if training is learning_phase() else K.switch(training, dropped, inputs)


def flatten(inputs, name=None, data_format="channels_last"):
    """All axes but the first one in one."""
    return keras_layers.Flatten()(inputs)


def _pooling(cls):
    def function(inputs, pool_size, strides, padding="valid", data_format="channels_last", name=None):
        return cls(pool_size, strides, padding.lower(), **({} if "1D" in cls.__name__ else {
            "data_format": data_format}))(inputs)

    function.__doc__ = "See ``keras.layers.%s``." % cls.__name__
    return function


max_pooling1d, max_pooling2d = _pooling(keras_layers.MaxPooling1D), _pooling(keras_layers.MaxPooling2D)
average_pooling1d = _pooling(keras_layers.AveragePooling1D)
average_pooling2d = _pooling(keras_layers.AveragePooling2D)


# --- tf.contrib.layers ------------------------------------------------------------------------------------------------

def fully_connected(inputs, num_outputs, activation_fn="relu", normalizer_fn=None, normalizer_params=None,
                    weights_initializer=None, weights_regularizer=None, biases_initializer=zeros_initializer,
                    biases_regularizer=None, reuse=None, trainable=True, scope=None, **kwargs):
    """``tf.contrib.layers.fully_connected``: `dense` with Xavier's initializer and a relu."""
    with variable_scope(None, scope or "fully_connected") if scope is None else variable_scope(scope, reuse=reuse):
        found = dense(inputs, num_outputs, use_bias=biases_initializer is not None and normalizer_fn is None,
                      kernel_initializer=weights_initializer or xavier_initializer(),
                      bias_initializer=biases_initializer or "zeros", kernel_regularizer=weights_regularizer,
                      bias_regularizer=biases_regularizer, trainable=trainable, name="weights", reuse=reuse)
        if normalizer_fn is not None:
            found = normalizer_fn(found, **(normalizer_params or {}))
    return found if activation_fn is None else activations.get(activation_fn)(found)


def l2_regularizer(scale, scope=None):
    """Half the sum of the squares, times `scale`."""
    return lambda weights: scale * K.sum(K.square(weights)) / 2.


def l1_regularizer(scale, scope=None):
    """The sum of the absolute values, times `scale`."""
    return lambda weights: scale * K.sum(K.abs(weights))
