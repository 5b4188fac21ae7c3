"""Helpers for functions of engine tensors."""
import keras
import numpy as np
from keras import ops

from .._symbolic.spec import is_backend_tensor

__all__ = ["like", "standard_padding", "together", "transposed_shape"]


def like(value, tensor):
    """A number or array as a tensor in the dtype of another; tensors as they are."""
    if is_backend_tensor(value):
        return value
    dtype = keras.backend.standardize_dtype(tensor.dtype)
    if dtype == "string":
        return ops.convert_to_tensor(value)
    return ops.convert_to_tensor(np.asarray(value).astype(dtype), dtype=dtype)


def together(x, y):
    """Two tensors; what is none takes the dtype of the other, as in TensorFlow and unlike in NumPy."""
    if is_backend_tensor(x):
        return x, like(y, x)
    if is_backend_tensor(y):
        return like(x, y), y
    return ops.convert_to_tensor(x), ops.convert_to_tensor(y)


def standard_padding(padding):
    """``SAME`` or ``VALID``."""
    if padding not in ("same", "valid"):
        raise ValueError("Invalid padding: %s" % (padding,))
    return padding.upper()


def transposed_shape(shape, data_format):
    """A list or tuple of sizes, given with the channels last, in the order of a data format."""
    if data_format == "channels_last":
        return shape
    return shape[:1] + shape[-1:] + shape[1:-1]
