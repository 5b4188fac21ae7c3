"""Keras 3's own objects under their names in Keras 2.2.4, as far as `_status` vouches for equal numbers.

What ``compat.keras`` is on Keras 3, until the techniques take models of `keras22`.
"""
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
