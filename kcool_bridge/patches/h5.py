"""What h5py 3 does otherwise than h5py 2."""
import os

import h5py
import numpy as np

from ..register import attribute

__all__ = ["PATCHES"]


def _as_written(plain):
    def __getitem__(self, name):
        value = plain(self, name)
        if not _holds_text(value):
            return value
        kind = h5py.h5a.open(self._id, self._e(name)).get_type()
        if not (isinstance(kind, h5py.h5t.TypeStringID) and kind.get_cset() == h5py.h5t.CSET_ASCII):
            return value
        if isinstance(value, str):
            return _encoded(value)
        return np.array([_encoded(one) for one in value.flat]).reshape(value.shape)

    return __getitem__


def _fixed(plain):
    def create(self, name, data, shape=None, dtype=None):
        if dtype is None and isinstance(data, (list, tuple)) and data and all(type(one) is bytes for one in data):
            data = np.array(data)
        plain(self, name, data, shape=shape, dtype=dtype)

    return create


def _holds_text(value):
    return isinstance(value, str) or isinstance(value, np.ndarray) and value.dtype == object


def _encoded(text):
    return text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text


def _opening(plain):
    def __init__(self, name, mode=None, *args, **kwargs):
        plain(self, name, mode or _mode(name), *args, **kwargs)

    return __init__


def _mode(name):
    # As h5py 2 tried them: for writing, else for reading, else a new file.
    there = isinstance(name, (str, bytes, os.PathLike)) and os.path.exists(name)
    return "r" if there and not os.access(name, os.W_OK) else "a"


PATCHES = (
    attribute("h5py._hl.attrs:AttributeManager.__getitem__",
              "text that was written as bytes is bytes, as Keras reads it", _as_written, "h5py>=3"),
    attribute("h5py._hl.attrs:AttributeManager.create", "lists of bytes have a fixed length in files of Keras 2.2",
              _fixed, "h5py>=3"),
    attribute("h5py._hl.files:File.__init__", "a file that is opened without a mode can be written", _opening,
              "h5py>=3"),
    attribute("h5py._hl.files:File.fid", "it is called id", lambda old: property(lambda self: self.id), "h5py>=3",
              only_if_absent=True),
    attribute("h5py._hl.dataset:Dataset.value", "scripts of the time read data sets by it",
              lambda old: property(lambda self: self[()]), "h5py>=3", only_if_absent=True),
)
