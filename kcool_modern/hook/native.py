"""The real Keras 3 while its name belongs to the emulation: found, loaded, kept and handed to those who need it."""
import contextlib
import importlib.util
import os
import sys
import sysconfig
from importlib.machinery import PathFinder
from threading import RLock

__all__ = ["Native", "is_api", "is_own_code", "wants_native"]

_KCOOL = ("kcool", "kcool_common", "kcool_legacy", "kcool_modern")
_HOME = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))) + os.sep
# Packages that are written for Keras 3 or hold it up. The import system's own frames are what extension modules, which
# have none, are seen by when they import.
_NATIVE_ROOTS = frozenset(_KCOOL + (
    "importlib", "_frozen_importlib", "_frozen_importlib_external",
    "keras", "tensorflow", "tf_keras", "keras_hub", "keras_nlp", "keras_cv", "keras_tuner", "keras_rs", "jax", "torch",
    "tensorflow_probability", "tensorflow_datasets", "tensorboard", "transformers", "tf2onnx", "shap", "wandb"))
_INSTALLED = tuple({os.path.join(os.path.abspath(sysconfig.get_path(kind)), "")
                    for kind in ("stdlib", "platstdlib", "purelib", "platlib")})


def is_api(name):
    """Whether a module name is one of Keras's public paths, which move; the implementation in `keras.src` stays."""
    return name == "keras" or (name.startswith("keras.") and name != "keras.src" and not name.startswith("keras.src."))


def wants_native(scope):
    """Whether the code with these globals needs the real Keras 3 and TensorFlow.

    Args:
        scope: the globals of an importing module, or None.
    """
    name = (scope or {}).get("__name__")
    if not isinstance(name, str):
        return False
    root = name.partition(".")[0]
    if root == "compat":
        return _file_of(scope).startswith(os.path.join(_HOME, "compat", ""))
    return root in _NATIVE_ROOTS


def is_own_code(scope):
    """Whether the code with these globals is the user's own: neither an installed package nor kcool."""
    if wants_native(scope):
        return False
    path = _file_of(scope)
    return not (path.startswith(_INSTALLED) or "site-packages" in path or "dist-packages" in path)


def _file_of(scope):
    path = (scope or {}).get("__file__")
    return os.path.abspath(path) if isinstance(path, str) else ""


class Native:
    """Holds the modules of the real Keras's public API once their names are given away."""

    def __init__(self):
        self._lock = RLock()
        self._modules = None
        self.loading = False

    @property
    def kept(self):
        """Whether the names are given away now."""
        return self._modules is not None

    def load(self):
        """Imports the real Keras 3, wherever the user's own folders come in the search path; returns the module."""
        if self._modules is not None:
            return self._modules["keras"]
        if "keras" not in sys.modules and not self.loading:
            # The import statement below comes back to the hook.
            self.loading = True
            with _first_in_path(_folder_of_keras_3()):
                try:
                    import keras  # noqa: F401
                finally:
                    self.loading = False
        return sys.modules.get("keras")

    def take_names(self):
        """Removes the public names from `sys.modules`, after everything that would be loaded under them later is."""
        self.load()
        _settle_tensorflow()
        with self._lock:
            self._modules = {name: module for name, module in list(sys.modules.items()) if is_api(name)}
            for name in self._modules:
                del sys.modules[name]

    def give_back(self):
        """Puts the real modules under their names again."""
        if self._modules is None:
            return
        with self._lock:
            for name in [name for name in sys.modules if is_api(name)]:
                del sys.modules[name]
            sys.modules.update(self._modules)
            self._modules = None

    def module(self, name):
        """The real module of a public name, which is loaded if it was not."""
        with self._lock:
            known = self._modules
            if name in known:
                return known[name]
            parent_name, _, child = name.rpartition(".")
            parent = self.module(parent_name)
            spec = PathFinder.find_spec(name, getattr(parent, "__path__", []))
            if spec is None:
                raise ModuleNotFoundError("No module named %r" % name, name=name)
            known[name] = importlib.util.module_from_spec(spec)
            try:
                spec.loader.exec_module(known[name])
            except BaseException:
                del known[name]
                raise
            setattr(parent, child, known[name])
            return known[name]

    def imported(self, name, fromlist):
        """What `__import__` has to return for a public name: the module itself, or the package for plain imports."""
        module = self.module(name)
        if not fromlist:
            return self.module("keras")
        for part in fromlist:
            if part != "*" and not hasattr(module, part):
                with contextlib.suppress(ModuleNotFoundError):
                    self.module("%s.%s" % (name, part))
        return module


def _folder_of_keras_3():
    # A checkout of Keras 2 in the folder of the script must not win, so packages are judged by what they are made of.
    for folder in sys.path:
        package = os.path.join(folder or os.getcwd(), "keras")
        if os.path.exists(os.path.join(package, "src", "backend", "config.py")):
            return os.path.dirname(package)
    return None


@contextlib.contextmanager
def _first_in_path(folder):
    if folder is None:
        yield
        return
    sys.path.insert(0, folder)
    try:
        yield
    finally:
        sys.path.remove(folder)


def _settle_tensorflow():
    # TensorFlow finds its Keras by the name `keras` when tf.keras is first used, and keeps what it found.
    tensorflow = sys.modules.get("tensorflow")
    if tensorflow is None:
        return
    for lazy in (lambda: tensorflow.keras.layers, lambda: tensorflow.compat.v2.keras.layers):
        try:
            lazy()
        except (AttributeError, ImportError):
            continue
