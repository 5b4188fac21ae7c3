"""The older path of `mobilenet_v2`."""
from . import keras_modules_injection  # noqa: F401 - 2.2.4 had it here too
from .mobilenet_v2 import MobileNetV2, decode_predictions, preprocess_input

__all__ = ["MobileNetV2", "decode_predictions", "preprocess_input"]
