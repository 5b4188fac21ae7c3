"""Pooling."""
from .._symbolic.record import op
from .config import normalize_data_format
from .conv import channels_last, restored
from .engines import native
from .tools import standard_padding

__all__ = ["pool2d", "pool3d"]


def _pooled(x, pool_size, strides, padding, data_format, pool_mode):
    data_format = normalize_data_format(data_format)
    padding = standard_padding(padding)
    if pool_mode not in ("max", "avg"):
        raise ValueError("Invalid pool_mode: %s" % (pool_mode,))
    found = native().pool(channels_last(x, data_format), tuple(pool_size), tuple(strides), padding, pool_mode)
    return restored(found, data_format)


@op
def pool2d(x, pool_size, strides=(1, 1), padding="valid", data_format=None, pool_mode="max"):
    """The greatest value (``max``) or the mean (``avg``) of windows of images; padding does not count for the mean."""
    return _pooled(x, pool_size, strides, padding, data_format, pool_mode)


@op
def pool3d(x, pool_size, strides=(1, 1, 1), padding="valid", data_format=None, pool_mode="max"):
    """As `pool2d`, for volumes."""
    return _pooled(x, pool_size, strides, padding, data_format, pool_mode)
