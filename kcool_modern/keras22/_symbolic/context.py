"""Where we are: a graph is being described, or a part of it is being computed.

Keras 2.2 had one state only: every operation added to a graph. Here the code that a layer's ``call`` holds runs for
two reasons: once to learn what it gives (`infer`), and again in every trace of a compiled function (`run`). Both of
them are a `Computation`; outside of one, operations are recorded.
"""
import threading
from collections import namedtuple

__all__ = ["Computation", "Direct", "Product", "computation", "describing", "direct"]

_local = threading.local()

#: ``layer`` gave ``value`` (a tensor) for its list ``kind`` (``loss``, or ``update``: ``make`` turns the value into an
#: update); ``conditional``: whether it belongs to the call's inputs.
Product = namedtuple("Product", "layer kind value make conditional")


def computation():
    """The innermost `Computation` of this thread, or None where operations are recorded."""
    return getattr(_local, "innermost", None)


class Computation(object):
    """Something inside which operations are carried out instead of recorded.

    Attributes:
        training: bool, the learning phase.
        products: what layers hand over besides their outputs: list of `Product`.
        held: attributes that layers set in ``call``: list of ``(layer, name, former value)``.
    """

    training = False

    def __init__(self):
        self.products, self.held = [], []
        self._outer = None

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
