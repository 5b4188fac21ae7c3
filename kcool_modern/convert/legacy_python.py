"""Looks for an interpreter that has Keras 2, or for the bridge: nothing is imported in it to find out."""
import os
import shutil
import subprocess
import sys

from kcool_bridge import cache

__all__ = ["BRIDGE", "VARIABLE", "command", "found_python"]

#: Stands for this interpreter, on the bridge.
BRIDGE = "bridge"

#: Names the interpreter to use.
VARIABLE = "KCOOL_LEGACY_PYTHON"
_NAMES = ("python3.7", "python3.6", "python3.8", "python3.9")
_ASK = ("import glob, os, sys\n"
        "found = [f for p in sys.path for f in glob.glob(os.path.join(p or '.', '[Kk]eras-2.*-info'))]\n"
        "sys.exit(0 if found else 1)")


_HOME = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# The copy of kcool that runs here, wherever it lies.
_START = "import sys; sys.path.append(%r); from kcool.cli import main; sys.exit(main(sys.argv[1:]))" % _HOME


def command(python):
    """What to put before the path of a script, so that it runs on Keras 2.

    Args:
        python: path of an interpreter that has Keras 2, or `BRIDGE`.
    """
    if python == BRIDGE:
        return [sys.executable, "-W", "ignore", "-c", _START, "run", "--on", BRIDGE]
    return [python, "-W", "ignore"]


def found_python():
    """Who can give old answers: what `VARIABLE` says, else an interpreter with Keras 2 on the path, else the bridge.

    Returns:
        A path, or `BRIDGE`, or None.
    """
    chosen = os.environ.get(VARIABLE)
    if chosen:
        return chosen
    for name in _NAMES:
        path = shutil.which(name)
        if path is not None and _has_keras_2(path):
            return path
    return BRIDGE if cache.installed() else None


def _has_keras_2(path):
    try:
        return subprocess.run([path, "-c", _ASK], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              timeout=20).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
