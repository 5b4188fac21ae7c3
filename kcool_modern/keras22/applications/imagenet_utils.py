"""Pictures into and predictions out of networks trained on ImageNet."""
from . import (
    _served,
    keras_modules_injection,  # noqa: F401 - 2.2.4 had it here too
)

__all__ = ["decode_predictions", "preprocess_input"]

decode_predictions, preprocess_input = _served(
    "imagenet_utils", "decode_predictions", "preprocess_input")
