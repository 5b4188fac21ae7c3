"""VGG16, its preprocessing and its predictions."""
from . import _served

__all__ = ["VGG16", "decode_predictions", "preprocess_input"]

VGG16, decode_predictions, preprocess_input = _served(
    "vgg16", "VGG16", "decode_predictions", "preprocess_input")
