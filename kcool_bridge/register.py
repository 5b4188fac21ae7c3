"""What a patch is, and how a set of them is applied and taken back.

Every change that the bridge makes to a package is one `Patch`; `patches.PATCHES` lists them all.
"""
import importlib
import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from types import ModuleType

from packaging.requirements import Requirement

from kcool import probe

__all__ = ["ABSENT", "Patch", "Register", "attribute", "entry"]

#: The former value of an attribute that was not there.
ABSENT = type("Absent", (), {"__repr__": lambda self: "ABSENT", "__bool__": lambda self: False})()


@dataclass(frozen=True)
class Patch:
    """One change.

    Attributes:
        target: what is changed, as ``module:attribute``.
        reason: why, in one sentence.
        versions: the versions that need it, such as ``numpy>=2``; several are all to hold; empty for all.
        apply: carries it out and returns a function that takes it back.
    """

    target: str
    reason: str
    versions: str
    apply: Callable[[], Callable[[], None]]

    @property
    def module(self):
        """The module that has to be there before the patch can be applied."""
        return self.target.partition(":")[0]

    def is_needed(self, keras):
        """Whether the versions that are installed need it.

        Args:
            keras: the release of Keras that the bridge serves.
        """
        wanted = (Requirement(part) for part in self.versions.split(",") if part)
        return all(one.specifier.contains(_version(one.name, keras), prereleases=True) for one in wanted)


def _version(name, keras):
    if name in ("python", "keras"):
        return platform.python_version() if name == "python" else keras
    found = probe.find(name) if name == "tensorflow" else None
    try:
        return found.version if found else metadata.version(name)
    except metadata.PackageNotFoundError:
        return "0"


def attribute(target, reason, make, versions="", only_if_absent=False):
    """A `Patch` that replaces an attribute of a module, or of something in it, or adds one.

    Args:
        target: ``module:name`` or ``module:Class.name``.
        reason: one sentence.
        make: gives the new value from the old one, which is `ABSENT` where there is none.
        versions: as in `Patch`.
        only_if_absent: leave what is there.
    """
    def apply():
        module, _, path = target.partition(":")
        *owners, name = path.split(".")
        owner = importlib.import_module(module)
        for part in owners:
            owner = getattr(owner, part)
        before = vars(owner).get(name, ABSENT)
        # NumPy's own __getattr__ warns of names that it has not; a class may inherit one.
        old = before if isinstance(owner, ModuleType) else getattr(owner, name, ABSENT)
        if only_if_absent and old is not ABSENT:
            return lambda: None
        setattr(owner, name, make(old))
        return lambda: delattr(owner, name) if before is ABSENT else setattr(owner, name, before)

    return Patch(target, reason, versions, apply)


def entry(name, reason, make, versions=""):
    """A `Patch` that puts a module into `sys.modules` that cannot be imported any more.

    Args:
        name: of the module.
        reason: one sentence.
        make: makes it.
        versions: as in `Patch`.
    """
    def apply():
        before = sys.modules.get(name, ABSENT)
        sys.modules[name] = make()

        def undo():
            if before is ABSENT:
                sys.modules.pop(name, None)
            else:
                sys.modules[name] = before

        return undo

    return Patch("sys:modules[%r]" % name, reason, versions, apply)


class Register:
    """Applies patches: those of packages that are there at once, those of Keras's modules when each has been loaded.

    Args:
        patches: all `Patch` there are.
        keras: the release of Keras that is served.
    """

    def __init__(self, patches, keras):
        self._waiting = [patch for patch in patches if patch.is_needed(keras)]
        self._undo = []

    def apply(self, wanted):
        """Applies what waits and has its module accepted, in the order of the list.

        Args:
            wanted: says of the name of a module whether it can be imported now.
        """
        for patch in [patch for patch in self._waiting if wanted(patch.module)]:
            self._waiting.remove(patch)
            self._undo.append((patch, patch.apply()))

    def active(self):
        """The patches that stand, oldest first."""
        return [patch for patch, _ in self._undo]

    def undo(self):
        """Takes them back, the newest first."""
        while self._undo:
            self._undo.pop()[1]()
