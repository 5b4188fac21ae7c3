"""The architecture for a file of weights alone: what ``model.to_json()`` gave, or the code that the model was built by.

Code of Keras 2.2 is carried out in a process of its own, on the emulation (`compat.install`); what is taken from it
is its JSON alone.
"""
import os
import subprocess
import sys
import tempfile

from kcool.errors import NotFound, WrongValue

__all__ = ["read_architecture"]

_SECONDS = 600
_BUILD = """
import importlib, sys
sys.path.insert(0, "")
import kcool
kcool.install()
found = getattr(importlib.import_module(sys.argv[1]), sys.argv[2])
model = found if hasattr(found, "to_json") else found()
with open(sys.argv[3], "w") as file:
    file.write(model.to_json())
"""


def read_architecture(place):
    """The JSON of an architecture, as text.

    Args:
        place: path of a file with what ``to_json()`` gave; or ``MODULE:NAME`` of a model, or of a function without
            arguments that builds one, written for Keras 2.2.

    Raises:
        NotFound: there is no such file.
        WrongValue: the code does not build a model.
    """
    if os.path.isfile(place):
        with open(place, encoding="utf-8", errors="replace") as file:
            return file.read()
    module, _, name = place.partition(":")
    if not name or os.sep in module:
        raise NotFound("There is no file %s with an architecture." % place,
                       do="write what model.to_json() gives into a file, or name code: --architecture MODULE:FUNCTION")
    return _built(module, name, place)


def _built(module, name, place):
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "architecture.json")
        try:
            done = subprocess.run([sys.executable, "-c", _BUILD, module, name, out], stdout=subprocess.DEVNULL,
                                  stderr=subprocess.PIPE, universal_newlines=True, timeout=_SECONDS)
        except subprocess.TimeoutExpired:
            raise WrongValue("%s builds no model." % place, found="no end after %d seconds" % _SECONDS,
                             do="name a function that builds the model and nothing else")
        if done.returncode or not os.path.exists(out):
            lines = [line for line in done.stderr.strip().split("\n") if line.strip()]
            raise WrongValue("%s builds no model." % place, found=lines[-1][:300] if lines else "exit status %s" % (
                done.returncode,), supported="a model, or a function without arguments that returns one",
                do="kcool run a script with the same call, and see where it fails")
        with open(out, encoding="utf-8") as file:
            return file.read()
