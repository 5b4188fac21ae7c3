"""Xception, its preprocessing and its predictions."""
from . import _served

__all__ = ["Xception", "decode_predictions", "preprocess_input"]

Xception, decode_predictions, preprocess_input = _served(
    "xception", "Xception", "decode_predictions", "preprocess_input")
