"""What is done to every model that is compiled inside a context: strategies join in here."""
from contextlib import contextmanager

__all__ = ["apply", "doing"]

_current = []  # type: list


@contextmanager
def doing(function):
    """A context in which `function` is called with every model that has been compiled; None for nothing at all."""
    _current.append(function)
    try:
        yield
    finally:
        _current.pop()


def apply(model):
    """Called by `Model.compile` when it is done."""
    if _current and _current[-1] is not None:
        _current[-1](model)
