"""Device scopes: what is written down inside one is carried out on that device."""
import threading
from contextlib import ExitStack, contextmanager

from .engines import engine

__all__ = ["current", "device", "placed"]

_local = threading.local()


def current():
    """The names of the scopes that are open, the outermost first."""
    return getattr(_local, "names", ())


@contextmanager
def device(name):
    """A context whose operations belong to a device.

    Args:
        name: as ``tf.device`` takes it, such as ``/gpu:1``; None for no device.
    """
    before = current()
    _local.names = before + (name,)
    try:
        # Variables and whatever else is made at once.
        with engine().on_device(name):
            yield
    finally:
        _local.names = before


@contextmanager
def placed(names):
    """A context in which the scopes `names` are open, while operations are carried out."""
    with ExitStack() as scopes:
        for name in names:
            scopes.enter_context(engine().on_device(name))
        yield
