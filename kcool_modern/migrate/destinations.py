"""Where a name of Keras 2.2 or TensorFlow 1 is imported from in the new code."""
import functools

from .facts import api, moved

__all__ = ["facade_path", "import_line", "is_known", "keras3_path"]

#: Techniques whose two sides differ: the facade knows which is which.
_TECHNIQUES = {"keras.utils.multi_gpu_model": "multi_gpu_model"}


@functools.lru_cache(8192)
def facade_path(path, facade):
    """The path below the facade of a canonical name."""
    if path in _TECHNIQUES:
        return "%s.%s" % (facade, _TECHNIQUES[path])
    if path == "keras.backend":
        return facade + ".K"
    root, _, rest = path.partition(".")
    if root == "compat":
        return "%s.%s" % (facade, rest)
    return ".".join(filter(None, (facade, root, rest)))


@functools.lru_cache(8192)
def keras3_path(path):
    """The path in Keras 3, or TensorFlow 2, of a canonical name; None where it has gone."""
    if path in moved.NAMES:
        return moved.NAMES[path]
    root = path.partition(".")[0]
    if root == "tf":
        return "tensorflow" + path[2:]
    if root == "compat" or path == "keras" or path in _modules():
        return path
    module, _, name = path.rpartition(".")
    return path if name in api.keras3().get(module, ()) else None


@functools.lru_cache(None)
def _modules():
    names = api.keras3()
    return {".".join(one.split(".")[:end]) for one in names for end in range(1, one.count(".") + 2)}


def import_line(path, name):
    """The statement that binds a name to a dotted path."""
    module, _, leaf = path.rpartition(".")
    if not module:
        return "import %s" % leaf if name == leaf else "import %s as %s" % (leaf, name)
    return "from %s import %s" % (module, leaf) + ("" if name == leaf else " as " + name)


@functools.lru_cache(8192)
def is_known(path):
    """Whether kcool knows a canonical name: the API of Keras 2.2.4, what kcool exports, and all of TensorFlow."""
    root, _, rest = path.partition(".")
    if root in ("tf", "compat") or not rest:
        return True
    names = api.keras22()
    if path in _modules22() or path in moved.NAMES:
        return True
    module, _, name = path.rpartition(".")
    return name in names.get(module, ()) or name in _UNLISTED.get(module, ())


@functools.lru_cache(None)
def _modules22():
    names = api.keras22()
    return {".".join(one.split(".")[:end]) for one in names for end in range(1, one.count(".") + 2)} | _QUIET


#: Modules whose public names are no functions or classes, and names that are neither.
_QUIET = {"keras.preprocessing", "keras.wrappers", "keras.datasets", "keras.backend.theano_backend",
          "keras.backend.cntk_backend", "keras.legacy.models", "keras.legacy.layers"}
_UNLISTED = {"keras.backend": ("tf", "py_all", "control_flow_ops", "tensor_array_ops", "moving_averages", "ops", "ctc",
                               "np", "name_scope"),
             "keras": ("__version__",)}
