"""``keras.layers.core``: dense layers, dropout, shapes, functions as layers."""
# ruff: noqa: D102 - the protocol's methods are described in `engine.base_layer`.
import copy
import types as python_types
import warnings

import numpy as np

from .. import activations, constraints, initializers, regularizers
from .. import backend as K
from ..engine.base_layer import InputSpec, Layer
from ..legacy import interfaces
from ..utils import conv_utils
from ..utils.generic_utils import deserialize_keras_object, func_dump, func_load, has_arg
from ._shared import Configured, sizes_of, spatial_axes

__all__ = ["Activation", "ActivityRegularization", "Dense", "Dropout", "Flatten", "Lambda", "Masking", "Permute",
           "RepeatVector", "Reshape", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D",
           # What ``from keras.layers.core import *`` gave besides the layers: scripts of the time use it.
           "InputSpec", "K", "Layer", "activations", "constraints", "conv_utils", "copy", "deserialize_keras_object",
           "func_dump", "func_load", "has_arg", "initializers", "interfaces", "np", "python_types", "regularizers",
           "warnings"]


class Masking(Configured):
    """Masks the steps of a sequence whose features all have one value, and sets them to zero.

    Args:
        mask_value: number.
    """

    _options = ("mask_value",)

    def __init__(self, mask_value=0., **kwargs):
        super(Masking, self).__init__(**kwargs)
        self.supports_masking = True
        self.mask_value = mask_value

    def compute_mask(self, inputs, mask=None):
        return K.any(K.not_equal(inputs, self.mask_value), axis=-1)

    def call(self, inputs):
        kept = K.any(K.not_equal(inputs, self.mask_value), axis=-1, keepdims=True)
        return inputs * K.cast(kept, K.dtype(inputs))


class Dropout(Configured):
    """Sets a fraction of the inputs to zero in training, and scales the others up.

    Args:
        rate: float from 0 to 1, the fraction.
        noise_shape: list of int and None (as the input), broadcast to the input; None for the input's shape.
        seed: int or None.
    """

    _options = ("rate", "noise_shape", "seed")

    @interfaces.legacy_dropout_support
    def __init__(self, rate, noise_shape=None, seed=None, **kwargs):
        super(Dropout, self).__init__(**kwargs)
        self._take_options(rate=min(1., max(0., rate)), noise_shape=noise_shape, seed=seed)
        self.supports_masking = True

    def _get_noise_shape(self, inputs):
        if self.noise_shape is None:
            return None
        return tuple(K.shape(inputs)[axis] if size is None else size for axis, size in enumerate(self.noise_shape))

    def call(self, inputs, training=None):
        if not 0. < self.rate < 1.:
            return inputs
        noise_shape = self._get_noise_shape(inputs)

        def dropped():
            return K.dropout(inputs, self.rate, noise_shape, seed=self.seed)

        return K.in_train_phase(dropped, inputs, training=training)


def _whole_channels(inputs, data_format, rank):
    sizes = sizes_of(inputs)
    for axis in spatial_axes(data_format, rank):
        sizes[axis] = 1
    return tuple(sizes)


class SpatialDropout1D(Dropout):
    """`Dropout` of whole channels of sequences ``(samples, steps, channels)``.

    Args:
        rate: float from 0 to 1.
    """

    @interfaces.legacy_spatialdropout1d_support
    def __init__(self, rate, **kwargs):
        super(SpatialDropout1D, self).__init__(rate, **kwargs)
        self.input_spec = InputSpec(ndim=3)

    def _get_noise_shape(self, inputs):
        return _whole_channels(inputs, "channels_last", 1)


class SpatialDropout2D(Dropout):
    """`Dropout` of whole channels of images.

    Args:
        rate: float from 0 to 1.
        data_format: ``channels_first``, ``channels_last``, or None for ``K.image_data_format()``.
    """

    @interfaces.legacy_spatialdropoutNd_support
    def __init__(self, rate, data_format=None, **kwargs):
        super(SpatialDropout2D, self).__init__(rate, **kwargs)
        self.data_format = K.normalize_data_format(data_format)
        self.input_spec = InputSpec(ndim=4)

    def _get_noise_shape(self, inputs):
        return _whole_channels(inputs, self.data_format, 2)


class SpatialDropout3D(Dropout):
    """`Dropout` of whole channels of volumes.

    Args:
        rate: float from 0 to 1.
        data_format: ``channels_first``, ``channels_last``, or None for ``K.image_data_format()``.
    """

    @interfaces.legacy_spatialdropoutNd_support
    def __init__(self, rate, data_format=None, **kwargs):
        super(SpatialDropout3D, self).__init__(rate, **kwargs)
        self.data_format = K.normalize_data_format(data_format)
        self.input_spec = InputSpec(ndim=5)

    def _get_noise_shape(self, inputs):
        return _whole_channels(inputs, self.data_format, 3)


class Activation(Configured):
    """Applies an activation function.

    Args:
        activation: name or function of a tensor.
    """

    _options = ("activation",)

    def __init__(self, activation, **kwargs):
        super(Activation, self).__init__(**kwargs)
        self.supports_masking = True
        self._take_options(activation=activation)

    def call(self, inputs):
        return self.activation(inputs)


