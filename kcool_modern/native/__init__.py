"""The Keras 2.2 API on Keras 3, in Keras 2.2.4's own file tree; `_status` says what is served, and how exactly."""
from . import (
    applications,
    backend,
    callbacks,
    constraints,
    initializers,
    layers,
    models,
    optimizers,
    regularizers,
    utils,
)
from ._delegate import delegate

__all__ = ["applications", "backend", "callbacks", "constraints", "initializers", "layers", "models", "optimizers",
           "regularizers", "utils"]

__getattr__, __dir__ = delegate("")
