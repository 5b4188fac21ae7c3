"""``keras.layers.pooling``: maxima and averages over windows, and over all steps or pixels."""
# ruff: noqa: D102 - the protocol's methods are described in `engine.base_layer`.
from .. import backend as K
from ..engine.base_layer import InputSpec, Layer  # noqa: F401 - scripts import it from here
from ..legacy import interfaces
from ..utils import conv_utils
from ._shared import Configured, channel_axis, mapped_shape, spatial_axes

__all__ = ["AveragePooling1D", "AveragePooling2D", "AveragePooling3D", "AvgPool1D", "AvgPool2D", "AvgPool3D",
           "GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalAveragePooling3D", "GlobalAvgPool1D",
           "GlobalAvgPool2D", "GlobalAvgPool3D", "GlobalMaxPool1D", "GlobalMaxPool2D", "GlobalMaxPool3D",
           "GlobalMaxPooling1D", "GlobalMaxPooling2D", "GlobalMaxPooling3D", "MaxPool1D", "MaxPool2D", "MaxPool3D",
           "MaxPooling1D", "MaxPooling2D", "MaxPooling3D"]


class _Pooling(Configured):
    _options = ("pool_size", "padding", "strides", "data_format")
    _rank = _mode = None

    def _set_up(self, pool_size, strides, padding, data_format):
        strides = pool_size if strides is None else strides
        self.pool_size = conv_utils.normalize_tuple(pool_size, self._rank, "pool_size")
        self.strides = conv_utils.normalize_tuple(strides, self._rank, "strides")
        self.padding = conv_utils.normalize_padding(padding)
        self.data_format = K.normalize_data_format(data_format)
        self.input_spec = InputSpec(ndim=self._rank + 2)

    def compute_output_shape(self, input_shape):
        return mapped_shape(input_shape, self.data_format, lambda i, size: conv_utils.conv_output_length(
            size, self.pool_size[i], self.padding, self.strides[i]))

    def _pooling_function(self, inputs, pool_size, strides, padding, data_format):
        if self._mode is None:
            raise NotImplementedError
        pool = K.pool2d if len(pool_size) == 2 else K.pool3d
        return pool(inputs, pool_size, strides, padding, data_format, pool_mode=self._mode)

    def call(self, inputs):
        return self._pooling_function(inputs=inputs, pool_size=self.pool_size, strides=self.strides,
                                      padding=self.padding, data_format=self.data_format)


class _Pooling1D(_Pooling):
    _options = ("strides", "pool_size", "padding", "data_format")
    _rank = 1

    def __init__(self, pool_size=2, strides=None, padding="valid", data_format="channels_last", **kwargs):
        super(_Pooling1D, self).__init__(**kwargs)
        self._set_up(pool_size, strides, padding, data_format)

    def call(self, inputs):
        # As images that are one pixel wide.
        width = 2 if self.data_format == "channels_last" else 3
        output = self._pooling_function(
            inputs=K.expand_dims(inputs, width), pool_size=self.pool_size + (1,), strides=self.strides + (1,),
            padding=self.padding, data_format=self.data_format)
        return K.squeeze(output, width)


class _Pooling2D(_Pooling):
    _rank = 2

    def __init__(self, pool_size=(2, 2), strides=None, padding="valid", data_format=None, **kwargs):
        super(_Pooling2D, self).__init__(**kwargs)
        self._set_up(pool_size, strides, padding, data_format)


class _Pooling3D(_Pooling):
    _rank = 3

    def __init__(self, pool_size=(2, 2, 2), strides=None, padding="valid", data_format=None, **kwargs):
        super(_Pooling3D, self).__init__(**kwargs)
        self._set_up(pool_size, strides, padding, data_format)


class MaxPooling1D(_Pooling1D):
    """Maxima over windows of sequences ``(samples, steps, channels)``.

    Args:
        pool_size: int, the window.
        strides: int; None for `pool_size`.
        padding: ``valid`` or ``same``.
        data_format: ``channels_last`` or ``channels_first``.
    """

    _mode = "max"
    __init__ = interfaces.legacy_pooling1d_support(_Pooling1D.__init__)


class AveragePooling1D(_Pooling1D):
    """Averages over windows of sequences; arguments as for `MaxPooling1D`."""

    _mode = "avg"
    __init__ = interfaces.legacy_pooling1d_support(_Pooling1D.__init__)


class MaxPooling2D(_Pooling2D):
    """Maxima over windows of images.

    Args:
        pool_size: int or tuple of two, the window.
        strides: int or tuple of two; None for `pool_size`.
        padding: ``valid`` or ``same``.
        data_format: ``channels_last``, ``channels_first``, or None for ``K.image_data_format()``.
    """

    _mode = "max"
    __init__ = interfaces.legacy_pooling2d_support(_Pooling2D.__init__)


