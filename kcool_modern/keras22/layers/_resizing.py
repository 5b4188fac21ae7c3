"""Layers of ``keras.layers.convolutional`` that repeat, pad and crop sequences, images and volumes."""
# ruff: noqa: D102 - the protocol's methods are described in `engine.base_layer`.
from .. import backend as K
from ..engine.base_layer import InputSpec
from ..legacy import interfaces
from ..utils import conv_utils
from ._shared import Configured, mapped_shape, spatial_axes

__all__ = ["Cropping1D", "Cropping2D", "Cropping3D", "UpSampling1D", "UpSampling2D", "UpSampling3D", "ZeroPadding1D",
           "ZeroPadding2D", "ZeroPadding3D"]


class _Resizing(Configured):
    #: The attribute with one entry per spatial axis.
    _amounts = None

    def __init__(self, amounts, data_format=None, **kwargs):
        super(_Resizing, self).__init__(**kwargs)
        self.rank = len(amounts)
        setattr(self, self._amounts, amounts)
        self.data_format = K.normalize_data_format(data_format)

    def _resized(self, size, amount):
        raise NotImplementedError

    def compute_output_shape(self, input_shape):
        amounts = getattr(self, self._amounts)
        return mapped_shape(input_shape, self.data_format,
                            lambda i, size: None if size is None else self._resized(size, amounts[i]))

    def call(self, inputs):
        raise NotImplementedError


class _Sequence(_Resizing):
    """One spatial axis: the configuration holds its entry itself, and no data format."""

    def get_config(self):
        config = super(_Sequence, self).get_config()
        config[self._amounts] = config[self._amounts][0]
        config.pop("data_format")
        return config


class _UpSampling(_Resizing):
    _amounts = "size"
    _options = ("size", "data_format")

    def __init__(self, size, data_format=None, **kwargs):
        super(_UpSampling, self).__init__(size, data_format, **kwargs)

    def _resized(self, size, amount):
        return size * amount


class UpSampling1D(_Sequence, _UpSampling):
    """Repeats every step of sequences ``(samples, steps, channels)``.

    Args:
        size: int, how often.
    """

    @interfaces.legacy_upsampling1d_support
    def __init__(self, size=2, **kwargs):
        super(UpSampling1D, self).__init__((int(size),), "channels_last", **kwargs)

    def call(self, inputs):
        return K.repeat_elements(inputs, self.size[0], axis=1)


class UpSampling2D(_UpSampling):
    """Makes images larger.

    Args:
        size: int or tuple of two, how much.
        data_format: ``channels_last``, ``channels_first``, or None for ``K.image_data_format()``.
        interpolation: ``nearest`` or ``bilinear``.
    """

    _options = ("size", "data_format", "interpolation")

    @interfaces.legacy_upsampling2d_support
    def __init__(self, size=(2, 2), data_format=None, interpolation="nearest", **kwargs):
        super(UpSampling2D, self).__init__(conv_utils.normalize_tuple(size, 2, "size"), data_format, **kwargs)
        if interpolation not in ("nearest", "bilinear"):
            raise ValueError('interpolation should be one of "nearest" or "bilinear".')
        self.interpolation = interpolation

    def call(self, inputs):
        return K.resize_images(inputs, self.size[0], self.size[1], self.data_format, self.interpolation)


class UpSampling3D(_UpSampling):
    """Repeats the voxels of volumes.

    Args:
        size: int or tuple of three, how often.
        data_format: ``channels_last``, ``channels_first``, or None for ``K.image_data_format()``.
    """

    @interfaces.legacy_upsampling3d_support
    def __init__(self, size=(2, 2, 2), data_format=None, **kwargs):
        super(UpSampling3D, self).__init__(conv_utils.normalize_tuple(size, 3, "size"), data_format, **kwargs)

    def call(self, inputs):
        return K.resize_volumes(inputs, self.size[0], self.size[1], self.size[2], self.data_format)


def _pairs(value, rank, name):
    """A pair of int for each spatial axis.

    Args:
        value: an int for all, or an iterable with an int or a pair of int for each.
        rank: int, the number of spatial axes.
        name: what the error message calls the argument.
    """
    if isinstance(value, int):
        return ((value, value),) * rank
    if not hasattr(value, "__len__"):
        raise ValueError("`%s` should be either an int, a tuple of %d ints (symmetric), or a tuple of %d tuples of 2 "
                         "ints (before, after). Found: %s" % (name, rank, rank, value))
    if len(value) != rank:
        raise ValueError("`%s` should have %d elements. Found: %s" % (name, rank, value))
    return tuple(conv_utils.normalize_tuple(entry, 2, "entry %d of %s" % (i + 1, name))
                 for i, entry in enumerate(value))


