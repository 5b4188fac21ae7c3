"""Gives the names `keras` and `tensorflow` to the emulation of Keras 2.2.4 and TF 1, and takes them back.

    from kcool_modern import hook
    with hook.installed():
        import keras                     # Keras 2.2.4's API on Keras 3

Whoever needs the real Keras 3 goes on getting it: Keras itself, TensorFlow, kcool, and libraries written for Keras 3.
Nothing heavy happens before somebody imports Keras or TensorFlow.
"""
import contextlib
import sys
import threading

from kcool_common import children

from . import importer, libraries, native

__all__ = ["install", "installed", "is_installed", "native_keras", "uninstall"]

_lock = threading.RLock()
_importer = None


def install():
    """Makes `import keras` mean Keras 2.2.4 and, for the user's own files, `import tensorflow` mean TF 1.

    Calling it twice does no harm. Processes started by `multiprocessing` get the hook as well.
    """
    global _importer
    with _lock:
        if _importer is not None:
            return
        _importer = importer.Importer(native.Native())
        try:
            _importer.install()
            children.install()
            libraries.install()
        except BaseException:
            uninstall()
            raise


def uninstall():
    """Gives the names back; modules that were imported before keep what they have."""
    global _importer
    with _lock:
        if _importer is None:
            return
        children.uninstall()
        libraries.uninstall()
        _importer.uninstall()
        _importer = None


def is_installed():
    """Whether the names belong to the emulation now."""
    return _importer is not None


def native_keras():
    """The real Keras 3, whoever has its name; None when nothing has imported it."""
    return sys.modules.get("keras") if _importer is None else _importer.native_keras()


@contextlib.contextmanager
def installed():
    """A `with` block inside which the hook is installed; undone also after an exception."""
    before = is_installed()
    install()
    try:
        yield
    finally:
        if not before:
            uninstall()
