"""TensorFlow 1's names for scripts that say ``import tensorflow as tf``, over the TensorFlow that is installed.

A name of the table in `names` is served as it says there. Any other is the one of `tf.compat.v1`, which has the
arguments that old code spells, else that of TensorFlow 2 itself; functions among them take symbolic Keras tensors and
then become a part of the graph.
"""
import importlib
import sys

import tensorflow as _tensorflow

from .forward import NotHere, forwarded
from .names import MODULES, NAMES

__all__ = ["module_behind"]
__version__ = "1.15.5"


def module_behind(name):
    """The module that serves a path below ``tensorflow``, or None where the real one does.

    Args:
        name: a dotted module name that begins with ``tensorflow``.
    """
    if name == "tensorflow":
        return __name__
    for path, module in MODULES.items():
        if name == path or name.startswith(path + "."):
            return module + name[len(path):]
    return None


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    if name in NAMES:
        return _from_table(name)
    try:
        value = forwarded(_tensorflow, "tf", name)
    except NotHere:
        # `import tensorflow.python.x as y` looks for the parts one by one.
        value = sys.modules.get("tensorflow." + name)
        if value is None:
            raise _unknown("tf." + name) from None
    globals()[name] = value
    return value


def __dir__():
    return sorted(set(NAMES) | set(dir(_tensorflow)) | set(dir(_tensorflow.compat.v1)))


def _from_table(name):
    status, served_by, remark = NAMES[name]
    if status == "refused":
        from kcool.errors import NotEmulated

        raise NotEmulated("tf.%s is not served: %s." % (name, remark), found="TensorFlow " + _tensorflow.__version__)
    module, _, attribute = served_by.partition(":")
    value = importlib.import_module(module)
    return getattr(value, attribute) if attribute else value


def _unknown(path):
    from kcool.errors import NotEmulated

    from .forward import successor

    follower = successor(path)
    return NotEmulated("%s is no name that kcool knows." % path, found="TensorFlow " + _tensorflow.__version__,
                       do="use %s of TensorFlow 2" % follower if follower else None)
