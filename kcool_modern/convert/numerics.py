"""What Keras 2 computed and stock Keras 3 does not: one small, documented, serializable object for each difference.

All are registered under the package ``kcool``. A file that holds one needs ``import kcool_modern.convert.objects``
before ``keras.saving.load_model`` (Keras 3.0 imports the module itself, Keras 3.15 refuses to import what is not
Keras's own); `kcool convert` says which files do. They work on every backend, and are written with ``keras.ops`` alone.
"""
# ruff: noqa: D102 - the protocol's methods are described in keras.Layer.
import keras
from keras import ops

__all__ = ["Add", "Average", "BatchNormalization", "BilinearUpSampling2D", "LocallyConnected1D",
           "LocallyConnected2D", "Maximum", "Minimum", "Multiply", "OldSoftmax", "Subtract", "hard_sigmoid",
           "hard_sigmoid_argument", "needs_kcool"]

registered = keras.saving.register_keras_serializable(package="kcool")


@registered
def hard_sigmoid(x):
    """``clip(0.2 * x + 0.5, 0, 1)``, as in Keras 2 (2.0 to tf.keras 2.15); Keras 3's has a slope of 1/6.

    Args:
        x: float tensor of any shape.

    Returns:
        Tensor of the same shape and dtype.
    """
    return ops.clip(0.2 * x + 0.5, 0.0, 1.0)


def hard_sigmoid_argument():
    """2.2's hard sigmoid as an argument ``activation=``: of stock layers where this Keras can read that back.

    Returns:
        A Sequential of Rescaling and ReLU, which any Keras 3 loads without kcool; `hard_sigmoid` on early Keras 3,
        which takes functions only.
    """
    stock = keras.Sequential([keras.layers.Rescaling(0.2, offset=0.5), keras.layers.ReLU(max_value=1.0)],
                             name="hard_sigmoid_of_keras_2")
    try:
        keras.activations.get(keras.saving.serialize_keras_object(stock))
    except ValueError:
        return hard_sigmoid
    return stock


def needs_kcool(text):
    """Whether a model's configuration, as text, refers to something of this package."""
    return '"kcool>' in text


@registered
class OldSoftmax(keras.layers.Layer):
    """Softmax that lets a mask pass and does not use it; Keras 3's Softmax leaves masked entries out.

    Args:
        axis: int.
    """

    def __init__(self, axis=-1, **kwargs):
        super().__init__(**kwargs)
        self.axis, self.supports_masking = axis, True

    def call(self, inputs):
        return ops.softmax(inputs, axis=self.axis)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return dict(super().get_config(), axis=self.axis)


@registered
class BilinearUpSampling2D(keras.layers.Layer):
    """Larger images, interpolated as TensorFlow 1 did: output pixel ``i`` looks at input position ``i / size``.

    Keras 3 (and tf.keras of TensorFlow 2) look at ``(i + 0.5) / size - 0.5``.

    Args:
        size: pair of int, how much larger rows and columns become.
        data_format: ``channels_last`` or ``channels_first``. Inputs and outputs are 4D.
    """

    def __init__(self, size=(2, 2), data_format="channels_last", **kwargs):
        super().__init__(**kwargs)
        self.size, self.data_format = tuple(size), data_format
        self._axis = 2 if data_format == "channels_first" else 1

    def call(self, inputs):
        rows = _stretched(inputs, self._axis, self.size[0])
        return _stretched(rows, self._axis + 1, self.size[1])

    def compute_output_shape(self, input_shape):
        shape = list(input_shape)
        for i, factor in enumerate(self.size):
            size = shape[self._axis + i]
            shape[self._axis + i] = None if size is None else size * factor
        return tuple(shape)

    def get_config(self):
        return dict(super().get_config(), size=self.size, data_format=self.data_format)


def _stretched(x, axis, factor):
    if factor == 1:
        return x
    sizes = list(ops.shape(x))
    begin = (slice(None),) * axis
    following = ops.concatenate([x[begin + (slice(1, None),)], x[begin + (slice(-1, None),)]], axis=axis)
    between = ops.stack([x + (following - x) * (k / factor) for k in range(factor)], axis=axis + 1)
    return ops.reshape(between, sizes[:axis] + [sizes[axis] * factor] + sizes[axis + 1:])


@registered
class BatchNormalization(keras.layers.BatchNormalization):
    """Batch normalization whose statistics are those of all steps, masked ones too, and which remembers its calls.

    Arguments are those of ``keras.layers.BatchNormalization``. A call takes ``training_as_called``, which counts in the
    place of the phase that a model of Keras 3 hands to its layers. Statistics of the batch outside of training leave
    the moving averages as they are: in Keras 2 only training moves them.
    """

    def call(self, inputs, training=None, mask=None, training_as_called=None):
        told = training if training_as_called is None else training_as_called
        if not told or training and self.trainable or training_as_called is None:
            return super().call(inputs, training=told)
        axis = self.axis % len(inputs.shape)
        mean, variance = ops.moments(inputs, [i for i in range(len(inputs.shape)) if i != axis])
        return ops.batch_normalization(inputs, mean, variance, axis, offset=self.beta, scale=self.gamma,
                                       epsilon=self.epsilon)


# --- merging ----------------------------------------------------------------------------------------------------------

