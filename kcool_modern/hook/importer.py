"""The import hook proper: who says `import keras`, and what is handed out.

`sys.modules["keras"]` is the emulation once it was asked for; its modules stand there under both of their names, one
object each. Those who need the real thing are told apart by the module that the import statement stands in.
"""
import builtins
import importlib
import importlib.util
import sys
from importlib.abc import Loader, MetaPathFinder
from threading import RLock

from . import libraries, native
from .native import is_api

__all__ = ["Importer"]

EMULATION = "kcool_modern.keras22"
TF1 = "kcool_modern.tf1"


class Importer(MetaPathFinder, Loader):
    """Replaces `builtins.__import__` and `importlib.import_module`, and finds the old paths for whoever bypasses both.

    Args:
        real: a `native.Native`.
    """

    def __init__(self, real):
        self._real = real
        self._lock = RLock()
        self._installed = False

    def install(self):
        """Puts the hook up."""
        self._installed = True
        self._plain_import, self._plain_import_module = builtins.__import__, importlib.import_module
        # Bound methods are made anew at each access; these have to be recognized when they are taken out.
        self._own_import, self._own_import_module = self._make_import(), self._make_import_module()
        builtins.__import__, importlib.import_module = self._own_import, self._own_import_module
        sys.meta_path.insert(0, self)
        if "keras" in sys.modules:
            self._activate()

    def uninstall(self):
        """Takes the hook down. Where somebody has wrapped it since, it lets everything pass."""
        self._installed = False
        if builtins.__import__ is self._own_import:
            builtins.__import__ = self._plain_import
        if importlib.import_module is self._own_import_module:
            importlib.import_module = self._plain_import_module
        if self in sys.meta_path:
            sys.meta_path.remove(self)
        self._real.give_back()

    def native_keras(self):
        """The real Keras 3 if it is loaded, else None."""
        return self._real.load() if self._real.kept else sys.modules.get("keras")

    # --- import statements

    def _make_import(self):
        plain, for_keras, for_tensorflow = self._plain_import, self._import_keras, self._import_tensorflow

        def hooked(name, globals=None, locals=None, fromlist=(), level=0):
            # Runs for every import statement of the process, so the common case is told first.
            __tracebackhide__ = True
            if level == 0 and self._installed and not self._real.loading:
                if name[:5] == "keras" and (name == "keras" or name[5] == "."):
                    return for_keras(name, globals, locals, fromlist)
                if name[:10] == "tensorflow" and (name == "tensorflow" or name[10] == "."):
                    return for_tensorflow(name, globals, locals, fromlist)
            return plain(name, globals, locals, fromlist, level)

        return hooked

    def _import_keras(self, name, scope, local, fromlist):
        needs_native = native.wants_native(scope)
        if needs_native and not self._real.kept:
            self._real.load()
        elif needs_native and is_api(name):
            return self._real.imported(name, fromlist)
        elif needs_native:
            module = self._plain_import(name, scope, local, fromlist, 0)
            return module if fromlist else self._real.module("keras")
        elif is_api(name):
            self._activate()
            self._enter(name)
        return self._plain_import(name, scope, local, fromlist, 0)

    def _import_tensorflow(self, name, scope, local, fromlist):
        if not native.is_own_code(scope):
            if "tensorflow" not in sys.modules and "keras" not in sys.modules:
                # TensorFlow imports whatever is called keras on its way.
                self._real.load()
            return self._plain_import(name, scope, local, fromlist, 0)
        self._activate()
        facade = self._plain_import_module(TF1)
        inner = facade.module_behind(name)
        if inner is None:
            module = self._plain_import(name, scope, local, fromlist, 0)
        else:
            module = self._plain_import(inner, {}, None, fromlist or ("__name__",), 0)
        return module if fromlist else facade

    def _make_import_module(self):
        plain = self._plain_import_module

        def import_module(name, package=None):
            """Imports a module; see the standard library."""
            if not self._installed or self._real.loading:
                return plain(name, package)
            if is_api(name):
                if not native.wants_native(sys._getframe(1).f_globals):
                    self._activate()
                    self._enter(name)
                elif self._real.kept:
                    return self._real.module(name)
                else:
                    self._real.load()
            elif (name + ".").startswith("tensorflow.") and native.is_own_code(sys._getframe(1).f_globals):
                return self._import_tensorflow(name, {}, None, ("__name__",))
            return plain(name, package)

        return import_module

    # --- the names

    def _activate(self):
        if self._real.kept:
            return
        with self._lock:
            if self._real.kept:
                return
            self._real.load()
            emulation = self._plain_import_module(EMULATION)
            self._real.take_names()
            sys.modules["keras"] = emulation
            libraries.open_files_as_before()

    def _enter(self, name):
        """Enters the emulation's module, and the packages above it, in `sys.modules` under the old path."""
        parts = name.split(".")
        for end in range(1, len(parts) + 1):
            old = ".".join(parts[:end])
            if old not in sys.modules:
                sys.modules[old] = self._plain_import_module(_new_name(old))

    # --- for those who ask the import system itself

    def find_spec(self, fullname, path=None, target=None):
        """The emulation's module of an old path; nothing before the emulation was asked for."""
        if not (self._real.kept and is_api(fullname)) or not _exists(fullname):
            return None
        return importlib.util.spec_from_loader(fullname, self)

    def create_module(self, spec):
        """Leaves it to the import system."""

    def exec_module(self, module):
        """Puts the emulation's module, which knows its own name and path, in the place of the empty one."""
        sys.modules[module.__name__] = self._plain_import_module(_new_name(module.__name__))


def _new_name(old):
    if not _exists(old):
        raise ModuleNotFoundError(
            "No module named %r: `keras` is Keras 2.2.4 here, by kcool on Keras 3%s." % (old, _reason(old)), name=old)
    return EMULATION + old[len("keras"):]


def _reason(old):
    refused = importlib.import_module(EMULATION + "._status").REFUSED.get(old[len("keras."):])
    return ". It is refused: %s. What to do: %s" % refused if refused else ""


def _exists(old):
    try:
        return importlib.util.find_spec(EMULATION + old[len("keras"):]) is not None
    except ModuleNotFoundError:
        return False
