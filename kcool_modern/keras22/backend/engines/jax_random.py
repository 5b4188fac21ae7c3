"""Random numbers on JAX: functions of a generator's position, which goes on when the computation is over."""
import math
from contextlib import contextmanager

import jax
import jax.numpy as jnp
import keras
import numpy as np

from ..._symbolic.context import computation, describing
from ..._symbolic.engines import jax as engine
from ..._symbolic.engines import outside_trace
from . import philox

__all__ = ["in_loop", "random"]

_rounds = []  # type: list


@contextmanager
def in_loop(index, count):
    """A context for the body of a loop, which is traced once and draws new numbers in each round.

    Args:
        index: tensor, the number of the round, from 0.
        count: int, how many rounds there are.
    """
    _rounds.append((index, count))
    try:
        yield
    finally:
        _rounds.pop()


def random(generator, kind, shape, dtype, a, b):
    """New numbers from a generator; see `engines.tensorflow_random.random`."""
    shape = tuple(int(size) for size in (shape if isinstance(shape, (list, tuple)) else np.asarray(shape)))
    dtype = keras.backend.standardize_dtype(dtype)
    if getattr(computation(), "describes", False):
        return jnp.zeros(shape, dtype)
    kind = "bits" if "int" in dtype else kind
    position = _position(generator, math.prod(shape) * philox.STRIDE)
    numbers = philox.draw(jnp, _as_float, kind, shape, generator.seeds, position)
    a, b = jnp.asarray(a, dtype), jnp.asarray(b, dtype)
    if kind == "bits":
        return a + (numbers % (b - a).astype("uint32")).astype(dtype)
    numbers = numbers.astype(dtype)
    return numbers * (b - a) + a if kind == "uniform" else numbers * b + a


def _as_float(words):
    return jax.lax.bitcast_convert_type(words, "float32")


def _position(generator, amount):
    """Where the generator is, which goes on by `amount` in each round of the loops around."""
    now = computation()
    if generator.state is None:
        with describing(), outside_trace():
            generator.state = keras.random.SeedGenerator(0).state
            generator.state.assign(jnp.zeros((2,), "uint32"))
    state = generator.state
    whole = amount * math.prod(count for _, count in _rounds)
    if hasattr(now, "plan"):
        position = philox.moved(jnp, state.value, engine.advance(now, generator, whole))
    else:
        position = state.value
        state.assign(jnp.stack(philox.moved(jnp, position, whole)))
    if _rounds:
        done = jnp.zeros((), "uint32")
        for index, count in _rounds:
            done = done * count + jnp.asarray(index, "uint32")
        position = philox.moved_by_product(jnp, position, amount, done)
    return position
