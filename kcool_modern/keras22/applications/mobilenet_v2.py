"""MobileNetV2, its preprocessing and its predictions."""
from . import (
    _served,
    keras_modules_injection,  # noqa: F401 - 2.2.4 had it here too
)

__all__ = ["MobileNetV2", "decode_predictions", "preprocess_input"]

MobileNetV2, decode_predictions, preprocess_input = _served(
    "mobilenet_v2", "MobileNetV2", "decode_predictions", "preprocess_input")
