"""VGG19, its preprocessing and its predictions."""
from . import _served

__all__ = ["VGG19", "decode_predictions", "preprocess_input"]

VGG19, decode_predictions, preprocess_input = _served(
    "vgg19", "VGG19", "decode_predictions", "preprocess_input")
