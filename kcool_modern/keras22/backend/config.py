"""Settings: the float type, the fuzz factor, and where images have their channels. Keras 3 shares them."""
import sys

import keras
import numpy as np
from keras.config import epsilon, floatx, image_data_format, set_epsilon

__all__ = ["backend", "cast_to_floatx", "epsilon", "floatx", "image_data_format", "image_dim_ordering",
           "normalize_data_format", "set_epsilon", "set_floatx", "set_image_data_format", "set_image_dim_ordering"]

#: Whether JAX had 64-bit types before anybody asked here.
_DOUBLES = keras.config.backend() == "jax" and bool(sys.modules["jax"].config.jax_enable_x64)
_ORDERINGS = {"tf": "channels_last", "th": "channels_first"}


def backend():
    """The name of the engine: ``tensorflow``, ``jax`` or ``torch``."""
    return keras.config.backend()


def set_floatx(floatx):
    """Sets the float type of everything that is made from now on: ``float16``, ``float32`` or ``float64``."""
    if floatx not in ("float16", "float32", "float64"):
        raise ValueError("Unknown floatx type: %s" % (floatx,))
    keras.config.set_floatx(str(floatx))
    if backend() == "jax":
        # Which otherwise takes float32 for float64, saying so in a warning only.
        import jax
        jax.config.update("jax_enable_x64", floatx == "float64" or _DOUBLES)


def cast_to_floatx(x):
    """An array in the float type ``floatx()``."""
    return np.asarray(x, dtype=floatx())


def set_image_data_format(data_format):
    """Sets where images have their channels: ``channels_last`` or ``channels_first``."""
    if data_format not in _ORDERINGS.values():
        raise ValueError("Unknown data_format:", data_format)
    keras.config.set_image_data_format(str(data_format))


def normalize_data_format(value):
    """``channels_last`` or ``channels_first``: the setting for None, otherwise the checked value."""
    data_format = (image_data_format() if value is None else value).lower()
    if data_format not in _ORDERINGS.values():
        raise ValueError('The `data_format` argument must be one of "channels_first", "channels_last". Received: %s'
                         % (value,))
    return data_format


def set_image_dim_ordering(dim_ordering):
    """The setting in the words of Keras 1: ``tf`` (channels last) or ``th`` (channels first)."""
    if dim_ordering not in _ORDERINGS:
        raise ValueError("Unknown dim_ordering:", dim_ordering)
    keras.config.set_image_data_format(_ORDERINGS[dim_ordering])


def image_dim_ordering():
    """The setting in the words of Keras 1."""
    return "th" if image_data_format() == "channels_first" else "tf"
