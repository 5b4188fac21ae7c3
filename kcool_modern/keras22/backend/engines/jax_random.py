"""Random numbers on JAX: functions of a generator's state, which goes on when the computation is over."""
from contextlib import contextmanager

import jax
import jax.numpy as jnp
import keras
import numpy as np

from ..._symbolic.context import computation, describing
from ..._symbolic.engines import jax as engine
from ..._symbolic.engines import outside_trace

__all__ = ["in_loop", "random"]

_indices = []  # type: list


@contextmanager
def in_loop(index):
    """A context in which numbers depend on the index of a loop's round too."""
    _indices.append(index)
    try:
        yield
    finally:
        _indices.pop()


def random(generator, kind, shape, dtype, a, b):
    """New numbers from a generator; see `engines.tensorflow_random.random`."""
    shape = tuple(int(size) for size in (shape if isinstance(shape, (list, tuple)) else np.asarray(shape)))
    key = _key(generator)
    dtype = keras.backend.standardize_dtype(dtype)
    if "int" in dtype:
        return keras.random.randint(shape, int(a), int(b), dtype=dtype, seed=key)
    a, b = jnp.asarray(a, dtype), jnp.asarray(b, dtype)
    function = {"uniform": keras.random.uniform, "normal": keras.random.normal,
                "truncated": keras.random.truncated_normal}[kind]
    return function(shape, a, b, dtype=dtype, seed=key)


def _key(generator):
    now = computation()
    if getattr(now, "describes", False):
        return jnp.zeros((2,), "uint32")
    if generator.state is None:
        with describing(), outside_trace():
            generator.state = keras.random.SeedGenerator(_seed(generator.seeds)).state
    state = generator.state
    if hasattr(now, "plan"):
        key = state.value + jnp.array([0, engine.advance(now, generator)], "uint32")
    else:
        key = state.value
        state.assign(key + jnp.array([0, 1], "uint32"))
    for index in _indices:
        key = jax.random.fold_in(key, index)
    return key


def _seed(seeds):
    return int(np.random.SeedSequence([one % 2 ** 64 for one in seeds]).generate_state(1)[0])
