"""Modules of the emulation that hand out Keras 3's own objects, as far as `_status` vouches for them."""
import importlib

import keras

from kcool.errors import NotEmulated

from . import _status


def delegate(module):
    """Makes the ``__getattr__`` and ``__dir__`` of one module of the emulation.

    Args:
        module: its path below ``keras``, such as ``"layers"``; empty for ``keras`` itself.

    Returns:
        The two functions. Names outside `_status` raise `NotEmulated`.
    """
    dotted = ".".join(filter(None, ("keras", module)))

    def __getattr__(name):
        if name in _status.served(module):
            return getattr(importlib.import_module(dotted), name)
        if name.startswith("__"):
            raise AttributeError(f"module {dotted!r} has no attribute {name!r}")
        raise NotEmulated(
            f"{dotted}.{name} of Keras 2.2.4 is not served on Keras 3 yet"
            + (f": {_status.REFUSED[module, name]}." if (module, name) in _status.REFUSED else "."),
            found=f"Keras {keras.__version__}",
            supported=", ".join(_status.served(module)),
            do=f"if Keras 3's own {name} is meant: `import keras`",
        )

    def __dir__():
        return _status.served(module)

    return __getattr__, __dir__
