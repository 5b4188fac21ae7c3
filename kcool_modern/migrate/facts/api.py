"""The names of Keras 2.2.4 and of Keras 3, from the lists that also feed the emulation."""
import functools
import runpy
from pathlib import Path

from kcool_common import tf1_names

__all__ = ["home", "keras22", "keras3", "refused", "tensorflow1"]

_HERE = Path(__file__).resolve().parent
_MODERN = _HERE.parent.parent

#: Public modules, the first of which that has a name is its home.
_PUBLIC = ("keras.layers", "keras.models", "keras.optimizers", "keras.losses", "keras.metrics", "keras.callbacks",
           "keras.activations", "keras.initializers", "keras.regularizers", "keras.constraints", "keras.utils",
           "keras.backend")
#: Private modules -> where users find what is in them, most likely first.
_HOMES = {
    "keras.layers.": ("keras.layers",),
    "keras.engine": ("keras.layers", "keras.models", "keras.utils"),
    "keras.utils.": ("keras.utils",),
    "keras.objectives": ("keras.losses",),
    "keras.backend.": ("keras.backend",),
    "keras.legacy.layers": ("keras.layers",),
    "keras.models": ("keras.models", "keras.layers"),
}


def _read(path):
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            module, _, names = line.partition(":")
            found[module] = frozenset(names.split())
    return found


@functools.lru_cache(None)
def keras22():
    """The names of each module of Keras 2.2.4: {dotted module: frozenset}."""
    return _read(_MODERN / "keras22" / "names.txt")


@functools.lru_cache(None)
def keras3():
    """The names of each public module of Keras 3: {dotted module: frozenset}."""
    return _read(_HERE / "keras3_names.txt")


@functools.lru_cache(None)
def refused():
    """Names of Keras 2.2.4 that kcool does not serve on Keras 3: {name below keras: (reason, what to do)}."""
    return runpy.run_path(str(_MODERN / "keras22" / "_status.py"))["REFUSED"]


def tensorflow1():
    """The table of TensorFlow 1 names: its ``NAMES`` and ``REFUSED``."""
    return tf1_names.NAMES, tf1_names.REFUSED


@functools.lru_cache(None)
def home(path):
    """The public path of a name of Keras 2.2.4, such as ``keras.layers.Dense`` for ``keras.layers.core.Dense``.

    Args:
        path: a dotted name that begins with ``keras``. It may go on below the name (``keras.layers.Dense.call``).

    Returns:
        The path, or the one that was given where there is no public one.
    """
    parts = path.split(".")
    for end in range(len(parts) - 1, 0, -1):
        module, name = ".".join(parts[:end]), parts[end]
        if name not in keras22().get(module, ()):
            continue
        for prefix, homes in _HOMES.items():
            if module == prefix or prefix.endswith(".") and module.startswith(prefix) or (
                    module.startswith(prefix + ".") and prefix == "keras.engine"):
                for one in homes:
                    if name in keras22()[one]:
                        return ".".join([one, name, *parts[end + 1:]])
        break
    return path
