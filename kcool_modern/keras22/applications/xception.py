"""Xception, its preprocessing and its predictions."""
from . import (
    _served,
    keras_modules_injection,  # noqa: F401 - 2.2.4 had it here too
)

__all__ = ["Xception", "decode_predictions", "preprocess_input"]

Xception, decode_predictions, preprocess_input = _served(
    "xception", "Xception", "decode_predictions", "preprocess_input")
