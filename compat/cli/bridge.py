"""``kcool bridge install``, ``remove`` and ``status``: the real Keras 2.2.4 in kcool's own cache.

Imports no framework.
"""
import sys
from collections import OrderedDict

from .. import probe
from ..errors import KcoolError, StackNotSupported
from ..tested import MODERN_PYTHON, TESTED

__all__ = ["add_bridge", "examine"]


def add_bridge(commands):
    """Adds ``kcool bridge`` to the parser."""
    about = "install, remove or look at the real Keras that `kcool run --on bridge` runs on"
    parser = commands.add_parser(
        "bridge", help=about, description=about.capitalize() + ". It lies in kcool's own cache (KCOOL_CACHE), never in "
        "the environment. Exit status: 0 all is well, 1 a problem was met.")
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    actions.required = True
    install = _add(actions, "install", _install, "download Keras and its two companion packages, hashes pinned")
    install.add_argument("--from-file", nargs="+", default=[], metavar="WHEEL", help="the wheels, instead of the index")
    _add(actions, "remove", _remove, "remove one Keras from the cache")
    status = actions.add_parser("status", help="say what is installed, and whether it is sound")
    status.set_defaults(run=_status)


def examine(found):
    """What `kcool doctor` says about the bridge.

    Args:
        found: what `installed()` gave: module name -> `probe.Found`.

    Returns:
        An ordered dict: ``folder``, ``installed`` (a list of dicts: ``keras``, and ``problem`` or None), ``problem``
        (what speaks against using it here, or None).
    """
    tensorflow = found.get("tensorflow")
    oldest = TESTED["bridge"]["tensorflow"][0]
    if not _is_modern() or tensorflow is None or probe.release(tensorflow.version) < probe.release(oldest):
        return OrderedDict((("folder", None), ("installed", []), ("problem", "needs TensorFlow %s or later" % oldest)))
    cache = _cache()
    rows = [OrderedDict((("keras", version), ("problem", cache.check(cache.folder(version), cache.PINS[version]))))
            for version in cache.installed()]
    return OrderedDict((("folder", str(cache.root())), ("installed", rows),
                        ("problem", None if rows else "not installed; to do so: kcool bridge install")))


def _add(actions, name, run, about):
    action = actions.add_parser(name, help=about, description=about[0].upper() + about[1:] + ".")
    action.add_argument("--keras", default="2.2.4", metavar="VERSION", help="2.2.0 to 2.3.1 (default: 2.2.4)")
    action.set_defaults(run=run)
    return action


def _is_modern():
    return sys.version_info >= tuple(map(int, MODERN_PYTHON.split(".")))


def _cache():
    if not _is_modern():
        raise StackNotSupported(
            "The bridge needs a newer Python.", found="Python %d.%d" % sys.version_info[:2],
            supported="Python %s or later, with TensorFlow 2.16 or later" % MODERN_PYTHON,
            do="run the script with the real Keras 2.2.4, which this Python can have: pip install keras==2.2.4")
    from kcool_bridge import cache

    return cache


def _install(arguments):
    _cache()
    from kcool_bridge import fetch

    place, fresh = fetch.install(arguments.keras, arguments.from_file)
    print("Keras %s %s %s" % (arguments.keras, "is now in" if fresh else "is there already, and sound:", place))
    print("To use it: kcool run --on bridge SCRIPT")
    return 0


def _remove(arguments):
    cache = _cache()
    there = cache.remove(arguments.keras)
    print("Keras %s was %s %s" % (arguments.keras, "removed from" if there else "not in", cache.root()))
    return 0


def _status(arguments):
    cache = _cache()
    versions, worst = cache.installed(), 0
    print("cache: %s" % cache.root())
    for version in versions:
        try:
            said = "sound: %s" % cache.verified(version)
        except KcoolError as error:
            said, worst = str(error), 1
        print("Keras %s: %s" % (version, said))
    if not versions:
        print("nothing is installed; to do so: kcool bridge install")
    return worst
