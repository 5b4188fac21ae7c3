"""InceptionResNetV2, its preprocessing and its predictions."""
from . import (
    _served,
    keras_modules_injection,  # noqa: F401 - 2.2.4 had it here too
)

__all__ = ["InceptionResNetV2", "decode_predictions", "preprocess_input"]

InceptionResNetV2, decode_predictions, preprocess_input = _served(
    "inception_resnet_v2", "InceptionResNetV2", "decode_predictions", "preprocess_input")
