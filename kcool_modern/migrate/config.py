"""What a call is told: the command line, over ``[tool.kcool]`` of the project's ``pyproject.toml``."""
import os
import re
import sys

from kcool.errors import WrongValue

from .rule import FACADE, KERAS3
from .rules import all_rules

__all__ = ["Options", "from_pyproject"]

_KEYS = ("to", "select", "ignore", "exclude", "facade")
_CODE = re.compile(r"K\d{0,3}")


class Options:
    """The options of one call.

    Args:
        to: ``facade`` or ``keras3``.
        select: codes or beginnings of codes that may work; none for all.
        ignore: codes or beginnings of codes that may not.
        exclude: patterns of paths.
        facade: the name of kcool's package, or None to look at the project.
        write: whether files are changed.
        py2: whether source of Python 2 is made Python 3 first.

    Raises:
        WrongValue: no such target, or a code that no rule has.
    """

    def __init__(self, to=FACADE, select=(), ignore=(), exclude=(), facade=None, write=False, py2=False):
        if to not in (FACADE, KERAS3):
            raise WrongValue("There is no target %r." % (to,), supported="facade, keras3", do="--to facade")
        if facade not in (None, "compat", "kcool"):
            raise WrongValue("The facade is not called %r." % (facade,), supported="compat, kcool")
        self.to, self.exclude, self.facade, self.write, self.py2 = to, tuple(exclude), facade, write, py2
        self.select, self.ignore = _codes(select), _codes(ignore)

    def chosen(self, code):
        """Whether the rule of a code may work."""
        return (not self.select or code.startswith(self.select)) and not (
            self.ignore and code.startswith(self.ignore))


def _codes(codes):
    known = [rule.code for rule in all_rules()]
    for code in codes:
        if not _CODE.fullmatch(code) or not any(one.startswith(code) for one in known):
            raise WrongValue("There is no rule %s." % code, supported="%s to %s" % (known[0], known[-1]),
                             do="kcool migrate --list-rules")
    return tuple(codes)


def from_pyproject(path):
    """The settings of the project that a path belongs to.

    Args:
        path: a file or folder.

    Returns:
        A dict of keyword arguments of `Options`; empty where there are none.

    Raises:
        WrongValue: the file cannot be read, or it has a setting that there is not.
    """
    folder = os.path.abspath(path)
    while not os.path.isfile(os.path.join(folder, "pyproject.toml")):
        parent = os.path.dirname(folder)
        if parent == folder:
            return {}
        folder = parent
    file = os.path.join(folder, "pyproject.toml")
    settings = _loaded(file).get("tool", {}).get("kcool", {})
    wrong = sorted(set(settings) - set(_KEYS))
    if wrong:
        raise WrongValue("[tool.kcool] has no setting %r." % wrong[0], found=file, supported=", ".join(_KEYS))
    for key in ("select", "ignore", "exclude"):
        if not isinstance(settings.get(key, []), list):
            raise WrongValue("%s of [tool.kcool] is a list." % key, found="%s: %r" % (file, settings[key]))
    return settings


def _loaded(file):
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        with open(file, "rb") as content:
            return tomllib.load(content)
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise WrongValue("The project's settings cannot be read.", found="%s: %s" % (file, error)) from None
