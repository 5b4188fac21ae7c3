"""VGG16, its preprocessing and its predictions."""
from . import (
    _served,
    keras_modules_injection,  # noqa: F401 - 2.2.4 had it here too
)

__all__ = ["VGG16", "decode_predictions", "preprocess_input"]

VGG16, decode_predictions, preprocess_input = _served(
    "vgg16", "VGG16", "decode_predictions", "preprocess_input")
