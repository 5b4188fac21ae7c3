"""What the standard library, and PyYAML, have lost since Python 3.6."""
import collections
import collections.abc
import importlib.util
import inspect
import time
import types

from packaging.version import Version

from ..register import attribute, entry

__all__ = ["PATCHES"]

ArgSpec = collections.namedtuple("ArgSpec", "args varargs keywords defaults")


def _getargspec(func):
    """Names and defaults of the parameters of a function, as Python 3.10 and earlier gave them."""
    found = inspect.getfullargspec(func)
    return ArgSpec(found.args, found.varargs, found.varkw, found.defaults)


class _StrictVersion(Version):
    """The versions of distutils compare with their own kind and with text."""

    def _cmp(self, other):
        other = type(self)(other) if isinstance(other, str) else other
        return -1 if self < other else int(self > other)

    @property
    def version(self):
        return self.release


def _comparing(name):
    plain = getattr(Version, name)

    def compare(self, other):
        return plain(self, Version(other) if isinstance(other, str) else other)

    return compare


for _name in ("__lt__", "__le__", "__eq__", "__ge__", "__gt__", "__ne__"):
    setattr(_StrictVersion, _name, _comparing(_name))
_StrictVersion.__hash__ = Version.__hash__  # type: ignore[method-assign]


def _distutils():
    package = types.ModuleType("distutils", "What Keras 2.2 used of distutils.")
    package.__path__ = []  # type: ignore[attr-defined]
    return package


def _distutils_version():
    module = types.ModuleType("distutils.version", "Versions that can be compared.")
    module.StrictVersion = module.LooseVersion = _StrictVersion  # type: ignore[attr-defined]
    return module


def _loading(plain):
    def load(stream, Loader=None):
        import yaml

        return plain(stream, Loader or yaml.FullLoader)

    return load


def _whole_numbers(plain):
    def randrange(self, start, stop=None, step=1):
        return plain(self, *(int(n) if isinstance(n, float) and n.is_integer() else n
                             for n in ((start,) if stop is None else (start, stop, step))))

    return randrange


_GONE = "it left the standard library with Python 3.12"
_DISTUTILS = () if importlib.util.find_spec("distutils") else (
    entry("distutils", _GONE, _distutils, "python>=3.12"),
    entry("distutils.version", _GONE, _distutils_version, "python>=3.12"))

PATCHES = (
    attribute("inspect:getargspec", "Keras asks it for the arguments of functions; it left with Python 3.11",
              lambda old: _getargspec, "python>=3.11", only_if_absent=True),
    attribute("yaml:load", "it has to be told now what it may make of a file; Keras's own have plain values and tuples",
              _loading, "PyYAML>=6"),
    attribute("random:Random.randrange", "keras_preprocessing draws with limits such as 9.0, which Python 3.12 refuses",
              _whole_numbers, "python>=3.12"),
    attribute("time:clock", "scripts of the time measure with it; it left with Python 3.8",
              lambda old: time.perf_counter, only_if_absent=True),
) + tuple(
    attribute("collections:" + name, "abstract base classes moved to collections.abc for good with Python 3.10",
              lambda old, name=name: getattr(collections.abc, name), "python>=3.10", only_if_absent=True)
    for name in ("Callable", "Container", "Generator", "Hashable", "Iterable", "Iterator", "Mapping",
                 "MutableMapping", "MutableSequence", "MutableSet", "Sequence", "Set", "Sized")
) + _DISTUTILS
