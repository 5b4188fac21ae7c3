"""Random numbers: bit for bit those that TensorFlow 1.15 gives for a seed."""
import numpy as np
import tensorflow as tf

from ..._symbolic.context import computation

__all__ = ["random"]

_PHILOX = 1
#: TensorFlow's stateful kernels go on by so many blocks per number, whether they need them or not.
_STRIDE = 256
_OPERATIONS = {"uniform": tf.raw_ops.StatelessRandomUniformV2, "normal": tf.raw_ops.StatelessRandomNormalV2,
               "truncated": tf.raw_ops.StatelessTruncatedNormalV2}


def random(generator, kind, shape, dtype, a, b):
    """New numbers from a generator.

    Args:
        generator: a `_symbolic.random.Generator`; it goes on.
        kind: ``uniform`` (from `a` up to `b`), ``normal`` or ``truncated`` (mean `a`, standard deviation `b`).
        shape: list of ints and scalar tensors, or an int tensor.
    """
    dtype = tf.as_dtype(dtype)
    if not tf.is_tensor(shape):
        shape = tf.stack(shape) if len(shape) else tf.constant([], tf.int32)
    shape = tf.cast(shape, tf.int32)
    source = {"shape": shape, "alg": _PHILOX, "key": _key(generator.seeds[0]),
              "counter": _counter(generator, tf.reduce_prod(tf.cast(shape, tf.int64)))}
    if dtype.is_integer:
        return tf.raw_ops.StatelessRandomUniformIntV2(minval=tf.cast(a, dtype), maxval=tf.cast(b, dtype), **source)
    numbers = _OPERATIONS[kind](dtype=dtype, **source)
    a, b = tf.cast(a, dtype), tf.cast(b, dtype)
    return tf.add(numbers * (b - a), a) if kind == "uniform" else tf.add(numbers * b, a)


def _key(seed):
    return tf.constant(np.array([seed], "int64").view("uint64"))


def _counter(generator, count):
    seed = np.int64(generator.seeds[1])
    if getattr(computation(), "describes", False):
        position = tf.constant(0, tf.int64)
    else:
        position = _advanced(generator, count)
    return tf.bitcast(tf.stack([position, tf.constant(seed)]), tf.uint64)


def _advanced(generator, count):
    """The position of a generator, which moves on."""
    with tf.init_scope():
        if generator.state is None:
            generator.state = tf.Variable(0, dtype=tf.int64, trainable=False)
    after = generator.state.assign_add(count * _STRIDE, read_value=True)
    return tf.convert_to_tensor(after) - count * _STRIDE
