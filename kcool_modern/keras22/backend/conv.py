"""Convolutions."""
from keras import ops

from .._symbolic.record import op
from .._symbolic.spec import static_shape
from .config import normalize_data_format
from .engines import native
from .inspection import ndim
from .tools import standard_padding, transposed_shape

__all__ = ["bias_add", "conv1d", "conv2d", "conv2d_transpose", "conv3d", "conv3d_transpose", "depthwise_conv2d",
           "local_conv1d", "local_conv2d", "separable_conv1d", "separable_conv2d"]


def channels_last(x, data_format):
    """A tensor with its channels last, whatever its data format."""
    if data_format == "channels_last":
        return x
    return ops.transpose(x, [0] + list(range(2, ndim(x))) + [1])


def restored(x, data_format):
    """The opposite of `channels_last`."""
    if data_format == "channels_last":
        return x
    return ops.transpose(x, [0, ndim(x) - 1] + list(range(1, ndim(x) - 1)))


def _convolved(x, kernel, strides, padding, data_format, dilation_rate):
    padding = standard_padding(padding)
    found = native().convolution(channels_last(x, data_format), kernel, tuple(strides), padding, tuple(dilation_rate))
    return restored(found, data_format)


@op
def conv1d(x, kernel, strides=1, padding="valid", data_format=None, dilation_rate=1):
    """A convolution over one axis.

    Args:
        x: ``(batch, steps, channels)``, or with the channels first.
        kernel: ``(width, channels, filters)``.
        padding: ``same``, ``valid`` or ``causal``.
    """
    data_format = normalize_data_format(data_format)
    if padding == "causal":
        if data_format != "channels_last":
            raise ValueError('When using causal padding in `conv1d`, `data_format` must be "channels_last" (temporal '
                             "data).")
        x = native().pad(x, [[0, 0], [dilation_rate * (static_shape(kernel)[0] - 1), 0], [0, 0]])
        padding = "valid"
    return _convolved(x, kernel, (strides,), padding, data_format, (dilation_rate,))


@op
def conv2d(x, kernel, strides=(1, 1), padding="valid", data_format=None, dilation_rate=(1, 1)):
    """A convolution over images; `kernel` is ``(height, width, channels, filters)``."""
    return _convolved(x, kernel, strides, padding, normalize_data_format(data_format), dilation_rate)


@op
def conv3d(x, kernel, strides=(1, 1, 1), padding="valid", data_format=None, dilation_rate=(1, 1, 1)):
    """A convolution over volumes; `kernel` is ``(depth, height, width, channels, filters)``."""
    return _convolved(x, kernel, strides, padding, normalize_data_format(data_format), dilation_rate)


def _transposed(x, kernel, output_shape, strides, padding, data_format, dilation_rate=None):
    data_format = normalize_data_format(data_format)
    padding = standard_padding(padding)
    x = channels_last(x, data_format)
    rank = ndim(x)
    sizes = [output_shape[i] for i in range(rank)]
    if data_format == "channels_first":
        sizes = sizes[:1] + sizes[2:] + sizes[1:2]
    sizes[0] = native().shape(x)[0] if sizes[0] is None else sizes[0]
    found = native().transposed_convolution(x, kernel, sizes, tuple(strides), padding, dilation_rate)
    return restored(found, data_format)


@op
def conv2d_transpose(x, kernel, output_shape, strides=(1, 1), padding="valid", data_format=None, dilation_rate=(1, 1)):
    """The gradient of `conv2d` as a function of its own.

    Args:
        x: images.
        kernel: ``(height, width, filters, channels)``: the channels of `x` are last.
        output_shape: shape of the result in the data format; sizes may be scalar tensors, the first one None.
        dilation_rate: the same for both axes; with ``(1, 1)`` strides if it is not ``(1, 1)``.
    """
    if tuple(dilation_rate) == (1, 1):
        return _transposed(x, kernel, output_shape, strides, padding, data_format)
    if dilation_rate[0] != dilation_rate[1]:
        raise AssertionError("K.conv2d_transpose takes one dilation rate for both axes, not %s." % (dilation_rate,))
    return _transposed(x, kernel, output_shape, strides, padding, data_format, dilation_rate[0])


@op
def conv3d_transpose(x, kernel, output_shape, strides=(1, 1, 1), padding="valid", data_format=None):
    """As `conv2d_transpose`, for volumes."""
    return _transposed(x, kernel, output_shape, strides, padding, data_format)


