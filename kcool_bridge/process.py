"""Makes this process a bridge, and takes that back.

A process is either a bridge or not: TensorFlow's graph mode is a switch of the whole process, and one name stands for
one Keras.
"""
import contextlib
import os
import sys
import threading

from kcool.errors import StackConflict
from kcool.stack import keras_was_imported
from kcool_common import children

from . import cache, finder, tensorflow1
from .pins import DEFAULT
from .register import Register

__all__ = ["install", "is_installed", "register", "uninstall"]

_lock = threading.RLock()
_undo = contextlib.ExitStack()
_register = None


def is_installed():
    """Whether this process is a bridge."""
    return _register is not None


def register():
    """The `Register` of a bridge, whose `active` patches stand now; None where the process is none."""
    return _register


def install(version=DEFAULT):
    """Makes ``import keras`` mean the real Keras of the cache, and ``import tensorflow`` TensorFlow 1's names.

    Calling it twice does no harm. Processes that `multiprocessing` starts become bridges as well.

    Args:
        version: the release of Keras.

    Raises:
        StackNotFound: that Keras is not installed.
        CacheDamaged: its files were changed.
        StackConflict: Keras was imported already, or TensorFlow has begun to compute.
    """
    global _register, _undo
    with _lock:
        if _register is not None:
            return
        folder = cache.verified(version)
        _require_fresh()
        with contextlib.ExitStack() as undo:
            _enter(folder, version, undo)
            _undo = undo.pop_all()


def uninstall():
    """Takes everything back; modules that were imported before keep what they have."""
    with _lock:
        _undo.close()


def _enter(folder, version, undo):
    global _register
    from .patches import PATCHES

    register = Register(PATCHES, version)
    undo.callback(register.undo)
    undo.callback(_drop_modules, _set_aside())
    undo.callback(_set_environment("KERAS_BACKEND", "tensorflow"))
    _import_tensorflow()
    undo.callback(_graph_mode())
    found = finder.Finder(folder, lambda name: register.apply(lambda module: module == name))
    undo.callback(found.install())
    undo.callback(tensorflow1.take_name())
    register.apply(lambda module: not finder.is_served(module))
    children.install()
    undo.callback(children.uninstall)
    _register = register
    undo.callback(_forget)


def _forget():
    global _register
    _register = None


# --- before ----------------------------------------------------------------------------------------------------------


def _require_fresh():
    keras, tensorflow = sys.modules.get("keras"), sys.modules.get("tensorflow")
    if keras_was_imported():
        raise StackConflict(
            "The bridge was asked for, but this process has imported a Keras already.",
            found="keras %s, from %s" % (getattr(keras, "__version__", "of no version"), _where(keras)),
            supported="a process in which nothing has imported Keras",
            do="start it as: kcool run --on bridge SCRIPT; or call compat.use('bridge') and compat.install() first")
    if tensorflow is not None and _has_computed():
        raise StackConflict(
            "The bridge was asked for, but TensorFlow has been computing in eager mode in this process.",
            found="TensorFlow %s with devices in use" % tensorflow.__version__,
            supported="a process in which TensorFlow has not computed anything yet",
            do="start it as: kcool run --on bridge SCRIPT; or call compat.use('bridge') and compat.install() first")


def _where(module):
    return getattr(module, "__file__", None) or "an unknown place"


def _has_computed():
    from tensorflow.python.eager import context

    return context.executing_eagerly() and bool(getattr(context.context_safe(), "_initialized", False))


def _set_aside():
    """Takes the Keras that TensorFlow brought along out of `sys.modules`; returns its modules."""
    aside = {name: sys.modules[name] for name in list(sys.modules) if finder.is_served(name)}
    for name in aside:
        del sys.modules[name]
    return aside


def _drop_modules(aside):
    for name in [name for name in sys.modules if finder.is_served(name)]:
        del sys.modules[name]
    sys.modules.update(aside)
    if "keras" in aside and "tensorflow" in sys.modules:
        # Whose import ended last tells who imported whom.
        sys.modules["tensorflow"] = sys.modules.pop("tensorflow")


def _set_environment(name, value):
    before = os.environ.get(name)
    os.environ[name] = value

    def undo():
        if before is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = before

    return undo


# --- TensorFlow ------------------------------------------------------------------------------------------------------


def _import_tensorflow():
    if "tensorflow" in sys.modules:
        return
    # It would import Keras 3 at its end; nothing needs that here, and it takes seconds.
    sys.modules["keras"] = None  # type: ignore[assignment]
    try:
        import tensorflow  # noqa: F401
    finally:
        del sys.modules["keras"]


def _graph_mode():
    """Switches TensorFlow to what it was in version 1, but with resource variables; returns what switches it back."""
    from tensorflow.python import tf2
    from tensorflow.python.compat import v2_compat
    from tensorflow.python.eager import context
    from tensorflow.python.framework import ops
    from tensorflow.python.ops import resource_variables_toggle as variables

    if not tf2.enabled():
        before = variables.resource_variables_enabled()
        variables.enable_resource_variables()
        return lambda: None if before else variables.disable_resource_variables()
    with _quiet():
        v2_compat.disable_v2_behavior()
    # Reference variables race with the operations that read them.
    variables.enable_resource_variables()

    def undo():
        ops.reset_default_graph()
        ops._default_graph_stack._global_default_graph = None
        v2_compat.enable_v2_behavior()
        # A context that was made in graph mode does not know that eager execution lies outside of all functions.
        made = context.context()
        made._context_switches = type(made._context_switches)(True)

    return undo


@contextlib.contextmanager
def _quiet():
    # The switch itself warns that reference variables, which stay off here, have no future.
    from tensorflow.python.platform import tf_logging

    before = tf_logging.get_verbosity()
    tf_logging.set_verbosity(tf_logging.ERROR)
    try:
        yield
    finally:
        tf_logging.set_verbosity(before)
