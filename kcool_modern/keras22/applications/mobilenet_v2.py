"""MobileNetV2, its preprocessing and its predictions."""
from . import _served

__all__ = ["MobileNetV2", "decode_predictions", "preprocess_input"]

MobileNetV2, decode_predictions, preprocess_input = _served(
    "mobilenet_v2", "MobileNetV2", "decode_predictions", "preprocess_input")
