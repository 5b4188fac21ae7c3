"""``from compat.keras.layers import Dense``: the modules below ``compat.keras`` and ``compat.tf``, as import paths.

Each path gives the very module of the chosen stack, never a copy: `compat.keras.layers` *is* ``keras.layers`` on the
legacy stack, ``kcool_modern.keras22.layers`` on Keras 3.
"""
import importlib
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec

from . import dispatch
from .stack import stack

__all__ = ["Finder", "forget"]

_ROOTS = ("compat", "kcool")
_SPACES = ("keras", "tf")


class Finder(MetaPathFinder, Loader):
    """Finds what is below the namespaces of the facade; everything else is none of its business."""

    def find_spec(self, fullname, path=None, target=None):
        """The spec of a path below ``compat.keras`` or ``compat.tf``, or None where there is no such module."""
        if not _is_below(fullname) or not _is_ours(fullname.partition(".")[0]) or _module(fullname) is None:
            return None
        return ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec):
        """Leaves it to the import system, which would write its own name into the module that is found."""

    def exec_module(self, module):
        """Puts the stack's own module in the place of the empty one."""
        sys.modules[module.__name__] = _module(module.__name__)


def forget():
    """Drops the paths, after another stack was chosen."""
    for name in [name for name in sys.modules if _is_below(name)]:
        del sys.modules[name]


def _is_below(fullname):
    parts = fullname.split(".", 2)
    return len(parts) > 1 and parts[0] in _ROOTS and parts[1] in _SPACES


def _is_ours(root):
    return getattr(sys.modules.get(root), "dispatch", None) is dispatch


def _module(fullname):
    """The stack's module of a path, or None."""
    parts = fullname.split(".")
    space, path = dispatch.load(parts[1]), ".".join(parts[2:])
    if not path:
        return space
    name = _behind(space, parts[1], path)
    try:
        return importlib.import_module(name)
    except ImportError as error:
        # What the module itself fails to import is told; a path that is not there is not ours to tell.
        if (name + ".").startswith((getattr(error, "name", None) or name) + "."):
            return _reached(space, path)
        raise


def _behind(space, kind, path):
    if kind == "tf" and stack().family == "keras3":
        return space.module_behind("tensorflow." + path) or "tensorflow." + path
    return "%s.%s" % (space.__name__, path)


def _reached(space, path):
    """What a path leads to by attributes, as in `tf.keras`, whose modules the import system does not know; or None."""
    for part in path.split("."):
        space = getattr(space, part, None)
    return space if isinstance(space, type(sys)) else None
