"""ResNet50, its preprocessing and its predictions."""
from . import (
    _served,
    keras_modules_injection,  # noqa: F401 - 2.2.4 had it here too
)

__all__ = ["ResNet50", "decode_predictions", "preprocess_input"]

ResNet50, decode_predictions, preprocess_input = _served(
    "resnet50", "ResNet50", "decode_predictions", "preprocess_input")
