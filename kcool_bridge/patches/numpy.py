"""What NumPy has lost or changed since 1.16."""
import functools

import numpy as np

from kcool_common.numpy_names import NAMES

from ..register import attribute

__all__ = ["PATCHES"]


def _of_ragged_rows(plain):
    @functools.wraps(plain)
    def array(*args, **kwargs):
        try:
            return plain(*args, **kwargs)
        except ValueError as error:
            if "inhomogeneous" not in str(error) or len(args) > 1 or kwargs.get("dtype") is not None:
                raise
            return plain(*args, **dict(kwargs, dtype=object))

    return array


def _over_ragged_rows(plain):
    @functools.wraps(plain)
    def reduced(a, *args, **kwargs):
        try:
            return plain(a, *args, **kwargs)
        except ValueError as error:
            if "inhomogeneous" not in str(error):
                raise
            return plain(np.array(a, dtype=object), *args, **kwargs)

    return reduced


_RAGGED = "rows of different lengths made an array of objects; keras.datasets and scripts rely on it"

PATCHES = tuple(
    attribute("numpy:" + name, "NumPy of 2018 had this name", lambda old, value=value: value, "numpy>=1.20",
              only_if_absent=True)
    for name, value in NAMES.items() if value is not None
) + tuple(
    attribute("numpy:" + name, _RAGGED, wrap, "numpy>=1.24")
    for wrap, names in ((_of_ragged_rows, ("array", "asarray")), (_over_ragged_rows, ("max", "amax", "min", "amin")))
    for name in names)
