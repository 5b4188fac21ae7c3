"""What has to be changed in Keras itself."""
from types import ModuleType

import numpy as np

from kcool_common.svd_signs import svd

from ..register import attribute

__all__ = ["PATCHES"]


def _empty_as_list(plain):
    def __getitem__(self, name):
        value = plain(self, name)
        return [] if isinstance(value, np.ndarray) and value.shape == (0,) else value

    return __getitem__


def _with_old_signs(plain):
    namespace, linalg = ModuleType("numpy"), ModuleType("numpy.linalg")
    namespace.__dict__.update(vars(plain), linalg=linalg)
    linalg.__dict__.update(vars(plain.linalg), svd=lambda a, full_matrices=False: svd(a))
    return namespace


PATCHES = (
    attribute("keras.initializers:np", "the signs of singular vectors, and so recurrent layers' first weights, changed "
              "with LAPACK 3.10", _with_old_signs, "numpy>=1.22"),
    attribute("keras.utils.io_utils:H5Dict.__getitem__", "Keras asks an empty array of names for its truth value",
              _empty_as_list, "numpy>=2.2"),
)
