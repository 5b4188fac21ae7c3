"""Names of `tf.compat.v1` and `tf`, made to take symbolic tensors."""
import functools
import inspect
import types

from kcool_modern.keras22._symbolic.record import record
from kcool_modern.keras22._symbolic.spec import flat, is_symbol, is_variable

__all__ = ["Namespace", "NotHere", "forwarded", "successor"]


class NotHere(AttributeError):
    """Neither TensorFlow 1's module nor that of TensorFlow 2 has the name."""


def forwarded(tensorflow, path, name):
    """What a name below ``tf`` stands for.

    Args:
        tensorflow: the real module.
        path: dotted path of what it is below, beginning with ``tf``.
        name: the name.

    Returns:
        A function that takes symbols, a `Namespace` for a module, else the real object.
    """
    missing = object()
    found = missing
    for root in (tensorflow.compat.v1, tensorflow):
        for part in path.split(".")[1:]:
            root = getattr(root, part, None)
        found = missing if root is None else getattr(root, name, missing)
        if found is not missing:
            break
    if found is missing:
        raise NotHere(name)
    if isinstance(found, types.ModuleType) or type(found).__name__.endswith("Loader"):
        return Namespace(tensorflow, "%s.%s" % (path, name))
    if inspect.isclass(found) or not callable(found):
        return found
    return _taking_symbols(found)


def _taking_symbols(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        if any(is_symbol(leaf) or is_variable(leaf) for leaf in flat((args, kwargs))):
            return record(function, args, kwargs, getattr(function, "__name__", None))
        return function(*args, **kwargs)

    return wrapper


class Namespace(types.ModuleType):
    """A module below ``tf``, such as ``tf.nn``."""

    def __init__(self, tensorflow, path):
        super().__init__("kcool_modern.tf1" + path[2:])
        self.__dict__.update(_tensorflow=tensorflow, _path=path)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        try:
            value = forwarded(self._tensorflow, self._path, name)
        except NotHere:
            from . import _unknown

            raise _unknown("%s.%s" % (self._path, name)) from None
        self.__dict__[name] = value
        return value


def successor(path):
    """The name that TensorFlow's own upgrade script puts in the place of one, or None."""
    try:
        from tensorflow.tools.compatibility import all_renames_v2
    except ImportError:
        return None
    return all_renames_v2.symbol_renames.get(path)
