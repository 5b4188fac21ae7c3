"""Random tensors. The numbers of a seed are the backend's own, as they were on Keras 2.2.

Inside a layer's ``call`` new numbers are drawn whenever it runs (JAX asks for a seed there); outside, they are drawn
once.
"""
import keras

__all__ = ["random_normal", "random_uniform"]


def random_normal(shape, mean=0., stddev=1., dtype=None, seed=None):
    """Normally distributed values."""
    return keras.random.normal(tuple(shape), mean, stddev, dtype=dtype or keras.config.floatx(), seed=seed)


def random_uniform(shape, minval=0., maxval=1., dtype=None, seed=None):
    """Values evenly spread over ``[minval, maxval)``."""
    return keras.random.uniform(tuple(shape), minval, maxval, dtype=dtype or keras.config.floatx(), seed=seed)
