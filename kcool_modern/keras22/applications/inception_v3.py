"""InceptionV3, its preprocessing and its predictions."""
from . import _served

__all__ = ["InceptionV3", "decode_predictions", "preprocess_input"]

InceptionV3, decode_predictions, preprocess_input = _served(
    "inception_v3", "InceptionV3", "decode_predictions", "preprocess_input")
