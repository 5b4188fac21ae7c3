"""The Keras 2.2 API on Keras 3, in Keras 2.2.4's own file tree. What is served, and how exactly, stands in `_status`."""
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

__getattr__, __dir__ = delegate("")