class _ZeroPadding(_Resizing):
    _amounts = "padding"
    _options = ("padding", "data_format")

    def __init__(self, padding, data_format=None, **kwargs):
        super(_ZeroPadding, self).__init__(padding, data_format, **kwargs)

    def _resized(self, size, amount):
        return size + sum(amount)


class ZeroPadding1D(_Sequence, _ZeroPadding):
    """Adds steps of zeros to sequences ``(samples, steps, channels)``.

    Args:
        padding: int, or a pair: before and after.
    """

    def __init__(self, padding=1, **kwargs):
        super(ZeroPadding1D, self).__init__((conv_utils.normalize_tuple(padding, 2, "padding"),), "channels_last",
                                            **kwargs)

    def call(self, inputs):
        return K.temporal_padding(inputs, padding=self.padding[0])


class ZeroPadding2D(_ZeroPadding):
    """Adds rows and columns of zeros to images.

    Args:
        padding: int, a pair for rows and columns, or a pair of pairs: before and after.
        data_format: ``channels_last``, ``channels_first``, or None for ``K.image_data_format()``.
    """

    @interfaces.legacy_zeropadding2d_support
    def __init__(self, padding=(1, 1), data_format=None, **kwargs):
        super(ZeroPadding2D, self).__init__(_pairs(padding, 2, "padding"), data_format, **kwargs)

    def call(self, inputs):
        return K.spatial_2d_padding(inputs, padding=self.padding, data_format=self.data_format)


class ZeroPadding3D(_ZeroPadding):
    """Adds zeros around volumes; arguments as for `ZeroPadding2D`, with three axes."""

    @interfaces.legacy_zeropadding3d_support
    def __init__(self, padding=(1, 1, 1), data_format=None, **kwargs):
        super(ZeroPadding3D, self).__init__(_pairs(padding, 3, "padding"), data_format, **kwargs)

    def call(self, inputs):
        return K.spatial_3d_padding(inputs, padding=self.padding, data_format=self.data_format)


class _Cropping(_Resizing):
    _amounts = "cropping"
    _options = ("cropping", "data_format")

    def __init__(self, cropping, data_format=None, **kwargs):
        super(_Cropping, self).__init__(cropping, data_format, **kwargs)
        self.input_spec = InputSpec(ndim=2 + self.rank)

    def _resized(self, size, amount):
        return size - sum(amount)

    def call(self, inputs):
        slices = [slice(None)] * (self.rank + 2)
        for axis, (start, end) in zip(spatial_axes(self.data_format, self.rank), self.cropping):
            slices[axis] = slice(start, -end if end else None)
        return inputs[tuple(slices)]


class Cropping1D(_Sequence, _Cropping):
    """Takes steps away from sequences ``(samples, steps, channels)``.

    Args:
        cropping: int, or a pair: from the start and from the end.
    """

    def __init__(self, cropping=(1, 1), **kwargs):
        super(Cropping1D, self).__init__((conv_utils.normalize_tuple(cropping, 2, "cropping"),), "channels_last",
                                         **kwargs)


class Cropping2D(_Cropping):
    """Takes rows and columns away from images.

    Args:
        cropping: int, a pair for rows and columns, or a pair of pairs: from the start and from the end.
        data_format: ``channels_last``, ``channels_first``, or None for ``K.image_data_format()``.
    """

    @interfaces.legacy_cropping2d_support
    def __init__(self, cropping=((0, 0), (0, 0)), data_format=None, **kwargs):
        super(Cropping2D, self).__init__(_pairs(cropping, 2, "cropping"), data_format, **kwargs)


class Cropping3D(_Cropping):
    """Takes the outer voxels away from volumes; arguments as for `Cropping2D`, with three axes."""

    @interfaces.legacy_cropping3d_support
    def __init__(self, cropping=((1, 1), (1, 1), (1, 1)), data_format=None, **kwargs):
        super(Cropping3D, self).__init__(_pairs(cropping, 3, "cropping"), data_format, **kwargs)
