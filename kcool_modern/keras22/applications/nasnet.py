"""NASNetLarge and NASNetMobile, its preprocessing and its predictions."""
from . import _served

__all__ = ["NASNetLarge", "NASNetMobile", "decode_predictions", "preprocess_input"]

NASNetLarge, NASNetMobile, decode_predictions, preprocess_input = _served(
    "nasnet", "NASNetLarge", "NASNetMobile", "decode_predictions", "preprocess_input")
