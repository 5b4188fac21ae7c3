"""One codebase, the Keras 2.2 dialect, every stack.

    from compat import ExponentialMovingAverage, function, get_outputs_of, multi_gpu_model, K, keras

    ema = ExponentialMovingAverage(model)   # model: any compiled Keras model, old or new
    ema.inject()
    model.fit(x, y)
    ema.apply_ema_weights()

Nothing here imports a framework: names are looked up in `techniques` and loaded from `kcool_legacy` or `kcool_modern`
when they are first used. `compat.stack()` says what was found, `compat.use()` chooses, ``kcool doctor`` explains.
The same package answers to the name ``kcool``, for projects that have a module called ``compat`` of their own.
"""
import sys
from types import ModuleType

from . import dispatch, errors, probe, submodules, techniques
from .dispatch import resolve, stack_of
from .stack import _on_change, stack, use

__version__ = "0.1.0"
__all__ = ["dispatch", "errors", "install", "probe", "resolve", "stack", "stack_of", "techniques", "uninstall", "use"]
__all__ += list(techniques._BY_EXPORT) + list(techniques.NAMESPACES)
_LAZY = frozenset(techniques._BY_EXPORT) | frozenset(techniques.NAMESPACES)


def __getattr__(name):
    if name not in _LAZY:
        raise AttributeError("module %r has no attribute %r" % (__name__, name))
    value = dispatch.load(name)
    globals()[name] = value
    return value


def __dir__():
    return sorted(set(globals()) | _LAZY)


def install():
    """Makes ``import keras`` mean Keras 2.2.4 in this process; ``kcool run`` does it for whole programs."""
    from .cli import run

    run.install()


def uninstall():
    """Takes back what `install` did: the names mean the installed packages again."""
    from .cli import run

    run.uninstall()


def load_ipython_extension(shell):
    """``%load_ext compat`` (or ``kcool``) in a notebook is `install`."""
    install()


def unload_ipython_extension(shell):
    """``%unload_ext compat`` is `uninstall`."""
    uninstall()


def _forget():
    for name in _LAZY:
        globals().pop(name, None)
    submodules.forget()


_on_change.append(_forget)
# First: Python's own finder would load a second copy of the files that a module's `__path__` leads to.
sys.meta_path.insert(0, submodules.Finder())
if sys.version_info < (3, 7):
    # These Pythons ask a module's class, not the module; a class of its own makes every access slower, so not later.
    class _Facade(ModuleType):
        """A module whose missing names are looked up by its own functions."""

        __getattr__ = staticmethod(__getattr__)

        def __dir__(self):
            return __dir__()

    sys.modules[__name__].__class__ = _Facade

# `kcool` is this same package under a name that no project has a file for; the implementations import it by that name.
if __name__ == "compat":
    for _name in [n for n in sys.modules if n == "compat" or n.startswith("compat.")]:
        sys.modules["kcool" + _name[len("compat"):]] = sys.modules[_name]
