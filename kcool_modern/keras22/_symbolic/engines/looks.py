"""Shapes told by looking twice: every open size is first one number, then another one, and what differs is open."""
import keras
import numpy as np

from ..infer import Inference
from ..run import ordered
from ..spec import flat, is_backend_tensor, is_symbol, map_structure
from ..tensor import Tensor

__all__ = ["as_values", "connected", "infer", "shape_of"]

#: With many divisors, so that open sizes can be split as ``reshape`` wants them.
_FILLS = (240, 360)


def shape_of(symbol, look):
    """The sizes of a stand-in for a symbol in the look 0 or 1."""
    if symbol.shape is None:
        return [_FILLS[look]] * 2
    assumed = getattr(symbol, "_assumed", {})
    return [assumed.get(axis, _FILLS[look]) if size is None else size for axis, size in enumerate(symbol.shape)]


def infer(function, args, kwargs, name, looked):
    """See `infer.infer`.

    Args:
        looked: called as ``looked(inference, function, args, kwargs)``; gives the outputs without having computed them.
    """
    (inference, outputs), (_, others) = _Looks(function, args, kwargs, looked).found()
    others = iter(flat(others))
    inference.outputs = map_structure(lambda value: _symbol(value, next(others), name), outputs)
    return inference


def connected(loss, wrt, reached):
    """Whether derivatives get from each variable or symbol of `wrt` to a symbol.

    Args:
        reached: called as ``reached(loss, sources, entries, training)``; gives the ids of the sources that a derivative
            of the loss depends on in one learning phase.
    """
    nodes, entries = ordered([], [loss])
    known = set(map(id, entries)) | {
        id(tensor) for node in nodes for tensor in flat(node.outputs) + getattr(node, "products", [])}
    sources = [one for one in wrt if "float" in str(one.dtype) and not (is_symbol(one) and id(one) not in known)]
    try:
        found = reached(loss, sources, entries, False) | reached(loss, sources, entries, True)
    except Exception:
        # Open sizes of the entries that do not go together; a real run knows them all.
        found = set(map(id, sources))
    return [id(one) in found for one in wrt]


class _Looks(object):
    def __init__(self, function, args, kwargs, looked):
        self._call, self._looked = (function, args, kwargs), looked
        self.symbols = {id(leaf): leaf for leaf in flat((args, kwargs)) if is_symbol(leaf)}
        self._arguments, self._draws = list(self.symbols.values()), {}
        self._ones = False

    def found(self):
        """What both looks gave."""
        try:
            return self._both()
        except Exception:
            if not any(_is_open(symbol) for symbol in self.symbols.values()):
                raise
            found = self._with_known_sizes() or self._with_ones()
            if found is None:
                raise
            return found

    def _with_known_sizes(self):
        # Open sizes that have to be equal to those of other tensors.
        assumed = _assume(self.symbols)
        if assumed:
            try:
                return self._both()
            except Exception:
                for symbol, before in assumed:
                    symbol._assumed = before
        return None

    def _with_ones(self):
        # Or to numbers that the code brings along: 1 goes with all of them.
        self._ones = True
        try:
            found = self._look(0)
        except Exception:
            return None
        return found, (None, [_Opened(leaf) for leaf in flat(found[1])])

    def _both(self):
        first = self._look(0)
        differ = any(_is_open(symbol) for symbol in self.symbols.values())
        return first, self._look(1) if differ else first

    def _look(self, index):
        inference = Inference(lambda symbol: self._stand_in(inference, symbol, index), self._arguments)
        # Both looks are at the same operation: what it draws is drawn once.
        inference.draws = self._draws
        inference.begin(self._draws)
        return inference, self._looked(inference, *self._call)

    def _stand_in(self, inference, symbol, index):
        self.symbols[id(symbol)] = symbol
        if getattr(symbol, "_known", None) is not None:
            return symbol._known[index]
        sizes = shape_of(symbol, index)
        if self._ones and symbol.shape is not None:
            sizes = [1 if size is None else size for size in symbol.shape]
        value = keras.ops.zeros(sizes, symbol.dtype)
        inference.declare(value, symbol)
        return value


class _Opened(object):
    """The shape of a tensor, in which sizes of 1 count as open."""

    def __init__(self, tensor):
        self.shape = tuple(0 if size == 1 else size for size in tensor.shape)


def _is_open(symbol):
    return symbol.shape is None or None in symbol.shape or getattr(symbol, "_known", None) is not None


def _assume(symbols):
    """Takes the sizes of the other symbols for those that are open; gives pairs of symbol and former assumptions."""
    changed = []
    for symbol in symbols.values():
        if symbol.shape is None or None not in symbol.shape:
            continue
        before = getattr(symbol, "_assumed", {})
        sizes = {axis: _size_at(axis, len(symbol.shape), symbols.values())
                 for axis, size in enumerate(symbol.shape) if size is None}
        now = dict({axis: size for axis, size in sizes.items() if size is not None}, **before)
        if now != before:
            symbol._assumed = now
            changed.append((symbol, before))
    return changed


def _size_at(axis, rank, symbols):
    for symbol in symbols:
        if symbol.shape is not None and len(symbol.shape) == rank and symbol.shape[axis] not in (None, 1):
            return symbol.shape[axis]
    for symbol in symbols:
        # The batch is the same for tensors of any rank.
        if axis == 0 and symbol.shape and symbol.shape[0] not in (None, 1):
            return symbol.shape[0]
    return None


def as_values(outputs):
    """A structure whose leaves are tensors of the engine, or arrays of sizes, which are known while a trace is made."""
    return map_structure(_as_value, outputs)


def _as_value(leaf):
    if is_backend_tensor(leaf) or isinstance(leaf, (np.ndarray, np.integer)) and leaf.dtype.kind == "i":
        return leaf
    return keras.ops.convert_to_tensor(leaf)


def _symbol(one, other, name):
    shape = None if len(one.shape) != len(other.shape) else tuple(
        int(a) if a == b else None for a, b in zip(one.shape, other.shape))
    symbol = Tensor(shape, keras.backend.standardize_dtype(one.dtype), name=name)
    if not is_backend_tensor(one):
        symbol._known = (one, other)
    return symbol