class AveragePooling2D(_Pooling2D):
    """Averages over windows of images; arguments as for `MaxPooling2D`."""

    _mode = "avg"
    __init__ = interfaces.legacy_pooling2d_support(_Pooling2D.__init__)


class MaxPooling3D(_Pooling3D):
    """Maxima over windows of volumes; arguments as for `MaxPooling2D`, with three sizes."""

    _mode = "max"
    __init__ = interfaces.legacy_pooling3d_support(_Pooling3D.__init__)


class AveragePooling3D(_Pooling3D):
    """Averages over windows of volumes; arguments as for `MaxPooling2D`, with three sizes."""

    _mode = "avg"
    __init__ = interfaces.legacy_pooling3d_support(_Pooling3D.__init__)


class _GlobalPooling(Configured):
    _options = ("data_format",)
    _rank = None

    def _set_up(self, data_format):
        self.data_format = K.normalize_data_format(data_format)
        self.input_spec = InputSpec(ndim=self._rank + 2)

    def compute_output_shape(self, input_shape):
        return (input_shape[0], input_shape[channel_axis(self.data_format)])

    def call(self, inputs):
        raise NotImplementedError

    def _reduced(self, reduce, inputs):
        axes = spatial_axes(self.data_format, self._rank)
        return reduce(inputs, axis=axes if len(axes) > 1 else axes[0])


class _GlobalPooling1D(_GlobalPooling):
    _rank = 1

    def __init__(self, data_format="channels_last", **kwargs):
        super(_GlobalPooling1D, self).__init__(**kwargs)
        self._set_up(data_format)


class _GlobalPooling2D(_GlobalPooling):
    _rank = 2

    @interfaces.legacy_global_pooling_support
    def __init__(self, data_format=None, **kwargs):
        super(_GlobalPooling2D, self).__init__(**kwargs)
        self._set_up(data_format)


class _GlobalPooling3D(_GlobalPooling):
    _rank = 3

    @interfaces.legacy_global_pooling_support
    def __init__(self, data_format=None, **kwargs):
        super(_GlobalPooling3D, self).__init__(**kwargs)
        self._set_up(data_format)


class GlobalAveragePooling1D(_GlobalPooling1D):
    """The average of all steps that are not masked; gives ``(samples, channels)``.

    Args:
        data_format: ``channels_last`` or ``channels_first``.
    """

    def __init__(self, data_format="channels_last", **kwargs):
        super(GlobalAveragePooling1D, self).__init__(data_format, **kwargs)
        self.supports_masking = True

    def call(self, inputs, mask=None):
        if mask is None:
            return self._reduced(K.mean, inputs)
        mask = K.expand_dims(K.cast(mask, K.floatx()), 2)
        return self._reduced(K.sum, inputs * mask) / self._reduced(K.sum, mask)

    def compute_mask(self, inputs, mask=None):
        return None


class GlobalMaxPooling1D(_GlobalPooling1D):
    """The maximum of all steps; arguments as for `GlobalAveragePooling1D`."""

    def call(self, inputs):
        return self._reduced(K.max, inputs)


class GlobalAveragePooling2D(_GlobalPooling2D):
    """The average of all pixels; gives ``(samples, channels)``.

    Args:
        data_format: ``channels_last``, ``channels_first``, or None for ``K.image_data_format()``.
    """

    def call(self, inputs):
        return self._reduced(K.mean, inputs)


class GlobalMaxPooling2D(_GlobalPooling2D):
    """The maximum of all pixels; arguments as for `GlobalAveragePooling2D`."""

    def call(self, inputs):
        return self._reduced(K.max, inputs)


class GlobalAveragePooling3D(_GlobalPooling3D):
    """The average of all voxels; arguments as for `GlobalAveragePooling2D`."""

    def call(self, inputs):
        return self._reduced(K.mean, inputs)


class GlobalMaxPooling3D(_GlobalPooling3D):
    """The maximum of all voxels; arguments as for `GlobalAveragePooling2D`."""

    def call(self, inputs):
        return self._reduced(K.max, inputs)


AvgPool1D, MaxPool1D = AveragePooling1D, MaxPooling1D
AvgPool2D, MaxPool2D = AveragePooling2D, MaxPooling2D
AvgPool3D, MaxPool3D = AveragePooling3D, MaxPooling3D
GlobalMaxPool1D, GlobalAvgPool1D = GlobalMaxPooling1D, GlobalAveragePooling1D
GlobalMaxPool2D, GlobalAvgPool2D = GlobalMaxPooling2D, GlobalAveragePooling2D
GlobalMaxPool3D, GlobalAvgPool3D = GlobalMaxPooling3D, GlobalAveragePooling3D
