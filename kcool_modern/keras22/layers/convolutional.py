"""``keras.layers.convolutional``: convolutions; and changes of images' sizes, see `_resizing`."""
# ruff: noqa: D102 - the protocol's methods are described in `engine.base_layer`.
from .. import backend as K
from ..engine.base_layer import InputSpec, Layer  # noqa: F401 - scripts import it from here
from ..legacy import interfaces
from ..utils import conv_utils
from ..utils.generic_utils import transpose_shape  # noqa: F401 - 2.2.4 had it here too
from ._legacy import AtrousConvolution1D, AtrousConvolution2D
from ._resizing import (  # noqa: F401 - of this module in 2.2.4
    Cropping1D,
    Cropping2D,
    Cropping3D,
    UpSampling1D,
    UpSampling2D,
    UpSampling3D,
    ZeroPadding1D,
    ZeroPadding2D,
    ZeroPadding3D,
    _Cropping,
    _UpSampling,
    _ZeroPadding,
)
from ._shared import Configured, channel_axis, mapped_shape, sizes_of
from .pooling import (  # noqa: F401 - where Keras 1 had them
    AveragePooling1D,
    AveragePooling2D,
    AveragePooling3D,
    MaxPooling1D,
    MaxPooling2D,
    MaxPooling3D,
)

__all__ = [
    "AtrousConv1D", "AtrousConv2D", "AtrousConvolution1D", "AtrousConvolution2D", "AveragePooling1D",
    "AveragePooling2D", "AveragePooling3D", "Conv1D", "Conv2D", "Conv2DTranspose", "Conv3D", "Conv3DTranspose",
    "Convolution1D", "Convolution2D", "Convolution2DTranspose", "Convolution3D", "Cropping1D", "Cropping2D",
    "Cropping3D", "Deconv2D", "Deconv3D", "Deconvolution2D", "Deconvolution3D", "DepthwiseConv2D", "MaxPooling1D",
    "MaxPooling2D", "MaxPooling3D", "SeparableConv1D", "SeparableConv2D", "SeparableConvolution1D",
    "SeparableConvolution2D", "UpSampling1D", "UpSampling2D", "UpSampling3D", "ZeroPadding1D", "ZeroPadding2D",
    "ZeroPadding3D"]

_WINDOW = ("filters", "kernel_size", "strides", "padding", "data_format", "dilation_rate", "activation", "use_bias")
_WEIGHTS = ("kernel_initializer", "bias_initializer", "kernel_regularizer", "bias_regularizer",
            "activity_regularizer", "kernel_constraint", "bias_constraint")


class _Conv(Configured):
    """A convolution with any number of spatial axes, `rank`; the other arguments are those of `Conv2D`."""

    _options = ("rank",) + _WINDOW + _WEIGHTS

    def __init__(self, rank, filters, kernel_size, strides=1, padding="valid", data_format=None, dilation_rate=1,
                 activation=None, use_bias=True, kernel_initializer="glorot_uniform", bias_initializer="zeros",
                 kernel_regularizer=None, bias_regularizer=None, activity_regularizer=None, kernel_constraint=None,
                 bias_constraint=None, **kwargs):
        super(_Conv, self).__init__(**kwargs)
        self._take_options(
            rank=rank, filters=filters, activation=activation, use_bias=use_bias, kernel_initializer=kernel_initializer,
            bias_initializer=bias_initializer, kernel_regularizer=kernel_regularizer, bias_regularizer=bias_regularizer,
            activity_regularizer=activity_regularizer, kernel_constraint=kernel_constraint,
            bias_constraint=bias_constraint)
        self.kernel_size = conv_utils.normalize_tuple(kernel_size, rank, "kernel_size")
        self.strides = conv_utils.normalize_tuple(strides, rank, "strides")
        self.padding = conv_utils.normalize_padding(padding)
        self.data_format = K.normalize_data_format(data_format)
        self.dilation_rate = conv_utils.normalize_tuple(dilation_rate, rank, "dilation_rate")
        self.input_spec = InputSpec(ndim=rank + 2)

    def _channels_of(self, input_shape):
        """The number of channels of the input, which from now on has to be that."""
        if len(input_shape) != self.rank + 2:
            raise ValueError("Inputs of `%s` should have rank %d. Received input shape:" % (
                type(self).__name__, self.rank + 2), str(input_shape))
        axis = channel_axis(self.data_format)
        if input_shape[axis] is None:
            raise ValueError("The channel dimension of the inputs should be defined. Found `None`.")
        channels = int(input_shape[axis])
        self.input_spec = InputSpec(ndim=self.rank + 2, axes={axis: channels})
        return channels

    def build(self, input_shape):
        channels = self._channels_of(input_shape)
        self.kernel = self._add_configured("kernel", self.kernel_size + (channels, self.filters))
        self.bias = self._add_bias((self.filters,))
        self.built = True

    def call(self, inputs):
        convolution = {1: K.conv1d, 2: K.conv2d, 3: K.conv3d}[self.rank]
        strides, dilation_rate = self.strides, self.dilation_rate
        if self.rank == 1:
            strides, dilation_rate = strides[0], dilation_rate[0]
        outputs = convolution(inputs, self.kernel, strides=strides, padding=self.padding, data_format=self.data_format,
                              dilation_rate=dilation_rate)
        return self._biased_and_activated(outputs, self.data_format)

    def _length(self, i, size):
        return conv_utils.conv_output_length(size, self.kernel_size[i], self.padding, self.strides[i],
                                             self.dilation_rate[i])

    def compute_output_shape(self, input_shape):
        return mapped_shape(input_shape, self.data_format, self._length, self.filters)


