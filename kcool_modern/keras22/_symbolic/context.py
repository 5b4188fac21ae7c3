"""Where we are: a graph is being described, or a part of it is being computed.

Keras 2.2 had one state only: every operation added to a graph. Here the code that a layer's ``call`` holds runs for
two reasons: once to learn what it gives (`infer`), and again in every trace of a compiled function (`run`). Both of
them are a `Computation`; outside of one, operations are recorded.
"""
import threading
from collections import namedtuple

from keras.src.backend.common import global_state

__all__ = ["Computation", "Direct", "Product", "branch", "branches", "call_of_plain_layer", "computation",
           "describing", "direct", "drawn"]

_local = threading.local()

#: ``layer`` gave ``value`` (a tensor) for its list ``kind`` (``loss``, or ``update``: ``make`` turns the value into an
#: update); ``conditional``: whether it belongs to the call's inputs.
Product = namedtuple("Product", "layer kind value make conditional")


def call_of_plain_layer():
    """What Keras 3 knows about the call of a plain layer of its own that is under way; None outside of one."""
    return None if computation() is not None else global_state.get_global_attribute("current_call_ctx")


def computation():
    """The innermost `Computation` of this thread, or None where operations are recorded."""
    return getattr(_local, "innermost", None)


class Computation(object):
    """Something inside which operations are carried out instead of recorded.

    Attributes:
        training: bool, the learning phase.
        products: what layers hand over besides their outputs: list of `Product`.
        held: attributes that layers set in ``call``: list of ``(layer, name, former value)``.
        nested_runs: what models inside models were last given in it, and what they gave.
        filled: lists and dicts of layers that ``call`` changed: list of ``(container, former items)``.
        contents: of those, what they held after the call: list of ``(container, items, former items)``.
    """

    training = False
    #: Whether nothing is computed, but only looked at.
    describes = False

    def __init__(self):
        self.products, self.held, self.nested_runs = [], [], {}
        self.filled, self.contents = [], []
        self.draws = {}
        self._place = _Place(self.draws)
        self._outer = None
        self._declared = {}

    def __enter__(self):
        self._outer = computation()
        _local.innermost = self
        return self

    def __exit__(self, *exc):
        _local.innermost = self._outer

    def resolve(self, symbol):
        """The value of a symbolic tensor that code refers to without having been handed it."""
        raise NotImplementedError

    def hand_over(self, product):
        """Takes a loss or an update from a layer."""
        self.products.append(product)

    def declare(self, value, symbol):
        """Notes the shape that the graph knows for a value, whose own sizes are all known."""
        if symbol.shape is not None and None in symbol.shape:
            self._declared[id(value)] = value, tuple(symbol.shape)
        else:
            self._declared.pop(id(value), None)

    def declared(self, value):
        """The shape that the graph knows for a value; None if that is the value's own."""
        return self._declared.get(id(value), (None, None))[1]

    def begin(self, draws):
        """Goes back to the start of what was drawn when an operation was described."""
        self._place = _Place(draws)

    def draw(self, kind, make):
        """What is made once for the place in the code that is reached now, and is the same in every computation."""
        from .engines import outside_trace
        with describing(), outside_trace():
            return self._place.next(kind, make)

    def within(self, draws, function):
        """The result of a function that draws from a place of its own."""
        outer, self._place = self._place, _Place(draws)
        try:
            return function()
        finally:
            self._place = outer


class _Place(object):
    def __init__(self, draws):
        self._draws, self._reached = draws, {}

    def next(self, kind, make):
        made, index = self._draws.setdefault(kind, []), self._reached.get(kind, 0)
        self._reached[kind] = index + 1
        if index == len(made):
            made.append(make())
        return made[index]


def drawn(kind, make):
    """What `make` gives: anew in a graph; in a computation once for each place in the code, for all times that it runs.

    For what a graph of Keras 2.2 had once and a function that is run again and again must not make again: random
    generators and variables.

    Args:
        kind: what is made; a place is counted among those of its kind.
        make: function without arguments.
    """
    return make() if computation() is None else computation().draw(kind, make)


def branches():
    """A place for each of two branches of the code, for `branch`."""
    return drawn("branches", lambda: ({}, {}))


def branch(places, index, function):
    """The result of a function that stands in a branch: what it draws does not depend on whether others are taken."""
    return function() if computation() is None else computation().within(places[index], function)


class Direct(Computation):
    """A layer of ours that somebody calls on real tensors: a model loaded by plain Keras 3, for one."""

    def resolve(self, symbol):
        raise ValueError(
            "%r belongs to a graph and has no value while a layer is called on data; use K.function or Model.predict."
            % (symbol,))


class _Describing(object):
    def __enter__(self):
        self._outer = computation()
        _local.innermost = None

    def __exit__(self, *exc):
        _local.innermost = self._outer


def describing():
    """A context in which operations are recorded, even in the middle of a computation: for what outlives it."""
    return _Describing()


def direct():
    """A `Direct` computation, unless one of any kind is under way already."""
    return computation() or Direct()
