"""``keras.layers.local``: convolutions with a kernel of its own for every position."""
# ruff: noqa: D102 - the protocol's methods are described in `engine.base_layer`.
from .. import backend as K
from ..engine.base_layer import InputSpec, Layer  # noqa: F401 - scripts import it from here
from ..legacy import interfaces
from ..utils import conv_utils
from ._shared import Configured, channel_axis, mapped_shape, spatial_axes

__all__ = ["LocallyConnected1D", "LocallyConnected2D"]

_WEIGHTS = ("activation", "use_bias", "kernel_initializer", "bias_initializer", "kernel_regularizer",
            "bias_regularizer", "activity_regularizer", "kernel_constraint", "bias_constraint")


class _LocallyConnected(Configured):
    _rank = None

    def _set_up(self, filters, kernel_size, strides, padding, data_format, **options):
        self._take_options(filters=filters, **options)
        self.kernel_size = conv_utils.normalize_tuple(kernel_size, self._rank, "kernel_size")
        self.strides = conv_utils.normalize_tuple(strides, self._rank, "strides")
        self.padding = conv_utils.normalize_padding(padding)
        if self.padding != "valid":
            raise ValueError('Invalid border mode for %s (only "valid" is supported): %s' % (
                type(self).__name__, padding))
        self.data_format = K.normalize_data_format(data_format)
        self.input_spec = InputSpec(ndim=self._rank + 2)

    def _add_weights(self, positions, channels):
        """Makes the weights; `positions` are the spatial sizes of the output."""
        count, window = 1, channels
        for size, width in zip(positions, self.kernel_size):
            count, window = count * size, window * width
        self.kernel_shape = (count, window, self.filters)
        self.kernel = self._add_configured("kernel", self.kernel_shape)
        self.bias = self._add_bias(positions + (self.filters,))

    def _length(self, i, size):
        return conv_utils.conv_output_length(size, self.kernel_size[i], self.padding, self.strides[i])


class LocallyConnected1D(_LocallyConnected):
    """As `Conv1D` for sequences ``(samples, steps, channels)``, with weights that are not shared between the steps.

    The number of steps has to be known, and `padding` is ``valid``.
    """

    _rank = 1
    _options = ("filters", "kernel_size", "strides", "padding") + _WEIGHTS

    @interfaces.legacy_conv1d_support
    def __init__(self, filters, kernel_size, strides=1, padding="valid", data_format=None, activation=None,
                 use_bias=True, kernel_initializer="glorot_uniform", bias_initializer="zeros", kernel_regularizer=None,
                 bias_regularizer=None, activity_regularizer=None, kernel_constraint=None, bias_constraint=None,
                 **kwargs):
        super(LocallyConnected1D, self).__init__(**kwargs)
        self._set_up(
            filters, kernel_size, strides, padding, data_format, activation=activation, use_bias=use_bias,
            kernel_initializer=kernel_initializer, bias_initializer=bias_initializer,
            kernel_regularizer=kernel_regularizer, bias_regularizer=bias_regularizer,
            activity_regularizer=activity_regularizer, kernel_constraint=kernel_constraint,
            bias_constraint=bias_constraint)

    def build(self, input_shape):
        channels = input_shape[2]
        if channels is None:
            raise ValueError("Axis 2 of input should be fully-defined. Found shape:", input_shape)
        self._add_weights((self._length(0, input_shape[1]),), channels)
        self.input_spec = InputSpec(ndim=3, axes={2: channels})
        self.built = True

    def compute_output_shape(self, input_shape):
        return (input_shape[0], self._length(0, input_shape[1]), self.filters)

    def call(self, inputs):
        return self._biased_and_activated(K.local_conv1d(inputs, self.kernel, self.kernel_size, self.strides))


class LocallyConnected2D(_LocallyConnected):
    """As `Conv2D`, with weights that are not shared between the pixels.

    The images' sizes have to be known, and `padding` is ``valid``.
    """

    _rank = 2
    _options = ("filters", "kernel_size", "strides", "padding", "data_format") + _WEIGHTS

    @interfaces.legacy_conv2d_support
    def __init__(self, filters, kernel_size, strides=(1, 1), padding="valid", data_format=None, activation=None,
                 use_bias=True, kernel_initializer="glorot_uniform", bias_initializer="zeros", kernel_regularizer=None,
                 bias_regularizer=None, activity_regularizer=None, kernel_constraint=None, bias_constraint=None,
                 **kwargs):
        super(LocallyConnected2D, self).__init__(**kwargs)
        self._set_up(
            filters, kernel_size, strides, padding, data_format, activation=activation, use_bias=use_bias,
            kernel_initializer=kernel_initializer, bias_initializer=bias_initializer,
            kernel_regularizer=kernel_regularizer, bias_regularizer=bias_regularizer,
            activity_regularizer=activity_regularizer, kernel_constraint=kernel_constraint,
            bias_constraint=bias_constraint)

    def build(self, input_shape):
        rows, columns = spatial_axes(self.data_format, 2)
        if None in (input_shape[rows], input_shape[columns]):
            raise ValueError("The spatial dimensions of the inputs to a LocallyConnected2D layer should be "
                             "fully-defined, but layer received the inputs shape %s" % (input_shape,))
        axis = channel_axis(self.data_format)
        self.output_row, self.output_col = self._length(0, input_shape[rows]), self._length(1, input_shape[columns])
        self._add_weights((self.output_row, self.output_col), input_shape[axis])
        self.input_spec = InputSpec(ndim=4, axes={axis: input_shape[axis]})
        self.built = True

    def compute_output_shape(self, input_shape):
        return mapped_shape(input_shape, self.data_format, self._length, self.filters)

    def call(self, inputs):
        output = K.local_conv2d(inputs, self.kernel, self.kernel_size, self.strides,
                                (self.output_row, self.output_col), self.data_format)
        return self._biased_and_activated(output, self.data_format)
