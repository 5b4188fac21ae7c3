"""What NumPy has lost or changed since 1.16."""
from kcool_common.numpy_names import NAMES

from ..register import attribute

__all__ = ["PATCHES"]

PATCHES = tuple(
    attribute("numpy:" + name, "NumPy of 2018 had this name", lambda old, value=value: value, "numpy>=1.20",
              only_if_absent=True)
    for name, value in NAMES.items() if value is not None)
