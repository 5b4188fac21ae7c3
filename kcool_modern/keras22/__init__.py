"""The public API of Keras 2.2.4 on Keras 3, in the file tree of Keras 2.2.4."""
import importlib

__version__ = "2.2.4"

_MODULES = ("activations", "applications", "backend", "callbacks", "constraints", "datasets", "engine", "initializers",
            "layers", "legacy", "losses", "metrics", "models", "optimizers", "preprocessing", "regularizers", "utils",
            "wrappers")
_HOMES = {"Input": ".engine.input_layer", "Model": ".engine.training", "Sequential": ".engine.sequential"}

__all__ = ["Input", "Model", "Sequential"] + [name for name in _MODULES if name != "legacy"]


def __getattr__(name):
    # Loaded when first asked for: a script pays for what it uses.
    if name in _MODULES:
        return importlib.import_module("." + name, __name__)
    if name not in _HOMES:
        raise AttributeError("module %r has no attribute %r" % (__name__, name))
    value = getattr(importlib.import_module(_HOMES[name], __name__), name)
    globals()[name] = value
    return value


def __dir__():
    return sorted(set(globals()) | set(__all__) | {"legacy"})
