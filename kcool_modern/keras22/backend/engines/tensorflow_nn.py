"""Convolutions, pooling and batch normalisation on TensorFlow; channels are last."""
import tensorflow as tf

__all__ = ["batch_norm", "convolution", "depthwise", "fused_batch_norm", "has_channels_first", "moments", "pool",
           "resize", "separable", "transposed_convolution"]

_v1 = tf.compat.v1.nn


def has_channels_first():
    """Whether there are kernels for tensors with the channels first."""
    return bool(tf.config.list_logical_devices("GPU"))


def convolution(x, kernel, strides, padding, dilations):
    """A convolution over any number of axes."""
    return tf.nn.convolution(x, kernel, strides=strides, padding=padding, dilations=dilations)


def transposed_convolution(x, kernel, sizes, strides, padding, dilation):
    """A transposed convolution to given sizes; with a dilation, if there is one, and then no strides."""
    sizes = tf.stack(sizes)
    if dilation is not None:
        return tf.nn.atrous_conv2d_transpose(x, kernel, sizes, dilation, padding)
    transposed = tf.nn.conv2d_transpose if len(strides) == 2 else tf.nn.conv3d_transpose
    return transposed(x, kernel, sizes, (1,) + strides + (1,), padding=padding)


def depthwise(x, kernel, strides, padding, dilations):
    """A convolution of each channel by itself."""
    return _v1.depthwise_conv2d(x, kernel, (1,) + strides + (1,), padding, rate=dilations)


def separable(x, depthwise_kernel, pointwise_kernel, strides, padding, dilations):
    """A depthwise convolution, then a pointwise one."""
    return _v1.separable_conv2d(x, depthwise_kernel, pointwise_kernel, (1,) + strides + (1,), padding, rate=dilations)


def pool(x, size, strides, padding, mode):
    """Pooling over two or three axes."""
    functions = {("max", 2): tf.nn.max_pool2d, ("avg", 2): tf.nn.avg_pool2d, ("max", 3): tf.nn.max_pool3d,
                 ("avg", 3): tf.nn.avg_pool3d}
    return functions[mode, len(size)](x, (1,) + size + (1,), (1,) + strides + (1,), padding)


def resize(x, sizes, interpolation):
    """Images in new sizes, by the rules of TensorFlow 1: corners are not aligned, pixels have no middle."""
    operation = tf.raw_ops.ResizeNearestNeighbor if interpolation == "nearest" else tf.raw_ops.ResizeBilinear
    found = operation(images=x, size=tf.stack(sizes))
    found.set_shape([None] + [size if isinstance(size, int) else None for size in sizes] + [None])
    return found


def moments(x, axes):
    """Mean and variance over axes."""
    return tf.nn.moments(x, axes)


def batch_norm(x, mean, variance, beta, gamma, epsilon):
    """Normalisation by formula."""
    return tf.nn.batch_normalization(x, mean, variance, beta, gamma, epsilon)


def fused_batch_norm(x, gamma, beta, epsilon, layout, mean=None, variance=None):
    """Normalisation of images by one kernel: by the given mean and variance, or by their own."""
    channels = x.shape[-1 if layout == "NHWC" else 1]
    shape = tf.shape(x)[-1 if layout == "NHWC" else 1] if channels is None else channels
    gamma = tf.ones([shape], x.dtype) if gamma is None else gamma
    beta = tf.zeros([shape], x.dtype) if beta is None else beta
    return _v1.fused_batch_norm(x, gamma, beta, mean=mean, variance=variance, epsilon=epsilon, data_format=layout,
                                is_training=mean is None)
