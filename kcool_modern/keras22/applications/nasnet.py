"""NASNetLarge and NASNetMobile, its preprocessing and its predictions."""
from . import (
    _served,
    keras_modules_injection,  # noqa: F401 - 2.2.4 had it here too
)

__all__ = ["NASNetLarge", "NASNetMobile", "decode_predictions", "preprocess_input"]

NASNetLarge, NASNetMobile, decode_predictions, preprocess_input = _served(
    "nasnet", "NASNetLarge", "NASNetMobile", "decode_predictions", "preprocess_input")