class Reshape(Configured):
    """Gives every sample another shape.

    Args:
        target_shape: tuple of int without the samples; one of them may be -1.
    """

    _options = ("target_shape",)

    def __init__(self, target_shape, **kwargs):
        super(Reshape, self).__init__(**kwargs)
        self.target_shape = tuple(target_shape)

    def compute_output_shape(self, input_shape):
        if None in input_shape[1:]:
            return (input_shape[0],) + tuple(None if size == -1 else size for size in self.target_shape)
        return (input_shape[0],) + self._fix_unknown_dimension(input_shape[1:], self.target_shape)

    def _fix_unknown_dimension(self, input_shape, output_shape):
        """The output shape with the size that it leaves open."""
        if sum(size < 0 for size in output_shape) > 1:
            raise ValueError("Can only specify one unknown dimension.")
        total = int(np.prod(input_shape, dtype=int))
        known = int(np.prod([size for size in output_shape if size >= 0], dtype=int))
        is_open = any(size < 0 for size in output_shape)
        if total != known if not is_open else known == 0 or total % known:
            raise ValueError("total size of new array must be unchanged")
        return tuple(total // known if size < 0 else size for size in output_shape)

    def call(self, inputs):
        return K.reshape(inputs, (K.shape(inputs)[0],) + self.target_shape)


class Permute(Configured):
    """Permutes the axes of every sample.

    Args:
        dims: tuple of int; axes are counted from 1.
    """

    _options = ("dims",)

    def __init__(self, dims, **kwargs):
        super(Permute, self).__init__(**kwargs)
        self.dims = tuple(dims)
        self.input_spec = InputSpec(ndim=len(self.dims) + 1)

    def compute_output_shape(self, input_shape):
        return (input_shape[0],) + tuple(input_shape[dim] for dim in self.dims)

    def call(self, inputs):
        return K.permute_dimensions(inputs, (0,) + self.dims)


class Flatten(Configured):
    """Makes one axis of all but that of the samples.

    Args:
        data_format: with ``channels_first`` the elements come in the order that ``channels_last`` would give.
    """

    _options = ("data_format",)

    def __init__(self, data_format=None, **kwargs):
        super(Flatten, self).__init__(**kwargs)
        self.input_spec = InputSpec(min_ndim=3)
        self.data_format = K.normalize_data_format(data_format)

    def compute_output_shape(self, input_shape):
        if not all(input_shape[1:]):
            raise ValueError('The shape of the input to "Flatten" is not fully defined (got %s). Make sure to pass a '
                             'complete "input_shape" or "batch_input_shape" argument to the first layer in your model.'
                             % (input_shape[1:],))
        return (input_shape[0], int(np.prod(input_shape[1:])))

    def call(self, inputs):
        if self.data_format == "channels_first":
            inputs = K.permute_dimensions(inputs, [0] + list(range(2, K.ndim(inputs))) + [1])
        return K.batch_flatten(inputs)


class RepeatVector(Configured):
    """Repeats vectors ``(samples, features)`` as steps ``(samples, n, features)``.

    Args:
        n: int.
    """

    _options = ("n",)

    def __init__(self, n, **kwargs):
        super(RepeatVector, self).__init__(**kwargs)
        self.n = n
        self.input_spec = InputSpec(ndim=2)

    def compute_output_shape(self, input_shape):
        return (input_shape[0], self.n, input_shape[1])

    def call(self, inputs):
        return K.repeat(inputs, self.n)


class Lambda(Layer):
    """A function as a layer.

    Args:
        function: takes the input tensor (or list of tensors), and the mask if it has an argument ``mask``.
        output_shape: tuple without the samples, function of the input shape, or None: the function tells.
        mask: the output's mask, or a function of inputs and mask.
        arguments: dict of further arguments.
    """

    @interfaces.legacy_lambda_support
    def __init__(self, function, output_shape=None, mask=None, arguments=None, **kwargs):
        super(Lambda, self).__init__(**kwargs)
        self.function = function
        self.arguments = arguments if arguments else {}
        self.supports_masking = mask is not None
        self.mask = mask
        if isinstance(output_shape, (tuple, list)):
            output_shape = tuple(output_shape)
        elif output_shape is not None and not callable(output_shape):
            raise TypeError("In Lambda, `output_shape` must be a list, a tuple, or a function.")
        self._output_shape = output_shape

    def compute_output_shape(self, input_shape):
        if self._output_shape is None:
            many = isinstance(input_shape, list)
            outputs = self.call([K.placeholder(shape=s) for s in input_shape] if many
                                else K.placeholder(shape=input_shape))
            return [K.int_shape(x) for x in outputs] if isinstance(outputs, list) else K.int_shape(outputs)
        if isinstance(self._output_shape, tuple):
            first = input_shape[0] if isinstance(input_shape, list) else input_shape
            return (first[0] if first else None,) + self._output_shape
        shape = self._output_shape(input_shape)
        if not isinstance(shape, (list, tuple)):
            raise ValueError("`output_shape` function must return a tuple or a list of tuples.")
        is_single = isinstance(shape, list) and (shape[0] is None or isinstance(shape[0], int))
        return tuple(shape) if is_single else shape

    def call(self, inputs, mask=None):
        arguments = dict(self.arguments)
        if has_arg(self.function, "mask"):
            arguments["mask"] = mask
        return self.function(inputs, **arguments)

    def compute_mask(self, inputs, mask=None):
        return self.mask(inputs, mask) if callable(self.mask) else self.mask

    def get_config(self):
        config = super(Lambda, self).get_config()
        config["function"], config["function_type"] = _dumped(self.function)
        if callable(self._output_shape):
            config["output_shape"], config["output_shape_type"] = _dumped(self._output_shape)
        else:
            config["output_shape"], config["output_shape_type"] = self._output_shape, "raw"
        config["arguments"] = self.arguments
        return config

    @classmethod
    def from_config(cls, config, custom_objects=None):
        config = dict(config)
        config["function"] = _loaded(config["function"], config.pop("function_type"), custom_objects)
        kind = config.pop("output_shape_type")
        if kind in ("function", "lambda"):
            config["output_shape"] = _loaded(config["output_shape"], kind, custom_objects)
        # JSON makes a dict of an array.
        config["arguments"] = {
            key: np.array(value["value"]) if isinstance(value, dict) and value.get("type") == "ndarray" else value
            for key, value in (config.get("arguments") or {}).items()}
        return cls(**config)


def _dumped(function):
    """What stands for a function in a configuration, and how."""
    name = getattr(function, "__name__", None)
    # A function of the backend goes by its name: its code means nothing outside of its module.
    if isinstance(function, python_types.LambdaType) and getattr(K, name, None) is not function:
        return func_dump(function), "lambda"
    return name, "function"


def _loaded(value, kind, custom_objects):
    if kind == "function":
        return deserialize_keras_object(value, module_objects=vars(K), custom_objects=custom_objects,
                                        printable_module_name="function in Lambda layer")
    if kind == "lambda":
        return func_load(value, globs=dict(globals(), **(custom_objects or {})))
    raise TypeError("Unknown function type:", kind)


class Dense(Configured):
    """``activation(inputs . kernel + bias)`` over the last axis.

    Args:
        units: int, the size of the output's last axis.
        activation: name or function.
        use_bias: bool.
        kernel_initializer, bias_initializer: names or functions of a shape.
        kernel_regularizer, bias_regularizer, activity_regularizer: penalties of the weights and of the output.
        kernel_constraint, bias_constraint: functions of a weight, applied after every update.
    """

    _options = ("units", "activation", "use_bias", "kernel_initializer", "bias_initializer", "kernel_regularizer",
                "bias_regularizer", "activity_regularizer", "kernel_constraint", "bias_constraint")

    @interfaces.legacy_dense_support
    def __init__(self, units, activation=None, use_bias=True, kernel_initializer="glorot_uniform",
                 bias_initializer="zeros", kernel_regularizer=None, bias_regularizer=None, activity_regularizer=None,
                 kernel_constraint=None, bias_constraint=None, **kwargs):
        if "input_shape" not in kwargs and "input_dim" in kwargs:
            kwargs["input_shape"] = (kwargs.pop("input_dim"),)
        super(Dense, self).__init__(**kwargs)
        self._take_options(
            units=units, activation=activation, use_bias=use_bias, kernel_initializer=kernel_initializer,
            bias_initializer=bias_initializer, kernel_regularizer=kernel_regularizer, bias_regularizer=bias_regularizer,
            activity_regularizer=activity_regularizer, kernel_constraint=kernel_constraint,
            bias_constraint=bias_constraint)
        self.input_spec = InputSpec(min_ndim=2)
        self.supports_masking = True

    def build(self, input_shape):
        input_dim = input_shape[-1]
        self.kernel = self._add_configured("kernel", (input_dim, self.units))
        self.bias = self._add_bias((self.units,))
        self.input_spec = InputSpec(min_ndim=2, axes={-1: input_dim})
        self.built = True

    def call(self, inputs):
        return self._biased_and_activated(K.dot(inputs, self.kernel), "channels_last")

    def compute_output_shape(self, input_shape):
        if not input_shape or len(input_shape) < 2 or not input_shape[-1]:
            raise AssertionError("Dense needs an input whose last axis has a known size, not %s." % (input_shape,))
        return tuple(input_shape[:-1]) + (self.units,)


class ActivityRegularization(Configured):
    """Adds a penalty of its input to the loss.

    Args:
        l1, l2: factors of the sums of absolute values and of squares.
    """

    _options = ("l1", "l2")

    def __init__(self, l1=0., l2=0., **kwargs):
        super(ActivityRegularization, self).__init__(**kwargs)
        self.supports_masking = True
        self._take_options(l1=l1, l2=l2)
        self.activity_regularizer = regularizers.L1L2(l1=l1, l2=l2)
