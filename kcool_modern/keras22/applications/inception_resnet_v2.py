"""InceptionResNetV2, its preprocessing and its predictions."""
from . import _served

__all__ = ["InceptionResNetV2", "decode_predictions", "preprocess_input"]

InceptionResNetV2, decode_predictions, preprocess_input = _served(
    "inception_resnet_v2", "InceptionResNetV2", "decode_predictions", "preprocess_input")
