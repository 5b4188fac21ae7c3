"""Activations and what stands near them."""
from keras import ops

from .._symbolic.record import op
from .config import floatx
from .engines import native
from .tools import like

__all__ = ["elu", "hard_sigmoid", "in_top_k", "l2_normalize", "relu", "sigmoid", "softmax", "softplus", "softsign",
           "tanh"]


@op
def relu(x, alpha=0., max_value=None, threshold=0.):
    """Rectified linear: `x` from `threshold` to `max_value`, and the slope `alpha` below `threshold`."""
    if alpha != 0.:
        if max_value is None and threshold == 0.:
            return native().leaky_relu(x, alpha)
        negative = ops.relu(-x + threshold) if threshold != 0. else ops.relu(-x)
    if threshold != 0.:
        x = x * ops.cast(ops.greater(x, like(threshold, x)), floatx())
    elif max_value == 6:
        x = ops.relu6(x)
    else:
        x = ops.relu(x)
    if max_value is not None and (threshold != 0. or max_value != 6):
        x = native().clip(x, like(0., x), like(max_value, x))
    return x - like(alpha, x) * negative if alpha != 0. else x


@op
def elu(x, alpha=1.):
    """Exponential linear: ``alpha * (exp(x) - 1)`` below zero."""
    # As it rounded in TensorFlow 1; the engines of today use expm1.
    found = ops.where(x < 0, ops.exp(ops.minimum(x, 0)) - 1, x)
    return found if alpha == 1 else ops.where(x > 0, found, like(alpha, x) * found)


@op
def softmax(x, axis=-1):
    """Exponentials that sum to 1 along an axis."""
    return native().softmax(x, axis)


@op
def softplus(x):
    """``log(1 + exp(x))``."""
    return ops.softplus(x)


@op
def softsign(x):
    """``x / (1 + abs(x))``."""
    return ops.softsign(x)


@op
def sigmoid(x):
    """``1 / (1 + exp(-x))``."""
    return native().sigmoid(x)


@op
def hard_sigmoid(x):
    """``0.2 * x + 0.5``, kept between 0 and 1."""
    x = 0.2 * x + 0.5
    return native().clip(x, like(0., x), like(1., x))


@op
def tanh(x):
    """Hyperbolic tangents."""
    return ops.tanh(x)


@op
def l2_normalize(x, axis=None):
    """`x` over its Euclidean norm along an axis; squared norms count as 1e-12 at least."""
    return native().l2_normalize(x, axis)


@op
def in_top_k(predictions, targets, k):
    """Whether the target is among the `k` greatest predictions.

    Args:
        predictions: float32, ``(batch, classes)``.
        targets: integers, ``(batch,)``.

    Returns:
        bool, ``(batch,)``.
    """
    return native().in_top_k(predictions, targets, k)
