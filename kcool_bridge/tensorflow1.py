"""The module that ``import tensorflow`` gives in a bridge: TensorFlow 1's names over the TensorFlow that is installed.

What `tf.compat.v1` has is that; what it has not stands in the table that the emulation uses too (`tf1_names`); anything
else is TensorFlow 2's own. TensorFlow itself goes on finding its own submodules below it.
"""
import importlib
import importlib.util
import sys
from importlib.abc import Loader, MetaPathFinder
from types import ModuleType

from kcool.errors import NotEmulated
from kcool_common.tf1_names import BRIDGE, REFUSED

__all__ = ["VERSION", "real", "take_name"]

#: What scripts of that time compare with; the real one is in the ``__version__`` of `kcool.probe`.
VERSION = "1.15.5"
_MISSING = object()


def take_name():
    """Gives the name `tensorflow` to the module of TensorFlow 1's names; returns what gives it back."""
    real = importlib.import_module("tensorflow")
    facade, finder = _TensorFlow1(real), _Finder()
    sys.modules["tensorflow"] = facade
    sys.meta_path.insert(0, finder)

    def undo():
        sys.meta_path.remove(finder)
        for name in [name for name in sys.modules if isinstance(sys.modules[name], _Space) or name in finder.served]:
            del sys.modules[name]
        sys.modules["tensorflow"] = real

    return undo


def real():
    """The TensorFlow that is installed, whoever has its name; None when nothing has imported it."""
    loaded = sys.modules.get("tensorflow")
    return loaded.__dict__["_real"] if isinstance(loaded, _TensorFlow1) else loaded


class _Space(ModuleType):
    """A namespace below ``tf``: what it holds is looked up when it is asked for."""

    def __init__(self, path, real, plain):
        super().__init__("tensorflow" + ("." + path if path else ""))
        self.__dict__.update(_path=path, _real=real, _plain=plain, __path__=[])

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError("module %r has no attribute %r" % (self.__name__, name))
        value = self._lookup(name)
        self.__dict__[name] = value
        return value

    def __dir__(self):
        rows = {row[len(self._path) + 1 if self._path else 0:].partition(".")[0] for row in BRIDGE
                if row.startswith(self._path)}
        return sorted(set(self.__dict__) | set(dir(self._plain)) | set(dir(self._real)) | rows)

    def _lookup(self, name):
        path = (self._path + "." if self._path else "") + name
        if path in BRIDGE:
            return _served(BRIDGE[path])
        below = any(row.startswith(path + ".") for row in BRIDGE)
        value = getattr(self._plain, name, _MISSING)
        if value is _MISSING and not below:
            value = getattr(self._real, name, _MISSING)
        if below and (value is _MISSING or isinstance(value, ModuleType)):
            return _entered(path, None if value is _MISSING else value)
        if value is _MISSING:
            value = sys.modules.get("tensorflow." + path, _MISSING)
        if value is _MISSING:
            raise _refusal(path)
        return value


class _TensorFlow1(_Space):
    """The package itself. Its submodules are those of the real one."""

    def __init__(self, real):
        super().__init__("", real, real.compat.v1)
        self.__dict__.update({name: getattr(real, name) for name in
                              ("__doc__", "__file__", "__loader__", "__package__", "__path__", "__spec__")})
        self.__dict__.update(__version__=VERSION, VERSION=VERSION)

    def __setattr__(self, name, value):
        super().__setattr__(name, value)
        # The import system sets submodules as attributes of their package.
        if isinstance(value, ModuleType) and value.__name__ == "tensorflow." + name and not isinstance(value, _Space):
            setattr(self._real, name, value)


class _Finder(MetaPathFinder, Loader):
    """Finds modules that are namespaces of the table: ``import tensorflow.contrib.layers``."""

    def __init__(self):
        self.served = set()

    def find_spec(self, fullname, path=None, target=None):
        """The spec of a namespace, or of a module that the table names; None for TensorFlow's own."""
        root, _, inner = fullname.partition(".")
        if root != "tensorflow" or not inner:
            return None
        if _module_behind(inner) or any(row.startswith(inner + ".") for row in BRIDGE) or _is_refused(inner):
            return importlib.util.spec_from_loader(fullname, self, is_package=True)
        return None

    def create_module(self, spec):
        """Leaves it to the import system."""

    def exec_module(self, module):
        """Puts what serves the name in the place of the empty module."""
        name, inner = module.__name__, module.__name__.partition(".")[2]
        behind = _module_behind(inner)
        if behind:
            sys.modules[name] = importlib.import_module(behind)
            self.served.add(name)
            return
        value = sys.modules["tensorflow"]
        del sys.modules[name]  # the empty module must not be found for the name itself
        try:
            for part in inner.split("."):
                value = getattr(value, part)
        except NotEmulated as error:
            raise ModuleNotFoundError(str(error), name=name) from None
        sys.modules[name] = value


def _module_behind(path):
    """The module that serves a path, or None: ``keras.layers`` for ``contrib.keras.layers``."""
    parts = path.split(".")
    for end in range(len(parts), 0, -1):
        row = BRIDGE.get(".".join(parts[:end]), "")
        if row.endswith(":"):
            return ".".join([row[:-1]] + parts[end:])
    return None


def _entered(path, plain):
    name = "tensorflow." + path
    if not isinstance(sys.modules.get(name), _Space):
        sys.modules[name] = _Space(path, plain, plain)
    return sys.modules[name]


def _served(row):
    module, _, attribute = row.partition(":")
    value = importlib.import_module(module)
    for part in filter(None, attribute.split(".")):
        value = getattr(value, part)
    return value


def _is_refused(path):
    return any((path + ".").startswith(row + ".") for row in REFUSED)


def _refusal(path):
    parts = path.split(".")
    remarks = (REFUSED.get(".".join(parts[:end])) for end in range(len(parts), 0, -1))
    return NotEmulated("tf.%s is no name that the bridge knows." % path,
                       found="TensorFlow " + sys.modules["tensorflow"]._real.__version__,
                       do=next(filter(None, remarks), None))