class Conv1D(_Conv):
    """Convolves sequences ``(samples, steps, channels)`` along the steps; arguments as for `Conv2D`, with one size.

    `padding` may also be ``causal``: no output depends on later steps.
    """

    _options = _WINDOW + _WEIGHTS

    @interfaces.legacy_conv1d_support
    def __init__(self, filters, kernel_size, strides=1, padding="valid", data_format="channels_last", dilation_rate=1,
                 activation=None, use_bias=True, kernel_initializer="glorot_uniform", bias_initializer="zeros",
                 kernel_regularizer=None, bias_regularizer=None, activity_regularizer=None, kernel_constraint=None,
                 bias_constraint=None, **kwargs):
        if padding == "causal" and data_format != "channels_last":
            raise ValueError('When using causal padding in `Conv1D`, `data_format` must be "channels_last" '
                             "(temporal data).")
        super(Conv1D, self).__init__(
            1, filters, kernel_size, strides, padding, data_format, dilation_rate, activation, use_bias,
            kernel_initializer, bias_initializer, kernel_regularizer, bias_regularizer, activity_regularizer,
            kernel_constraint, bias_constraint, **kwargs)


class Conv2D(_Conv):
    """Convolves images.

    Args:
        filters: int, the channels of the output.
        kernel_size: int or tuple, the window.
        strides: int or tuple.
        padding: ``valid`` or ``same``.
        data_format: ``channels_last``, ``channels_first``, or None for ``K.image_data_format()``.
        dilation_rate: int or tuple, the distance of the pixels in a window.
        activation: name or function.
        use_bias: bool.
        kernel_initializer, bias_initializer: names or functions of a shape.
        kernel_regularizer, bias_regularizer, activity_regularizer: penalties of the weights and of the output.
        kernel_constraint, bias_constraint: functions of a weight, applied after every update.
    """

    _options = _WINDOW + _WEIGHTS

    @interfaces.legacy_conv2d_support
    def __init__(self, filters, kernel_size, strides=(1, 1), padding="valid", data_format=None, dilation_rate=(1, 1),
                 activation=None, use_bias=True, kernel_initializer="glorot_uniform", bias_initializer="zeros",
                 kernel_regularizer=None, bias_regularizer=None, activity_regularizer=None, kernel_constraint=None,
                 bias_constraint=None, **kwargs):
        super(Conv2D, self).__init__(
            2, filters, kernel_size, strides, padding, data_format, dilation_rate, activation, use_bias,
            kernel_initializer, bias_initializer, kernel_regularizer, bias_regularizer, activity_regularizer,
            kernel_constraint, bias_constraint, **kwargs)


