"""Random tensors. The numbers of a seed are the backend's own, as they were on Keras 2.2."""
import keras

__all__ = ["random_normal", "random_uniform"]


def random_normal(shape, mean=0., stddev=1., dtype=None, seed=None):
    """Normally distributed values; new ones at every call unless a seed is given."""
    return keras.random.normal(tuple(shape), mean, stddev, dtype=dtype or keras.config.floatx(), seed=seed)


def random_uniform(shape, minval=0., maxval=1., dtype=None, seed=None):
    """Values evenly spread over ``[minval, maxval)``; new ones at every call unless a seed is given."""
    return keras.random.uniform(tuple(shape), minval, maxval, dtype=dtype or keras.config.floatx(), seed=seed)