@op
def depthwise_conv2d(x, depthwise_kernel, strides=(1, 1), padding="valid", data_format=None, dilation_rate=(1, 1)):
    """A convolution of each channel by itself; the kernel is ``(height, width, channels, multiplier)``."""
    data_format = normalize_data_format(data_format)
    padding = standard_padding(padding)
    found = native().depthwise(channels_last(x, data_format), depthwise_kernel, tuple(strides), padding,
                               tuple(dilation_rate))
    return restored(found, data_format)


@op
def separable_conv1d(x, depthwise_kernel, pointwise_kernel, strides=1, padding="valid", data_format=None,
                     dilation_rate=1):
    """As `separable_conv2d`, over one axis: kernels of ``(width, channels, multiplier)`` and
    ``(1, channels * multiplier, filters)``."""
    data_format = normalize_data_format(data_format)
    stride = strides if isinstance(strides, int) else strides[0]
    rate = dilation_rate if isinstance(dilation_rate, int) else dilation_rate[0]
    padding = standard_padding(padding)
    x = ops.expand_dims(channels_last(x, data_format), 1)
    found = native().separable(x, ops.expand_dims(depthwise_kernel, 0), ops.expand_dims(pointwise_kernel, 0),
                               (stride, stride), padding, (1, rate))
    return restored(ops.squeeze(found, 1), data_format)


@op
def separable_conv2d(x, depthwise_kernel, pointwise_kernel, strides=(1, 1), padding="valid", data_format=None,
                     dilation_rate=(1, 1)):
    """`depthwise_conv2d`, then a convolution with a kernel of ``(1, 1, channels * multiplier, filters)``."""
    data_format = normalize_data_format(data_format)
    padding = standard_padding(padding)
    found = native().separable(channels_last(x, data_format), depthwise_kernel, pointwise_kernel, tuple(strides),
                               padding, tuple(dilation_rate))
    return restored(found, data_format)


@op
def bias_add(x, bias, data_format=None):
    """A bias added.

    Args:
        x: ``(batch, ..., channels)``, or with the channels first.
        bias: ``(channels,)``, or in the shape of a sample with the channels last.
    """
    data_format = normalize_data_format(data_format)
    sizes, rank = static_shape(bias), ndim(x)
    if rank is not None and len(sizes) not in (1, rank - 1):
        raise ValueError("Unexpected bias dimensions %d, expect to be 1 or %d dimensions" % (len(sizes), rank))
    if rank not in (3, 4, 5):
        return x + bias
    shape = (1,) * (rank - 1) + tuple(sizes) if len(sizes) == 1 else (1,) + tuple(sizes)
    return x + ops.reshape(bias, transposed_shape(shape, data_format))


@op
def local_conv1d(inputs, kernel, kernel_size, strides, data_format=None):
    """A convolution whose kernel differs from place to place.

    Args:
        inputs: ``(batch, steps, channels)``.
        kernel: ``(output steps, width * channels, filters)``.
        kernel_size, strides: tuples of one int.
    """
    normalize_data_format(data_format)
    count, features, _ = static_shape(kernel)
    starts = [i * strides[0] for i in range(count)]
    patches = [ops.reshape(inputs[:, start:start + kernel_size[0], :], (1, -1, features)) for start in starts]
    return ops.transpose(ops.matmul(ops.concatenate(patches, axis=0), kernel), (1, 0, 2))


@op
def local_conv2d(inputs, kernel, kernel_size, strides, output_shape, data_format=None):
    """As `local_conv1d`, over images.

    Args:
        inputs: images in the data format.
        kernel: ``(output height * output width, height * width * channels, filters)``.
        kernel_size, strides, output_shape: pairs of int.
    """
    data_format = normalize_data_format(data_format)
    _, features, filters = static_shape(kernel)
    patches = []
    for row in range(output_shape[0]):
        for column in range(output_shape[1]):
            rows = slice(row * strides[0], row * strides[0] + kernel_size[0])
            columns = slice(column * strides[1], column * strides[1] + kernel_size[1])
            patch = inputs[:, :, rows, columns] if data_format == "channels_first" else inputs[:, rows, columns, :]
            patches.append(ops.reshape(patch, (1, -1, features)))
    found = ops.matmul(ops.concatenate(patches, axis=0), kernel)
    found = ops.reshape(found, (output_shape[0], output_shape[1], -1, filters))
    return ops.transpose(found, (2, 3, 0, 1) if data_format == "channels_first" else (2, 0, 1, 3))