class Conv3D(_Conv):
    """Convolves volumes; arguments as for `Conv2D`, with three sizes."""

    _options = _WINDOW + _WEIGHTS

    @interfaces.legacy_conv3d_support
    def __init__(self, filters, kernel_size, strides=(1, 1, 1), padding="valid", data_format=None,
                 dilation_rate=(1, 1, 1), activation=None, use_bias=True, kernel_initializer="glorot_uniform",
                 bias_initializer="zeros", kernel_regularizer=None, bias_regularizer=None, activity_regularizer=None,
                 kernel_constraint=None, bias_constraint=None, **kwargs):
        super(Conv3D, self).__init__(
            3, filters, kernel_size, strides, padding, data_format, dilation_rate, activation, use_bias,
            kernel_initializer, bias_initializer, kernel_regularizer, bias_regularizer, activity_regularizer,
            kernel_constraint, bias_constraint, **kwargs)


class _Transposed(_Conv):
    """What transposed convolutions have in common; comes before the convolution among the bases."""

    def _take_output_padding(self, output_padding):
        if output_padding is not None:
            output_padding = conv_utils.normalize_tuple(output_padding, self.rank, "output_padding")
            if any(more >= stride for more, stride in zip(output_padding, self.strides)):
                raise ValueError("Stride %s must be greater than output padding %s" % (self.strides, output_padding))
        self.output_padding = output_padding

    def build(self, input_shape):
        channels = self._channels_of(input_shape)
        self.kernel = self._add_configured("kernel", self.kernel_size + (self.filters, channels))
        self.bias = self._add_bias((self.filters,))
        self.built = True

    def _length(self, i, size):
        more = None if self.output_padding is None else self.output_padding[i]
        return conv_utils.deconv_length(size, self.strides[i], self.kernel_size[i], self.padding, more,
                                        self.dilation_rate[i])

    def call(self, inputs):
        output_shape = mapped_shape(sizes_of(inputs), self.data_format, self._length, self.filters)
        return self._biased_and_activated(self._transposed(inputs, output_shape), self.data_format)


class Conv2DTranspose(_Transposed, Conv2D):
    """The transpose of a convolution: from an image of its output's shape to one of its input's shape.

    Args:
        filters, kernel_size, strides, padding: as for `Conv2D`.
        output_padding: int or tuple added to the smallest size that the output can have; None for 2.2's own choice.
        **kwargs: as for `Conv2D`.
    """

    _options = _WINDOW + _WEIGHTS + ("output_padding",)

    @interfaces.legacy_deconv2d_support
    def __init__(self, filters, kernel_size, strides=(1, 1), padding="valid", output_padding=None, data_format=None,
                 dilation_rate=(1, 1), activation=None, use_bias=True, kernel_initializer="glorot_uniform",
                 bias_initializer="zeros", kernel_regularizer=None, bias_regularizer=None, activity_regularizer=None,
                 kernel_constraint=None, bias_constraint=None, **kwargs):
        # Past `Conv2D`, whose constructor takes two positional arguments only.
        _Conv.__init__(
            self, 2, filters, kernel_size, strides, padding, data_format, dilation_rate, activation, use_bias,
            kernel_initializer, bias_initializer, kernel_regularizer, bias_regularizer, activity_regularizer,
            kernel_constraint, bias_constraint, **kwargs)
        self._take_output_padding(output_padding)

    def _transposed(self, inputs, output_shape):
        return K.conv2d_transpose(inputs, self.kernel, output_shape, self.strides, padding=self.padding,
                                  data_format=self.data_format, dilation_rate=self.dilation_rate)


class Conv3DTranspose(_Transposed, Conv3D):
    """As `Conv2DTranspose`, for volumes and without `dilation_rate`."""

    _options = tuple(option for option in _WINDOW if option != "dilation_rate") + _WEIGHTS + ("output_padding",)

    def __init__(self, filters, kernel_size, strides=(1, 1, 1), padding="valid", output_padding=None, data_format=None,
                 activation=None, use_bias=True, kernel_initializer="glorot_uniform", bias_initializer="zeros",
                 kernel_regularizer=None, bias_regularizer=None, activity_regularizer=None, kernel_constraint=None,
                 bias_constraint=None, **kwargs):
        _Conv.__init__(
            self, 3, filters, kernel_size, strides, padding, data_format, 1, activation, use_bias, kernel_initializer,
            bias_initializer, kernel_regularizer, bias_regularizer, activity_regularizer, kernel_constraint,
            bias_constraint, **kwargs)
        self._take_output_padding(output_padding)

    def _transposed(self, inputs, output_shape):
        return K.conv3d_transpose(inputs, self.kernel, output_shape, self.strides, padding=self.padding,
                                  data_format=self.data_format)


