"""Operations on PyTorch."""
import math
import sys

import keras
import numpy as np
import torch
from keras import ops
from keras.src.backend.torch.core import get_device

from ..._symbolic.context import branch, branches, computation
from . import philox, portable, portable_nn, portable_sparse
from .portable import *  # noqa: F403
from .portable_nn import *  # noqa: F403
from .portable_nn import same_padding
from .portable_sparse import *  # noqa: F403

__all__ = (portable.__all__ + portable_nn.__all__ + portable_sparse.__all__
           + ["cond", "fold", "loop", "map_fn", "pool", "print_tensor", "random", "transposed_convolution"])


def _is_described():
    """Whether tensors have no storage."""
    return get_device() == "meta"


def cond(condition, first, second):
    """The value of one of two functions."""
    if _is_described():
        return portable.either(condition, first(), second())
    return first() if bool(condition) else second()


def print_tensor(x, message):
    """The same tensor, printed."""
    if not _is_described():
        print(message, ops.convert_to_numpy(x), sep="", file=sys.stderr)
    return x


def transposed_convolution(x, kernel, sizes, strides, padding, dilation):
    """A transposed convolution to given sizes; with a dilation, if there is one, and then no strides."""
    rank = len(strides)
    strides, dilations = (strides, (1,) * rank) if dilation is None else ((1,) * rank, (dilation,) * rank)
    function = {1: torch.nn.functional.conv_transpose1d, 2: torch.nn.functional.conv_transpose2d,
                3: torch.nn.functional.conv_transpose3d}[rank]
    kernel_first = ops.transpose(kernel, [rank + 1, rank] + list(range(rank)))
    found = function(ops.transpose(x, [0, rank + 1] + list(range(1, rank + 1))), kernel_first, stride=strides,
                     dilation=dilations)
    for axis in range(rank):
        size, width = int(sizes[1 + axis]), kernel.shape[axis]
        before = same_padding(size, width, strides[axis], dilations[axis])[0] if padding == "SAME" else 0
        found = _cut(found, 2 + axis, before, size)
    return ops.transpose(found, [0] + list(range(2, rank + 2)) + [1])


def _cut(x, axis, before, size):
    x = x.narrow(axis, before, min(size, x.shape[axis] - before))
    if x.shape[axis] == size:
        return x
    missing = list(x.shape)
    missing[axis] = size - x.shape[axis]
    return torch.cat([x, torch.zeros(missing, dtype=x.dtype, device=x.device)], axis)


def _repeated(function):
    """A function that is given the same random generators whenever a loop calls it."""
    places = branches()
    return lambda *args: branch(places, 0, lambda: function(*args))


def _entry(elems, index):
    return keras.tree.map_structure(lambda x: x[index], elems)


def _count(elems):
    return keras.tree.flatten(elems)[0].shape[0]


def map_fn(fn, elems, dtype):
    """See ``K.map_fn``."""
    fn, elems = _repeated(fn), _tensors(elems)
    found = [_tensors(fn(_entry(elems, i))) for i in range(1 if _is_described() else _count(elems))]
    found = found * _count(elems) if _is_described() else found
    joined = keras.tree.map_structure(lambda *entries: torch.stack(entries), *found)
    return joined if dtype is None or not torch.is_tensor(joined) else ops.cast(joined, dtype)


def _tensors(elems):
    return keras.tree.map_structure(ops.convert_to_tensor, elems)


def fold(fn, elems, initializer, backwards):
    """See ``K.foldl`` and ``K.foldr``."""
    fn, elems = _repeated(fn), _tensors(elems)
    places = list(range(_count(elems)))
    places = places[::-1] if backwards else places
    if initializer is None:
        initializer = _entry(elems, places.pop(0))
    so_far = _tensors(initializer)
    for place in places[:1] if _is_described() else places:
        so_far = fn(so_far, _entry(elems, place))
    return so_far


def loop(step, inputs, mask, states, output, limit):
    """Recurrence; see `engines.tensorflow_loops.loop`."""
    step, count = _repeated(step), inputs.shape[0]
    taken = count if limit is None else min(count, int(limit))
    outputs = []
    for time in range(1 if _is_described() else taken):
        output, states = step(inputs[time], None if mask is None else mask[time], tuple(states))
        outputs.append(output)
    if _is_described():
        return output, output.expand((count,) + tuple(output.shape)), list(states)
    outputs += [torch.zeros_like(output)] * (count - taken)
    return output, torch.stack(outputs), list(states)


def pool(x, size, strides, padding, mode):  # type: ignore[no-redef]
    """Pooling over two or three axes."""
    # To take a maximum Keras leaves the device without storage, and no gradient gets through; a mean has its shape.
    return portable_nn.pool(x, size, strides, padding, "avg" if _is_described() else mode)


def random(generator, kind, shape, dtype, a, b):
    """New numbers from a generator; see `engines.tensorflow_random.random`."""
    shape = tuple(int(size) for size in (shape if isinstance(shape, (list, tuple)) else np.asarray(shape)))
    dtype = keras.backend.standardize_dtype(dtype)
    if _is_described() or getattr(computation(), "describes", False):
        return ops.zeros(shape, dtype)
    position = generator.state or 0
    generator.state = position + math.prod(shape) * philox.STRIDE
    kind = "bits" if "int" in dtype else kind
    # NumPy warns of the overflow that the generator lives on.
    with np.errstate(over="ignore"):
        numbers = philox.draw(np, lambda words: words.view("float32"), kind, shape, generator.seeds,
                              (position & 0xFFFFFFFF, position >> 32))
    if kind == "bits":
        numbers = int(a) + (numbers % np.uint32(int(b) - int(a))).astype(dtype)
    numbers = ops.convert_to_tensor(numbers, dtype=dtype)
    a, b = ops.convert_to_tensor(a, dtype=dtype), ops.convert_to_tensor(b, dtype=dtype)
    return numbers if kind == "bits" else numbers * (b - a) + a if kind == "uniform" else numbers * b + a
