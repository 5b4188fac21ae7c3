"""Operations on JAX."""
import sys

import jax
import jax.numpy as jnp
import numpy as np

from ..._symbolic.context import branch, branches, computation
from . import portable, portable_nn, portable_sparse
from .jax_random import in_loop, random
from .portable import *  # noqa: F403
from .portable_nn import *  # noqa: F403
from .portable_sparse import *  # noqa: F403

__all__ = (portable.__all__ + portable_nn.__all__ + portable_sparse.__all__
           + ["cond", "fold", "loop", "map_fn", "print_tensor", "random", "transposed_convolution"])


def cond(condition, first, second):
    """The value of one of two functions."""
    if not isinstance(condition, jax.core.Tracer):
        return first() if bool(condition) else second()
    return jax.lax.cond(condition, lambda: jax.tree.map(jnp.asarray, first()),
                        lambda: jax.tree.map(jnp.asarray, second()))


def print_tensor(x, message):
    """The same tensor, printed."""
    jax.debug.callback(lambda value: print(message, value, sep="", file=sys.stderr), x)
    return x


def transposed_convolution(x, kernel, sizes, strides, padding, dilation):
    """A transposed convolution to given sizes; with a dilation, if there is one, and then no strides."""
    rank = len(strides)
    strides, dilations = (strides, (1,) * rank) if dilation is None else ((1,) * rank, (dilation,) * rank)
    target = jax.ShapeDtypeStruct(tuple(map(int, sizes)), x.dtype)
    back = jax.linear_transpose(lambda y: portable_nn.convolution(y, kernel, strides, padding, dilations), target)
    return back(x)[0]


def _repeated(function):
    """A function that is given the same random generators whenever a loop calls it."""
    places = branches()
    return lambda *args: branch(places, 0, lambda: function(*args))


def map_fn(fn, elems, dtype):
    """See ``K.map_fn``."""
    fn = _repeated(fn)
    first = jax.tree.leaves(elems)[0]

    def body(given):
        index, entries = given
        with in_loop(index, first.shape[0]):
            found = jax.tree.map(jnp.asarray, fn(entries))
        return found if dtype is None or not hasattr(found, "astype") else found.astype(dtype)

    return jax.lax.map(body, (jnp.arange(first.shape[0]), jax.tree.map(jnp.asarray, elems)))


def fold(fn, elems, initializer, backwards):
    """See ``K.foldl`` and ``K.foldr``."""
    fn, elems = _repeated(fn), jax.tree.map(jnp.asarray, elems)
    if initializer is None:
        start = -1 if backwards else 0
        initializer = jax.tree.map(lambda x: x[start], elems)
        elems = jax.tree.map(lambda x: x[:-1] if backwards else x[1:], elems)
    initializer = jax.tree.map(jnp.asarray, initializer)
    count = jax.tree.leaves(elems)[0].shape[0]

    def body(so_far, given):
        index, entries = given
        with in_loop(count - 1 - index if backwards else index, count):
            found = fn(so_far, entries)
        return jax.tree.map(lambda new, old: jnp.asarray(new, old.dtype), found, so_far), None

    return jax.lax.scan(body, initializer, (jnp.arange(count), elems), reverse=backwards)[0]


def loop(step, inputs, mask, states, output, limit):
    """Recurrence; see `engines.tensorflow_loops.loop`."""
    step, count = _repeated(step), inputs.shape[0]
    taken = count if limit is None else min(count, int(limit))
    states = [jnp.asarray(state) for state in states]
    now = computation()
    first = len(now.products)
    products = []

    def body(states, given):
        index, current, mask_now = given
        with in_loop(index, taken):
            output, new_states = step(current, mask_now, tuple(states))
        new_states = [jnp.broadcast_to(new, old.shape).astype(old.dtype) for new, old in zip(new_states, states)]
        products[:] = now.products[first:]
        del now.products[first:]
        return new_states, (output, [product.value for product in products])

    given = (jnp.arange(taken), inputs[:taken], None if mask is None else mask[:taken])
    states, (outputs, values) = jax.lax.scan(body, states, given)
    # What layers hand over in the last round leaves the loop.
    now.products += [product._replace(value=value[-1]) for product, value in zip(products, values)]
    last = outputs[-1]
    if taken < count:
        outputs = jnp.concatenate([outputs, jnp.zeros((count - taken,) + outputs.shape[1:], outputs.dtype)])
    return last, outputs, list(states)


def argmax(x, axis):  # type: ignore[no-redef]
    """The index of the greatest value."""
    return jnp.argmax(np.asarray(x) if portable.is_known(x) else x, axis)
