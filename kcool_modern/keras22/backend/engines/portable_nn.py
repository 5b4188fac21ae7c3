"""Convolutions, pooling and images on JAX and PyTorch; channels are last."""
import numpy as np
from keras import ops

__all__ = ["convolution", "depthwise", "pool", "resize", "separable", "same_padding"]


def convolution(x, kernel, strides, padding, dilations):
    """A convolution over any number of axes."""
    return ops.conv(x, kernel, strides=strides, padding=padding.lower(), data_format="channels_last",
                    dilation_rate=dilations)


def depthwise(x, kernel, strides, padding, dilations):
    """A convolution of each channel by itself."""
    return ops.depthwise_conv(x, kernel, strides=strides, padding=padding.lower(), data_format="channels_last",
                              dilation_rate=dilations)


def separable(x, depthwise_kernel, pointwise_kernel, strides, padding, dilations):
    """A depthwise convolution, then a pointwise one."""
    x = depthwise(x, depthwise_kernel, strides, padding, dilations)
    return convolution(x, pointwise_kernel, (1, 1), "VALID", (1, 1))


def pool(x, size, strides, padding, mode):
    """Pooling over two or three axes."""
    function = ops.max_pool if mode == "max" else ops.average_pool
    return function(x, size, strides=strides, padding=padding.lower(), data_format="channels_last")


def same_padding(size, width, stride, dilation):
    """The zeros before and after an axis for ``SAME``."""
    total = max((-(-size // stride) - 1) * stride + (width - 1) * dilation + 1 - size, 0)
    return total // 2, total - total // 2


def resize(x, sizes, interpolation):
    """Images in new sizes, by the rules of TensorFlow 1: corners are not aligned, pixels have no middle."""
    for axis, size in enumerate(sizes, 1):
        x = _resized(x, axis, int(size), interpolation)
    return x


def _resized(x, axis, size, interpolation):
    old = x.shape[axis]
    places = np.arange(size, dtype="float32") * np.float32(old / size)
    lower = np.minimum(np.floor(places).astype("int32"), old - 1)
    first = ops.take(x, lower, axis=axis)
    if interpolation == "nearest":
        return first
    second = ops.take(x, np.minimum(lower + 1, old - 1), axis=axis)
    weights = ops.cast((places - lower).reshape([-1] + [1] * (len(x.shape) - axis - 1)), x.dtype)
    return first + (second - first) * weights
