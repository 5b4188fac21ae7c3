"""What has to be changed in Keras itself."""
import numpy as np

from ..register import attribute

__all__ = ["PATCHES"]


def _empty_as_list(plain):
    def __getitem__(self, name):
        value = plain(self, name)
        return [] if isinstance(value, np.ndarray) and value.shape == (0,) else value

    return __getitem__


PATCHES = (
    attribute("keras.utils.io_utils:H5Dict.__getitem__", "Keras asks an empty array of names for its truth value",
              _empty_as_list, "numpy>=2.2"),
)
