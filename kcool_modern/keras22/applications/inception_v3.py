"""InceptionV3, its preprocessing and its predictions."""
from . import (
    _served,
    keras_modules_injection,  # noqa: F401 - 2.2.4 had it here too
)

__all__ = ["InceptionV3", "decode_predictions", "preprocess_input"]

InceptionV3, decode_predictions, preprocess_input = _served(
    "inception_v3", "InceptionV3", "decode_predictions", "preprocess_input")
