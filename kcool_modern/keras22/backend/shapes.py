"""Shapes: axes moved, joined, cut, repeated."""
from keras import ops

from .._symbolic.record import op
from .._symbolic.spec import is_backend_tensor, static_shape
from .config import normalize_data_format
from .engines import native
from .inspection import is_sparse, ndim
from .tools import transposed_shape

__all__ = ["arange", "batch_flatten", "concatenate", "expand_dims", "flatten", "one_hot", "permute_dimensions",
           "repeat", "repeat_elements", "reshape", "resize_images", "resize_volumes", "reverse", "slice",
           "spatial_2d_padding", "spatial_3d_padding", "squeeze", "stack", "temporal_padding", "tile"]


@op
def concatenate(tensors, axis=-1):
    """Tensors joined along an axis; sparse if all of them are."""
    if axis < 0:
        rank = ndim(tensors[0])
        axis = axis % rank if rank else 0
    if all(map(is_sparse, tensors)):
        return native().sparse_concatenate(tensors, axis)
    return native().concatenate([native().to_dense(x) if is_sparse(x) else x for x in tensors], axis)


@op
def reshape(x, shape):
    """Another shape, batch axis included; sizes may be scalar tensors, and one -1."""
    return ops.reshape(x, shape)


@op
def permute_dimensions(x, pattern):
    """Axes in the order of `pattern`, a list of int."""
    return native().transpose(x, pattern)


@op
def flatten(x):
    """A single axis."""
    return ops.reshape(x, [-1])


@op
def batch_flatten(x):
    """Two axes: the first one, and all others as one."""
    return native().batch_flatten(x)


@op
def expand_dims(x, axis=-1):
    """One more axis, of size 1."""
    return ops.expand_dims(x, axis)


@op
def squeeze(x, axis):
    """Without an axis, whose size is 1."""
    return ops.squeeze(x, axis)


@op
def stack(x, axis=0):
    """Tensors of one shape joined along a new axis."""
    return native().stack(x, axis)


@op
def one_hot(indices, num_classes):
    """Integers as vectors with a single 1, on a new last axis of size `num_classes`: float32; none is 1 beyond it."""
    # Not one that is too large: PyTorch raises.
    return ops.one_hot(ops.where(indices < num_classes, indices, -1), num_classes, dtype="float32")


@op
def reverse(x, axes):
    """Backwards along an axis or several."""
    return ops.flip(x, axis=axes if isinstance(axes, int) else tuple(axes))


@op
def slice(x, start, size):
    """A block of a tensor: where it starts and its sizes, one int per axis."""
    return native().slice(x, start, size)


@op
def tile(x, n):
    """The whole tensor repeated: an int per axis."""
    return ops.tile(x, [n] if isinstance(n, int) else n)


@op
def repeat(x, n):
    """``(samples, dim)`` repeated to ``(samples, n, dim)``."""
    if ndim(x) != 2:
        raise AssertionError("K.repeat takes tensors with two axes, not %s." % ndim(x))
    return ops.tile(ops.expand_dims(x, 1), [1, n, 1])


@op
def repeat_elements(x, rep, axis):
    """Every entry along an axis `rep` times in a row."""
    return native().repeat(x, rep, axis)


def arange(start, stop=None, step=1, dtype="int32"):
    """Integers from `start`, or from 0 up to it if there is no `stop`; an empty tensor if it is negative."""
    return _arange(start, stop, step, dtype)


@op
def _arange(start, stop, step, dtype):
    if stop is None:
        start, stop = 0, ops.maximum(start, 0) if is_backend_tensor(start) else max(start, 0)
    return native().arange(start, stop, step, dtype)


@op
def resize_images(x, height_factor, width_factor, data_format, interpolation="nearest"):
    """Images enlarged by whole factors.

    Args:
        x: ``(batch, height, width, channels)``, or with the channels first.
        interpolation: ``nearest`` or ``bilinear``; the corners are those of TensorFlow 1.
    """
    rows = 2 if normalize_data_format(data_format) == "channels_first" else 1
    if interpolation not in ("nearest", "bilinear"):
        raise ValueError('interpolation should be one of "nearest" or "bilinear".')
    sizes, known = native().shape(x), static_shape(x)
    new = [(sizes[rows + i] if known[rows + i] is None else known[rows + i]) * factor
           for i, factor in enumerate((height_factor, width_factor))]
    x = ops.transpose(x, (0, 2, 3, 1)) if rows == 2 else x
    x = native().resize(x, new, interpolation)
    return ops.transpose(x, (0, 3, 1, 2)) if rows == 2 else x


def resize_volumes(x, depth_factor, height_factor, width_factor, data_format):
    """Volumes enlarged by whole factors, every voxel repeated."""
    if data_format not in ("channels_first", "channels_last"):
        raise ValueError("Unknown data_format: %s" % (data_format,))
    first = 2 if data_format == "channels_first" else 1
    for axis, factor in enumerate((depth_factor, height_factor, width_factor), first):
        x = repeat_elements(x, factor, axis)
    return x


@op
def _padded(x, pattern):
    return native().pad(x, pattern)


def temporal_padding(x, padding=(1, 1)):
    """Zeros before and after the second axis of three."""
    _require_pairs(1, (padding,))
    return _padded(x, [[0, 0], list(padding), [0, 0]])


def spatial_2d_padding(x, padding=((1, 1), (1, 1)), data_format=None):
    """Zeros around images: a pair of int for height and width each."""
    return _spatial_padding(x, padding, data_format, 2)


def spatial_3d_padding(x, padding=((1, 1), (1, 1), (1, 1)), data_format=None):
    """Zeros around volumes: a pair of int for depth, height and width each."""
    return _spatial_padding(x, padding, data_format, 3)


def _spatial_padding(x, padding, data_format, count):
    _require_pairs(count, padding)
    pattern = [[0, 0]] + [list(pair) for pair in padding] + [[0, 0]]
    return _padded(x, transposed_shape(pattern, normalize_data_format(data_format)))


def _require_pairs(count, padding):
    if len(padding) != count or {len(pair) for pair in padding} != {2}:
        raise AssertionError("Padding takes %d pair(s) of numbers, not %r." % (count, padding))
