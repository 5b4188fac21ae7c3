"""Activations and normalisation, by the formulas of Keras 2.2.4."""
from keras import ops

__all__ = ["elu", "hard_sigmoid", "l2_normalize", "relu", "sigmoid", "softmax", "softplus", "softsign", "tanh"]

sigmoid, softplus, softsign, tanh = ops.sigmoid, ops.softplus, ops.softsign, ops.tanh


def relu(x, alpha=0., max_value=None, threshold=0.):
    """Rectified: `x` from `threshold` to `max_value`, constant above, of slope `alpha` below `threshold`."""
    passed = ops.where(ops.greater(x, threshold), x, ops.zeros_like(x))
    if max_value is not None:
        passed = ops.minimum(passed, ops.cast(max_value, passed.dtype))
    return passed if alpha == 0. else passed - alpha * ops.relu(threshold - x)


def elu(x, alpha=1.):
    """Exponential linear unit."""
    return ops.elu(x, alpha=alpha)


def softmax(x, axis=-1):
    """Exponentials that sum to one along an axis."""
    return ops.softmax(x, axis=axis)


def hard_sigmoid(x):
    """``0.2 * x + 0.5``, kept between 0 and 1. Keras 3's own has the slope 1/6."""
    return ops.clip(0.2 * x + 0.5, 0., 1.)


def l2_normalize(x, axis=None):
    """`x` over its Euclidean norm along an axis; the squared norm counts as 1e-12 at least."""
    return x * ops.rsqrt(ops.maximum(ops.sum(ops.square(x), axis=axis, keepdims=True), 1e-12))