class _OldMask:
    """The mask of a merge is the AND of the masks that there are; in Keras 3 their OR, and none if one is missing."""

    def compute_mask(self, inputs, mask=None):
        masks = [one for one in mask or () if one is not None]
        if not masks:
            return None
        found = masks[0]
        for one in masks[1:]:
            found = ops.logical_and(found, one)
        return found


def _merge(stock):
    made = type(stock.__name__, (_OldMask, stock), {
        "__doc__": "``keras.layers.%s`` with the masks of Keras 2: all that are given have to agree." % stock.__name__,
        "__module__": __name__})
    return registered(made)


Add, Subtract, Multiply, Average, Maximum, Minimum = map(_merge, (
    keras.layers.Add, keras.layers.Subtract, keras.layers.Multiply, keras.layers.Average, keras.layers.Maximum,
    keras.layers.Minimum))


# --- locally connected ------------------------------------------------------------------------------------------------

class _LocallyConnected(keras.layers.Layer):
    def __init__(self, filters, kernel_size, strides=1, padding="valid", data_format="channels_last", activation=None,
                 use_bias=True, kernel_initializer="glorot_uniform", bias_initializer="zeros", kernel_regularizer=None,
                 bias_regularizer=None, kernel_constraint=None, bias_constraint=None, **kwargs):
        super().__init__(**kwargs)
        if padding != "valid":
            raise ValueError("padding has to be 'valid'. Received: %r" % (padding,))
        self.filters, self.use_bias, self.data_format = filters, use_bias, data_format
        self.kernel_size, self.strides = self._sizes(kernel_size), self._sizes(strides)
        self.activation = keras.activations.get(activation)
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.bias_initializer = keras.initializers.get(bias_initializer)
        self.kernel_regularizer = keras.regularizers.get(kernel_regularizer)
        self.bias_regularizer = keras.regularizers.get(bias_regularizer)
        self.kernel_constraint = keras.constraints.get(kernel_constraint)
        self.bias_constraint = keras.constraints.get(bias_constraint)

    def _sizes(self, value):
        return (value,) * self._rank if isinstance(value, int) else tuple(value)

    def _first(self):
        return self.data_format == "channels_first"

    def _places(self, input_shape):
        """The number of windows along every spatial axis."""
        sizes = input_shape[2:] if self._first() else input_shape[1:-1]
        if None in sizes:
            raise ValueError("The spatial sizes of a locally connected layer have to be known. Received: %s" % (
                tuple(input_shape),))
        return tuple((n - k) // s + 1 for n, k, s in zip(sizes, self.kernel_size, self.strides))

    def build(self, input_shape):
        places = self._places(input_shape)
        channels = input_shape[1 if self._first() else -1]
        count, window = 1, channels
        for n, k in zip(places, self.kernel_size):
            count, window = count * n, window * k
        self.kernel = self.add_weight(
            shape=(count, window, self.filters), name="kernel", initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer, constraint=self.kernel_constraint)
        self.bias = None if not self.use_bias else self.add_weight(
            shape=places + (self.filters,), name="bias", initializer=self.bias_initializer,
            regularizer=self.bias_regularizer, constraint=self.bias_constraint)
        self.built = True

    def call(self, inputs):
        places = self._places(inputs.shape)
        windows = [ops.reshape(inputs[self._window(place)], (-1, self.kernel.shape[1]))
                   for place in _all_places(places)]
        outputs = ops.einsum("pbw,pwf->bpf", ops.stack(windows), self.kernel)
        outputs = ops.reshape(outputs, (-1,) + places + (self.filters,))
        if self._first():
            rank = len(places) + 2
            outputs = ops.transpose(outputs, (0, rank - 1) + tuple(range(1, rank - 1)))
        if self.use_bias:
            # Keras 2 reshapes the bias where one would expect it to be transposed; that is what was trained.
            first = self._first()
            outputs = outputs + (ops.reshape(self.bias, (self.filters,) + places) if first else self.bias)
        return self.activation(outputs)

    def _window(self, place):
        spatial = tuple(slice(i * s, i * s + k) for i, s, k in zip(place, self.strides, self.kernel_size))
        return (slice(None), slice(None)) + spatial if self._first() else (slice(None),) + spatial

    def compute_output_shape(self, input_shape):
        places = self._places(input_shape)
        return (input_shape[0],) + ((self.filters,) + places if self._first() else places + (self.filters,))

    def get_config(self):
        kinds = {"initializer": keras.initializers, "regularizer": keras.regularizers, "constraint": keras.constraints}
        config = dict(super().get_config(), filters=self.filters, kernel_size=self.kernel_size, strides=self.strides,
                      padding="valid", data_format=self.data_format, use_bias=self.use_bias,
                      activation=keras.activations.serialize(self.activation))
        for kind, home in kinds.items():
            for name in ("kernel_" + kind, "bias_" + kind):
                config[name] = home.serialize(getattr(self, name))
        return config


def _all_places(places):
    if not places:
        return [()]
    return [(i,) + rest for i in range(places[0]) for rest in _all_places(places[1:])]


@registered
class LocallyConnected1D(_LocallyConnected):
    """A convolution of sequences with a kernel of its own at every step, which Keras 3 has no more.

    Arguments as in Keras 2. The kernel has shape ``(steps, kernel_size * channels, filters)``.
    """

    _rank = 1


@registered
class LocallyConnected2D(_LocallyConnected):
    """A convolution of images with a kernel of its own at every place, which Keras 3 has no more.

    Arguments as in Keras 2. The kernel has shape ``(rows * columns, window, filters)``.
    """

    _rank = 2
