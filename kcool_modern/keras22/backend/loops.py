"""Functions applied along the first axis."""
from .._symbolic.record import record
from .engines import native

__all__ = ["foldl", "foldr", "map_fn"]


def map_fn(fn, elems, name=None, dtype=None):
    """A function applied to every entry along the first axis; the results stacked.

    Args:
        fn: function of a tensor, or of a tuple or list of them as `elems` is one.
        elems: tensor, or a nest of tensors.
        dtype: of the results, if it is not that of `elems`.
    """
    return record(_mapped, (fn, elems, dtype), name=name or "map")


def _mapped(fn, elems, dtype):
    return native().map_fn(fn, elems, dtype)


def foldl(fn, elems, initializer=None, name=None):
    """The entries along the first axis put together by ``fn(so far, entry)``, from the first one on."""
    return record(_folded, (fn, elems, initializer, False), name=name or "foldl")


def foldr(fn, elems, initializer=None, name=None):
    """The entries along the first axis put together by ``fn(so far, entry)``, from the last one on."""
    return record(_folded, (fn, elems, initializer, True), name=name or "foldr")


def _folded(fn, elems, initializer, backwards):
    return native().fold(fn, elems, initializer, backwards)
