"""Crossentropies: probabilities are clipped by ``epsilon()``, logits go to the engine's own formulas."""
from keras import ops

from .._symbolic.record import op
from .._symbolic.spec import static_shape
from .config import epsilon
from .engines import native
from .inspection import ndim
from .tools import like, together

__all__ = ["binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy"]


def _clipped(output):
    low = like(epsilon(), output)
    return native().clip(output, low, 1 - low)


def _require_axis(axis, output):
    if axis != -1 and axis not in range(ndim(output)):
        raise ValueError("Unexpected channels axis %d. Expected to be -1 or one of the axes of `output`, which has %d "
                         "dimensions." % (axis, ndim(output)))


@op
def categorical_crossentropy(target, output, from_logits=False, axis=-1):
    """The crossentropy of one-hot or soft targets.

    Args:
        target, output: of one shape; `output` holds probabilities, or logits.
        axis: the axis of the classes, which the result lacks.
    """
    target, output = together(target, output)
    _require_axis(axis, output)
    if from_logits:
        return native().softmax_crossentropy(target, output)
    output = output / native().reduce("sum", output, axis, True)
    return -native().reduce("sum", target * ops.log(_clipped(output)), axis, False)


@op
def sparse_categorical_crossentropy(target, output, from_logits=False, axis=-1):
    """The crossentropy of integer targets.

    Args:
        target: as many integers as there are predictions, in any shape and dtype.
        output: probabilities or logits, with the classes on `axis`.

    Returns:
        The shape of `output` without the classes.
    """
    _require_axis(axis, output)
    rank = ndim(output)
    if axis not in (-1, rank - 1):
        output = ops.transpose(output, [i for i in range(rank) if i != axis] + [axis])
    if not from_logits:
        output = ops.log(_clipped(output))
    target = ops.cast(ops.reshape(target, [-1]), "int64")
    found = native().sparse_softmax_crossentropy(target, ops.reshape(output, [-1, static_shape(output)[-1]]))
    return ops.reshape(found, native().shape(output)[:-1]) if rank >= 3 else found


@op
def binary_crossentropy(target, output, from_logits=False):
    """The crossentropy of two classes, element by element; `output` holds probabilities, or logits."""
    target, output = together(target, output)
    if not from_logits:
        output = _clipped(output)
        output = ops.log(output / (1 - output))
    return native().sigmoid_crossentropy(target, output)
