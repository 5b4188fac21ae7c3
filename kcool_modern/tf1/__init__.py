"""TensorFlow 1's names for scripts that say ``import tensorflow as tf``, over the TensorFlow that is installed.

A name of the table in `tf1_names` is served as it says there. Any other is the one of `tf.compat.v1`, which has the
arguments that old code spells, else that of TensorFlow 2 itself; operations among them become a part of the graph.
"""
import importlib
import sys

import tensorflow as _tensorflow

from kcool_common.tf1_names import INTERNAL, MODULES, NAMES, REFUSED

from .forward import Namespace, NotHere, forwarded, successor

__all__ = ["lookup", "module_behind"]
__version__ = "1.15.5"
VERSION = __version__
_found = {}  # type: dict


def module_behind(name):
    """The module that serves a path below ``tensorflow``, or None where the real one does.

    Args:
        name: a dotted module name that begins with ``tensorflow``.
    """
    if name in ("tensorflow", "tensorflow.compat.v1"):
        return __name__
    for path, module in MODULES.items():
        if name == path or name.startswith(path + "."):
            return module + name[len(path):]
    path = name.replace("tensorflow.compat.v1.", "tensorflow.").partition(".")[2]
    if path.partition(".")[0] in ("contrib", "examples") or _has_rows(path) or _is_internal(path):
        return _entered(path)
    return None


def lookup(space, name):
    """The value of a name.

    Args:
        space: dotted path of what it is below, beginning with ``tf``.
        name: the name.
    """
    path = "%s.%s" % (space, name)
    plain = path[3:]
    if plain in NAMES:
        return _from_table(plain)
    if plain.partition(".")[0] == "contrib" and (plain == "contrib" or _has_rows(plain)):
        return sys.modules[_entered(plain)]
    if _is_internal(space[3:]):
        public = _public(name)
        if public is not None:
            return lookup(public, name)
    parts = plain.split(".")
    for end in range(len(parts), 0, -1):
        if ".".join(parts[:end]) in REFUSED:
            raise _refusal(path, REFUSED[".".join(parts[:end])])
    try:
        return forwarded(_tensorflow, space, name)
    except NotHere:
        if _has_rows(plain):
            return sys.modules[_entered(plain)]
        # `import tensorflow.python.x as y` looks for the parts one by one.
        value = sys.modules.get("tensorflow." + plain)
        if value is None:
            follower = successor(path)
            raise _error("%s is no name that kcool knows." % path,
                         "use %s of TensorFlow 2" % follower if follower else None) from None
        return value


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    # Not into the module's own names: `tf.range` is not the `range` of the code here.
    if name not in _found:
        _found[name] = lookup("tf", name)
    return _found[name]


def __dir__():
    return sorted({name.partition(".")[0] for name in NAMES} | set(dir(_tensorflow)) | set(dir(_tensorflow.compat.v1)))


def _is_internal(path):
    return any((path + ".").startswith(package + ".") for package in INTERNAL)


def _public(name):
    """The public space that has a name of the internal modules, which have moved among themselves since; or None."""
    for space in ("tf", "tf.nn", "tf.image", "tf.random", "tf.linalg"):
        path = ("%s.%s" % (space, name))[3:]
        if path in NAMES:
            return space
        try:
            if not isinstance(forwarded(_tensorflow, space, name), Namespace):
                return space
        except NotHere:
            continue
    return None


def _has_rows(path):
    return any(name.startswith(path + ".") for name in NAMES)


def _entered(path):
    """A namespace of ours under a name that the import system finds."""
    parts = path.split(".")
    for end in range(1, len(parts) + 1):
        name = "%s.%s" % (__name__ + "._spaces", ".".join(parts[:end]))
        if name not in sys.modules:
            sys.modules[name] = Namespace(_tensorflow, "tf." + ".".join(parts[:end]))
    return name


def _from_table(name):
    status, served_by, remark = NAMES[name]
    if status == "refused":
        raise _refusal("tf." + name, remark)
    module, _, attribute = served_by.partition(":")
    attribute, _, argument = attribute.rstrip(")").partition("(")
    value = importlib.import_module(module)
    for part in filter(None, attribute.split(".")):
        value = getattr(value, part)
    return value(argument) if argument else value


def _refusal(path, remark):
    return _error("%s is not served." % path, remark)


def _error(message, do):
    from kcool.errors import NotEmulated

    return NotEmulated(message, found="TensorFlow " + _tensorflow.__version__, do=do)
