"""Random tensors: new numbers whenever they are computed.

Without a seed one is drawn from NumPy, so that ``np.random.seed`` settles the numbers.
"""
import numpy as np
from keras import ops

from .._symbolic.context import drawn
from .._symbolic.random import Generator
from .._symbolic.record import record
from .._symbolic.spec import is_symbol, static_shape
from .config import floatx
from .engines import native
from .state import variable

__all__ = ["dropout", "random_binomial", "random_normal", "random_normal_variable", "random_uniform",
           "random_uniform_variable", "truncated_normal"]


def _generator(seed, bound=10e6):
    return drawn("generator", lambda: Generator(np.random.randint(int(bound)) if seed is None else seed))


def _random(kind, shape, parameters, dtype, seed, bound=10e6):
    dtype = dtype or floatx()
    sizes = shape if is_symbol(shape) or ops.is_tensor(shape) else [shape] if isinstance(shape, int) else list(shape)
    return record(_draw, (_generator(seed, bound), kind, sizes, dtype) + parameters, name=kind, random=True)


def _draw(generator, kind, shape, dtype, a, b):
    return native().random(generator, kind, shape, dtype, a, b)


def random_normal(shape, mean=0.0, stddev=1.0, dtype=None, seed=None):
    """Normally distributed numbers."""
    return _random("normal", shape, (mean, stddev), dtype, seed)


def random_uniform(shape, minval=0.0, maxval=1.0, dtype=None, seed=None):
    """Numbers evenly distributed from `minval` up to `maxval`, which is left out."""
    return _random("uniform", shape, (minval, maxval), dtype, seed)


def truncated_normal(shape, mean=0.0, stddev=1.0, dtype=None, seed=None):
    """Normally distributed numbers, none of them farther than two standard deviations from the mean."""
    return _random("truncated", shape, (mean, stddev), dtype, seed)


def random_binomial(shape, p=0.0, dtype=None, seed=None):
    """Ones with probability `p`, and zeros."""
    dtype = dtype or floatx()
    drawn_numbers = _random("uniform", shape, (0., 1.), dtype, seed)
    return record(_ones_below, (drawn_numbers, p, dtype), name="binomial")


def _ones_below(numbers, p, dtype):
    return ops.cast(numbers <= p, dtype)


def random_uniform_variable(shape, low, high, dtype=None, name=None, seed=None):
    """A variable that starts with evenly distributed numbers."""
    return variable(_random("uniform", shape, (low, high), dtype, seed, 10e8), dtype=dtype, name=name)


def random_normal_variable(shape, mean, scale, dtype=None, name=None, seed=None):
    """A variable that starts with normally distributed numbers."""
    return variable(_random("normal", shape, (mean, scale), dtype, seed, 10e8), dtype=dtype, name=name)


def dropout(x, level, noise_shape=None, seed=None):
    """Entries set to zero at random, and the others scaled up to keep the sum.

    Args:
        level: float, the share of zeros: at least 0, less than 1.
        noise_shape: the shape of what is drawn; it broadcasts to that of `x`. None in it stands for the size of `x`.
    """
    generator = _generator(seed)
    if isinstance(level, (int, float)) and not 0 <= level < 1:
        raise ValueError("rate must be a scalar tensor or a float in the range [0, 1), got %g" % level)
    sizes = list(noise_shape) if isinstance(noise_shape, (list, tuple)) else noise_shape
    # The way over 1 - level rounds like the 2.2 one.
    return record(_dropped, (generator, x, 1. - (1. - level), sizes), name="dropout", random=True)


def _dropped(generator, x, rate, sizes):
    x = x * 1.
    if isinstance(rate, float) and rate == 0.:
        return x
    if sizes is None:
        sizes = native().shape(x) if None in static_shape(x) else static_shape(x)
    elif isinstance(sizes, list) and None in sizes:
        sizes = [native().shape(x)[i] if size is None else size for i, size in enumerate(sizes)]
    rate = ops.cast(rate, x.dtype)
    numbers = native().random(generator, "uniform", sizes, x.dtype, 0., 1.)
    return x * (1 / (1 - rate)) * ops.cast(numbers >= rate, x.dtype)
