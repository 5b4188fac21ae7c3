"""Products of tensors, and looking rows up."""
from keras import ops

from .._symbolic.record import op
from .._symbolic.spec import static_shape
from .engines import native
from .inspection import is_sparse, ndim
from .tools import together

__all__ = ["batch_dot", "dot", "gather", "transpose"]


@op
def dot(x, y):
    """The product over the last axis of `x` and the last but one of `y`.

    Args:
        x: ``(..., n)``; may be sparse if it has two axes.
        y: ``(..., n, m)``.

    Returns:
        ``x.shape[:-1] + y.shape[:-2] + y.shape[-1:]``.
    """
    if is_sparse(x):
        return native().sparse_dot(x, y)
    x, y = together(x, y)
    if ndim(x) is None or ndim(x) <= 2 and ndim(y) <= 2:
        return native().matmul(x, y, False, False)
    x_sizes, y_sizes = _sizes(x), _sizes(y)
    axes = list(range(len(y_sizes)))
    axes = [axes.pop(-2)] + axes
    product = ops.matmul(ops.reshape(x, [-1, x_sizes[-1]]), ops.reshape(ops.transpose(y, axes), [y_sizes[-2], -1]))
    return ops.reshape(product, x_sizes[:-1] + y_sizes[:-2] + y_sizes[-1:])


def _sizes(x):
    sizes = native().shape(x)
    return [sizes[i] if size is None else size for i, size in enumerate(static_shape(x))]


@op
def batch_dot(x, y, axes=None):
    """The product over one axis each of two tensors, sample by sample.

    Args:
        x, y: tensors with the batch on the first axis, ``(batch, ...)``.
        axes: an int, or two: the axes to sum over; by default the last of `x` and the last but one of `y`.

    Returns:
        Tensor with two axes or more.
    """
    x_ndim, y_ndim = ndim(x), ndim(y)
    axes = (axes, axes) if isinstance(axes, int) else [x_ndim - 1, y_ndim - 2] if axes is None else axes
    if [axis for axis in axes if isinstance(axis, (list, tuple))]:
        raise ValueError("Multiple target dimensions are not supported. Expected: None, int, (int, int), Provided: %s"
                         % (axes,))
    missing = y_ndim - x_ndim
    x, y = _with_ones(x, missing), _with_ones(y, -missing)
    if ndim(x) == 2 and ndim(y) == 2:
        product = ops.sum(x * y if axes[0] == axes[1] else ops.transpose(x) * y,
                          axis=axes[0] if axes[0] == axes[1] else axes[1])
    else:
        product = native().matmul(x, y, axes[0] != ndim(x) - 1, axes[1] == ndim(y) - 1)
    if missing:
        first = x_ndim + y_ndim - 3 if missing < 0 else x_ndim - 1
        product = ops.squeeze(product, tuple(range(first, first + max(missing, -missing))))
    return ops.expand_dims(product, 1) if ndim(product) == 1 else product


def _with_ones(x, count):
    return ops.reshape(x, _sizes(x) + [1] * count) if count > 0 else x


@op
def transpose(x):
    """All axes in reverse order."""
    return ops.transpose(x)


@op
def gather(reference, indices):
    """The entries of `reference`, along its first axis, that integers name: ``indices.shape + reference.shape[1:]``."""
    return native().gather(reference, indices)