class _SeparableConv(_Conv):
    """A depthwise convolution and a pointwise one with any number of spatial axes, `rank`; see `SeparableConv2D`."""

    _options = _WINDOW + (
        "bias_initializer", "bias_regularizer", "activity_regularizer", "bias_constraint", "depth_multiplier",
        "depthwise_initializer", "pointwise_initializer", "depthwise_regularizer", "pointwise_regularizer",
        "depthwise_constraint", "pointwise_constraint")

    def __init__(self, rank, filters, kernel_size, strides=1, padding="valid", data_format=None, dilation_rate=1,
                 depth_multiplier=1, activation=None, use_bias=True, depthwise_initializer="glorot_uniform",
                 pointwise_initializer="glorot_uniform", bias_initializer="zeros", depthwise_regularizer=None,
                 pointwise_regularizer=None, bias_regularizer=None, activity_regularizer=None,
                 depthwise_constraint=None, pointwise_constraint=None, bias_constraint=None, **kwargs):
        super(_SeparableConv, self).__init__(
            rank, filters, kernel_size, strides, padding, data_format, dilation_rate, activation, use_bias,
            bias_initializer=bias_initializer, bias_regularizer=bias_regularizer,
            activity_regularizer=activity_regularizer, bias_constraint=bias_constraint, **kwargs)
        self._take_options(
            depth_multiplier=depth_multiplier, depthwise_initializer=depthwise_initializer,
            pointwise_initializer=pointwise_initializer, depthwise_regularizer=depthwise_regularizer,
            pointwise_regularizer=pointwise_regularizer, depthwise_constraint=depthwise_constraint,
            pointwise_constraint=pointwise_constraint)

    def build(self, input_shape):
        channels = self._channels_of(input_shape)
        self.depthwise_kernel = self._add_configured(
            "depthwise_kernel", self.kernel_size + (channels, self.depth_multiplier), "depthwise")
        self.pointwise_kernel = self._add_configured(
            "pointwise_kernel", (1,) * self.rank + (self.depth_multiplier * channels, self.filters), "pointwise")
        self.bias = self._add_bias((self.filters,))
        self.built = True

    def call(self, inputs):
        convolution = {1: K.separable_conv1d, 2: K.separable_conv2d}[self.rank]
        outputs = convolution(inputs, self.depthwise_kernel, self.pointwise_kernel, data_format=self.data_format,
                              strides=self.strides, padding=self.padding, dilation_rate=self.dilation_rate)
        return self._biased_and_activated(outputs, self.data_format)


class SeparableConv1D(_SeparableConv):
    """As `SeparableConv2D`, for sequences ``(samples, steps, channels)``."""

    def __init__(self, filters, kernel_size, strides=1, padding="valid", data_format="channels_last", dilation_rate=1,
                 depth_multiplier=1, activation=None, use_bias=True, depthwise_initializer="glorot_uniform",
                 pointwise_initializer="glorot_uniform", bias_initializer="zeros", depthwise_regularizer=None,
                 pointwise_regularizer=None, bias_regularizer=None, activity_regularizer=None,
                 depthwise_constraint=None, pointwise_constraint=None, bias_constraint=None, **kwargs):
        super(SeparableConv1D, self).__init__(
            1, filters, kernel_size, strides, padding, data_format, dilation_rate, depth_multiplier, activation,
            use_bias, depthwise_initializer, pointwise_initializer, bias_initializer, depthwise_regularizer,
            pointwise_regularizer, bias_regularizer, activity_regularizer, depthwise_constraint, pointwise_constraint,
            bias_constraint, **kwargs)


