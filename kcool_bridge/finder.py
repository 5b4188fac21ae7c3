"""Finds Keras and its companions in the cache, before any other that is installed or lies in the user's folder."""
import importlib.metadata
import sys
import warnings
from importlib.abc import MetaPathFinder
from importlib.machinery import PathFinder

__all__ = ["Finder", "PACKAGES", "is_served"]

PACKAGES = ("keras", "keras_applications", "keras_preprocessing")


def is_served(name):
    """Whether a module is one of the bridge's packages or lies in one."""
    return name.partition(".")[0] in PACKAGES


def _compiling(plain):
    def source_to_code(*args, **kwargs):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)  # `x is 1`, which meant what it says by chance
            return plain(*args, **kwargs)

    return source_to_code


class Finder(MetaPathFinder):
    """The first entry of `sys.meta_path` in a bridge.

    Args:
        folder: the verified folder of one Keras.
        loaded: called with the name of each module of Keras after it was executed.
    """

    def __init__(self, folder, loaded):
        self.folder = str(folder)
        self._loaded = loaded

    def find_spec(self, fullname, path=None, target=None):
        """The spec of a module of these packages; None for all others."""
        if not is_served(fullname):
            return None
        spec = PathFinder.find_spec(fullname, [self.folder] if "." not in fullname else path)
        if spec is not None and spec.loader is not None:
            execute, loaded = spec.loader.exec_module, self._loaded

            def exec_module(module):
                execute(module)
                loaded(module.__name__)

            spec.loader.exec_module = exec_module
            spec.loader.source_to_code = _compiling(spec.loader.source_to_code)
        return spec

    def find_distributions(self, context=None):
        """The metadata of these packages, for who asks for a version."""
        name = getattr(context, "name", None)
        if name is None or name.lower().replace("-", "_") not in PACKAGES:
            return iter(())
        return importlib.metadata.MetadataPathFinder.find_distributions(
            importlib.metadata.DistributionFinder.Context(name=name, path=[self.folder]))

    def install(self):
        """Puts the finder first; returns what takes it out."""
        sys.meta_path.insert(0, self)
        return lambda: sys.meta_path.remove(self) if self in sys.meta_path else None
