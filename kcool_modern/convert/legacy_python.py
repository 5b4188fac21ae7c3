"""Looks for an interpreter that has Keras 2: nothing is imported in it to find out."""
import os
import shutil
import subprocess

__all__ = ["VARIABLE", "found_python"]

#: Names the interpreter to use.
VARIABLE = "KCOOL_LEGACY_PYTHON"
_NAMES = ("python3.7", "python3.6", "python3.8", "python3.9")
_ASK = ("import glob, os, sys\n"
        "found = [f for p in sys.path for f in glob.glob(os.path.join(p or '.', '[Kk]eras-2.*-info'))]\n"
        "sys.exit(0 if found else 1)")


def found_python():
    """The path of an interpreter with Keras 2: what `VARIABLE` says, else the first one on the path; None without."""
    chosen = os.environ.get(VARIABLE)
    if chosen:
        return chosen
    for name in _NAMES:
        path = shutil.which(name)
        if path is not None and _has_keras_2(path):
            return path
    return None


def _has_keras_2(path):
    try:
        return subprocess.run([path, "-c", _ASK], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              timeout=20).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