class SeparableConv2D(_SeparableConv):
    """Convolves every channel of images by itself, then all channels of every pixel.

    Args:
        filters, kernel_size, strides, padding, data_format, dilation_rate, activation, use_bias: as for `Conv2D`.
        depth_multiplier: int, the channels that the first convolution makes of each.
        depthwise_initializer, depthwise_regularizer, depthwise_constraint: for the first kernel.
        pointwise_initializer, pointwise_regularizer, pointwise_constraint: for the second kernel.
        bias_initializer, bias_regularizer, bias_constraint, activity_regularizer: as for `Conv2D`.
    """

    @interfaces.legacy_separable_conv2d_support
    def __init__(self, filters, kernel_size, strides=(1, 1), padding="valid", data_format=None, dilation_rate=(1, 1),
                 depth_multiplier=1, activation=None, use_bias=True, depthwise_initializer="glorot_uniform",
                 pointwise_initializer="glorot_uniform", bias_initializer="zeros", depthwise_regularizer=None,
                 pointwise_regularizer=None, bias_regularizer=None, activity_regularizer=None,
                 depthwise_constraint=None, pointwise_constraint=None, bias_constraint=None, **kwargs):
        super(SeparableConv2D, self).__init__(
            2, filters, kernel_size, strides, padding, data_format, dilation_rate, depth_multiplier, activation,
            use_bias, depthwise_initializer, pointwise_initializer, bias_initializer, depthwise_regularizer,
            pointwise_regularizer, bias_regularizer, activity_regularizer, depthwise_constraint, pointwise_constraint,
            bias_constraint, **kwargs)


class DepthwiseConv2D(Conv2D):
    """Convolves every channel of images by itself.

    Args:
        kernel_size, strides, padding, data_format, activation, use_bias: as for `Conv2D`.
        depth_multiplier: int, the channels made of each.
        depthwise_initializer, depthwise_regularizer, depthwise_constraint: for the kernel.
        bias_initializer, bias_regularizer, bias_constraint, activity_regularizer: as for `Conv2D`.
    """

    _options = _WINDOW[1:] + (
        "bias_initializer", "bias_regularizer", "activity_regularizer", "bias_constraint", "depth_multiplier",
        "depthwise_initializer", "depthwise_regularizer", "depthwise_constraint")

    def __init__(self, kernel_size, strides=(1, 1), padding="valid", depth_multiplier=1, data_format=None,
                 activation=None, use_bias=True, depthwise_initializer="glorot_uniform", bias_initializer="zeros",
                 depthwise_regularizer=None, bias_regularizer=None, activity_regularizer=None,
                 depthwise_constraint=None, bias_constraint=None, **kwargs):
        super(DepthwiseConv2D, self).__init__(
            filters=None, kernel_size=kernel_size, strides=strides, padding=padding, data_format=data_format,
            activation=activation, use_bias=use_bias, bias_initializer=bias_initializer,
            bias_regularizer=bias_regularizer, activity_regularizer=activity_regularizer,
            bias_constraint=bias_constraint, **kwargs)
        self._take_options(
            depth_multiplier=depth_multiplier, depthwise_initializer=depthwise_initializer,
            depthwise_regularizer=depthwise_regularizer, depthwise_constraint=depthwise_constraint)

    def build(self, input_shape):
        channels = self._channels_of(input_shape)
        self.depthwise_kernel = self._add_configured(
            "depthwise_kernel", self.kernel_size + (channels, self.depth_multiplier), "depthwise")
        self.bias = self._add_bias((channels * self.depth_multiplier,))
        self.built = True

    def call(self, inputs, training=None):
        outputs = K.depthwise_conv2d(inputs, self.depthwise_kernel, strides=self.strides, padding=self.padding,
                                     dilation_rate=self.dilation_rate, data_format=self.data_format)
        return self._biased_and_activated(outputs, self.data_format)

    def compute_output_shape(self, input_shape):
        channels = input_shape[channel_axis(self.data_format)] * self.depth_multiplier
        return mapped_shape(input_shape, self.data_format, self._length, channels)


Convolution1D, Convolution2D, Convolution3D = Conv1D, Conv2D, Conv3D
SeparableConvolution1D, SeparableConvolution2D = SeparableConv1D, SeparableConv2D
Convolution2DTranspose = Deconvolution2D = Deconv2D = Conv2DTranspose
Deconvolution3D = Deconv3D = Conv3DTranspose
AtrousConv1D, AtrousConv2D = AtrousConvolution1D, AtrousConvolution2D
