"""MobileNet, its preprocessing and its predictions."""
from . import _served

__all__ = ["MobileNet", "decode_predictions", "preprocess_input"]

MobileNet, decode_predictions, preprocess_input = _served(
    "mobilenet", "MobileNet", "decode_predictions", "preprocess_input")
