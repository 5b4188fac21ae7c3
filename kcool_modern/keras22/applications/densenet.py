"""DenseNet121 and DenseNet169 and DenseNet201, its preprocessing and its predictions."""
from . import (
    _served,
    keras_modules_injection,  # noqa: F401 - 2.2.4 had it here too
)

__all__ = ["DenseNet121", "DenseNet169", "DenseNet201", "decode_predictions", "preprocess_input"]

DenseNet121, DenseNet169, DenseNet201, decode_predictions, preprocess_input = _served(
    "densenet", "DenseNet121", "DenseNet169", "DenseNet201", "decode_predictions", "preprocess_input")
