"""Random numbers with the seeds of TensorFlow 1, and initializers made of them."""
import itertools
import os

import numpy as np
import tensorflow as tf

from kcool_modern.keras22 import backend as K
from kcool_modern.keras22._symbolic import random as seeds
from kcool_modern.keras22._symbolic.context import drawn
from kcool_modern.keras22._symbolic.random import Generator
from kcool_modern.keras22._symbolic.spec import is_symbol
from kcool_modern.keras22.backend.engines import native

from .control import current_values

__all__ = ["constant_initializer", "dropout", "glorot_normal_initializer", "glorot_uniform_initializer",
           "ones_initializer", "random_normal", "random_normal_initializer", "random_uniform",
           "random_uniform_initializer", "set_random_seed", "truncated_normal", "truncated_normal_initializer",
           "variance_scaling_initializer", "xavier_initializer", "zeros_initializer"]

_count = itertools.count(1)


def set_random_seed(seed):
    """Seeds the graph: operations with a seed of their own give TensorFlow 1's numbers, others those of a count."""
    global _count
    _count = itertools.count(1)
    seeds.set_graph_seed(seed)
    tf.random.set_seed(seed)


def next_seed(seed=None):
    """The seed of an operation: the one given, a number counted under a graph's seed, or anything."""
    if seed is not None:
        return int(seed)
    if seeds._Graph.seed is not None:
        return next(_count)
    return int.from_bytes(os.urandom(3), "little")


def _random(kind, shape, a, b, dtype, seed, name):
    generator = drawn("generator", lambda: Generator(next_seed(seed)))
    if isinstance(shape, tf.TensorShape):
        shape = shape.as_list()
    sizes = shape if is_symbol(shape) or tf.is_tensor(shape) else [int(shape)] if np.ndim(shape) == 0 else [
        one if is_symbol(one) or tf.is_tensor(one) else int(one) for one in shape]
    return current_values.recorded(_draw, (generator, kind, sizes, tf.as_dtype(dtype).name, a, b), name or kind, True)


def _draw(generator, kind, shape, dtype, a, b):
    return native().random(generator, kind, shape, dtype, a, b)


def random_normal(shape, mean=0.0, stddev=1.0, dtype=tf.float32, seed=None, name=None):
    """Normally distributed numbers."""
    return _random("normal", shape, mean, stddev, dtype, seed, name)


def truncated_normal(shape, mean=0.0, stddev=1.0, dtype=tf.float32, seed=None, name=None):
    """Normally distributed numbers, none of them farther than two standard deviations from the mean."""
    return _random("truncated", shape, mean, stddev, dtype, seed, name)


def random_uniform(shape, minval=0, maxval=None, dtype=tf.float32, seed=None, name=None):
    """Numbers evenly distributed from `minval` up to `maxval`, which is left out; 1 by default."""
    if maxval is None:
        if tf.as_dtype(dtype).is_integer:
            raise ValueError("Must specify maxval for integer dtype %r" % (dtype,))
        maxval = 1
    return _random("uniform", shape, minval, maxval, dtype, seed, name)


def dropout(x, keep_prob=None, noise_shape=None, seed=None, name=None, rate=None):
    """Entries set to zero at random, and the others scaled up; `keep_prob` is the share that stays."""
    if rate is None:
        rate = 1. - keep_prob
    return K.dropout(x, rate, noise_shape, next_seed(seed))


# --- initializers: functions of a shape -------------------------------------------------------------------------------

class _Initializer:
    def __init__(self, make, dtype=tf.float32):
        self._make, self.dtype = make, tf.as_dtype(dtype)

    def __call__(self, shape, dtype=None, partition_info=None):
        shape = tf.TensorShape(shape).as_list()
        return self._make(shape, tf.as_dtype(dtype) if dtype is not None else self.dtype)


def zeros_initializer(dtype=tf.float32):
    """Zeros."""
    return constant_initializer(0, dtype)


def ones_initializer(dtype=tf.float32):
    """Ones."""
    return constant_initializer(1, dtype)


def constant_initializer(value=0, dtype=tf.float32, verify_shape=False):
    """A number, or an array."""
    return _Initializer(lambda shape, dtype: _filled(value, shape, dtype.name), dtype)


def _filled(value, shape, dtype):
    value = np.asarray(value)
    if value.size == 1:
        value = np.full(shape, value.ravel()[0])
    return K.constant(value.reshape(shape), dtype=dtype)


def random_normal_initializer(mean=0.0, stddev=1.0, seed=None, dtype=tf.float32):
    """Normally distributed numbers."""
    return _Initializer(lambda shape, dtype: random_normal(shape, mean, stddev, dtype, seed), dtype)


def random_uniform_initializer(minval=0, maxval=None, seed=None, dtype=tf.float32):
    """Evenly distributed numbers."""
    return _Initializer(lambda shape, dtype: random_uniform(shape, minval, maxval, dtype, seed), dtype)


def truncated_normal_initializer(mean=0.0, stddev=1.0, seed=None, dtype=tf.float32):
    """Normally distributed numbers near the mean."""
    return _Initializer(lambda shape, dtype: truncated_normal(shape, mean, stddev, dtype, seed), dtype)


def variance_scaling_initializer(scale=1.0, mode="fan_in", distribution="truncated_normal", seed=None,
                                 dtype=tf.float32):
    """Numbers whose variance is `scale` over the number of inputs, of outputs (``fan_out``) or their mean."""
    def make(shape, dtype):
        inputs, outputs = _fans(shape)
        variance = scale / max(1., {"fan_in": inputs, "fan_out": outputs, "fan_avg": (inputs + outputs) / 2.}[mode])
        if distribution in ("normal", "truncated_normal"):
            # The share of the variance that is left when the tails are cut off.
            return truncated_normal(shape, 0., np.sqrt(variance) / .87962566103423978, dtype, seed)
        if distribution == "untruncated_normal":
            return random_normal(shape, 0., np.sqrt(variance), dtype, seed)
        limit = np.sqrt(3. * variance)
        return random_uniform(shape, -limit, limit, dtype, seed)

    return _Initializer(make, dtype)


def _fans(shape):
    if len(shape) < 2:
        return (shape[0],) * 2 if shape else (1, 1)
    field = float(np.prod(shape[:-2])) if len(shape) > 2 else 1.
    return shape[-2] * field, shape[-1] * field


def glorot_uniform_initializer(seed=None, dtype=tf.float32):
    """Glorot's evenly distributed numbers."""
    return variance_scaling_initializer(1.0, "fan_avg", "uniform", seed, dtype)


def glorot_normal_initializer(seed=None, dtype=tf.float32):
    """Glorot's normally distributed numbers."""
    return variance_scaling_initializer(1.0, "fan_avg", "truncated_normal", seed, dtype)


def xavier_initializer(uniform=True, seed=None, dtype=tf.float32):
    """Glorot's numbers by the name they have in ``tf.contrib.layers``."""
    if uniform:
        return glorot_uniform_initializer(seed, dtype)
    return variance_scaling_initializer(1.3 * .87962566103423978 ** 2, "fan_avg", "truncated_normal", seed, dtype)
