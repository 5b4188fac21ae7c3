"""Batch normalisation."""
from keras import ops

from .._symbolic.record import op
from .engines import native
from .inspection import ndim

__all__ = ["batch_normalization", "normalize_batch_in_training"]


@op
def normalize_batch_in_training(x, gamma, beta, reduction_axes, epsilon=1e-3):
    """A batch normalised by its own mean and variance.

    Args:
        gamma, beta: scale and offset, ``(channels,)``, or None.
        reduction_axes: list of int, all axes but that of the channels.

    Returns:
        The normalised tensor, the mean and the variance. For images the variance is that of the population, as the
        fused operation of TensorFlow gives it.
    """
    axes = list(reduction_axes)
    if ndim(x) == 4 and (axes == [0, 1, 2] or axes == [0, 2, 3] and native().has_channels_first()):
        return native().fused_batch_norm(x, gamma, beta, epsilon, "NHWC" if axes == [0, 1, 2] else "NCHW")
    mean, variance = native().moments(x, axes)
    shape = None
    if sorted(axes) != list(range(ndim(x) - 1)):
        sizes = native().shape(x)
        shape = [1 if axis in axes else sizes[axis] for axis in range(ndim(x))]
    placed = [y if y is None or shape is None else ops.reshape(y, shape) for y in (mean, variance, beta, gamma)]
    return native().batch_norm(x, *placed, epsilon=epsilon), mean, variance


@op
def batch_normalization(x, mean, var, beta, gamma, axis=-1, epsilon=1e-3):
    """A tensor normalised by a given mean and variance.

    Args:
        mean, var, beta, gamma: ``(channels,)``, or in a shape that broadcasts; the last two may be None.
        axis: the axis of the channels.
    """
    layout = {1: "NCHW", -3: "NCHW", 3: "NHWC", -1: "NHWC"}.get(axis) if ndim(x) == 4 else None
    if layout == "NHWC" or layout == "NCHW" and native().has_channels_first():
        gamma, beta, mean, var = (y if y is None or ndim(y) <= 1 else ops.reshape(y, [-1])
                                  for y in (gamma, beta, mean, var))
        return native().fused_batch_norm(x, gamma, beta, epsilon, layout, mean, var)[0]
    return native().batch_norm(x, mean, var, beta, gamma, epsilon)
