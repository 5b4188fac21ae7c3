"""What other libraries took away since 2018, for as long as the hook stands.

A script of that time says ``np.float`` and ``np.alltrue``, and opens HDF5 files for writing without saying so.
"""
import os
import sys

import numpy as np

from kcool_common.numpy_names import NAMES

from . import native

__all__ = ["install", "open_files_as_before", "uninstall"]

_added = []  # type: list
_opened = None


def install():
    """Gives NumPy the names back that it has lost; those that it has stay as they are."""
    for name, value in NAMES.items():
        if value is not None and name not in vars(np):
            setattr(np, name, value)
            _added.append(name)


def open_files_as_before():
    """Lets the user's own ``h5py.File(path)`` write and create, as it did before h5py 3."""
    global _opened
    h5py = sys.modules.get("h5py")
    if h5py is None or _opened is not None:
        return
    _opened = h5py.File.__init__

    def __init__(self, name, *args, **kwargs):
        if not args and "mode" not in kwargs and native.is_own_code(sys._getframe(1).f_globals):
            kwargs["mode"] = "a" if _is_writable(name) else "r"
        _opened(self, name, *args, **kwargs)

    h5py.File.__init__ = __init__
    if not hasattr(h5py.File, "fid"):
        h5py.File.fid = property(lambda self: self.id)


def _is_writable(name):
    return not (isinstance(name, (str, bytes)) and os.path.exists(name)) or os.access(name, os.W_OK)


def uninstall():
    """Leaves NumPy and h5py as they were."""
    global _opened
    while _added:
        delattr(np, _added.pop())
    if _opened is not None:
        file_class = sys.modules["h5py"].File
        file_class.__init__ = _opened
        if "fid" in vars(file_class) and isinstance(vars(file_class)["fid"], property):
            del file_class.fid
        _opened = None
