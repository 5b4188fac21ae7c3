"""``keras.utils.io_utils``: arrays and models in HDF5 files."""
import builtins
import os
import pickle
from collections import defaultdict

import numpy as np

try:
    import h5py
except ImportError:
    h5py = None

__all__ = ["H5Dict", "HDF5Matrix", "HDF5_OBJECT_HEADER_LIMIT", "ask_to_proceed_with_overwrite", "h5dict",
           "read_strings", "write_strings"]

#: An attribute that is stored in an object's header has to stay below 64 KiB, with room for the rest of the header.
HDF5_OBJECT_HEADER_LIMIT = 64512


class HDF5Matrix(object):
    """A dataset of an HDF5 file in the place of an array; rows are read when they are needed.

    Args:
        datapath: str, path of the file.
        dataset: str, the dataset's name.
        start, end: the rows to use; `end` is exclusive, None for all.
        normalizer: function that every slice is passed through.
    """

    #: From path to open file; files are opened once and stay open.
    refs = defaultdict(int)  # type: defaultdict

    def __init__(self, datapath, dataset, start=0, end=None, normalizer=None):
        if h5py is None:
            raise ImportError("The use of HDF5Matrix requires HDF5 and h5py installed.")
        if not self.refs.get(datapath):
            self.refs[datapath] = h5py.File(datapath, "r")
        self.data = self.refs[datapath][dataset]
        self.start = start
        self.end = self.data.shape[0] if end is None else end
        self.normalizer = normalizer
        first = self._normalized(self.data[0:1])
        self._base_shape, self._base_dtype = first.shape[1:], first.dtype

    def _normalized(self, rows):
        return rows if self.normalizer is None else self.normalizer(rows)

    def __len__(self):
        return self.end - self.start

    def __getitem__(self, key):
        """Rows by slice (without step), int, array or list of int; none may lie beyond the end."""
        if isinstance(key, slice):
            first = 0 if key.start is None else key.start
            last = self.shape[0] if key.stop is None else key.stop
            self._require(last - 1)
            rows = slice(first + self.start, last + self.start)
        elif isinstance(key, (int, np.integer)):
            self._require(key)
            rows = key + self.start
        elif isinstance(key, np.ndarray):
            self._require(np.max(key))
            rows = (key + self.start).tolist()
        else:
            self._require(max(key))
            rows = [one + self.start for one in key]
        return self._normalized(self.data[rows])

    def _require(self, last):
        if last + self.start >= self.end:
            raise IndexError("Row %d of a dataset of which %d rows are used." % (last, len(self)))

    @property
    def shape(self):
        """The shape of the rows in use, as tuple."""
        return (self.end - self.start,) + self._base_shape

    @property
    def dtype(self):
        """The dtype of what is read."""
        return self._base_dtype

    @property
    def ndim(self):
        """The number of axes."""
        return self.data.ndim

    @property
    def size(self):
        """The number of elements."""
        return np.prod(self.shape)


def ask_to_proceed_with_overwrite(filepath):
    """Asks the user whether a file may be overwritten; gives the answer."""
    answer = _ask("[WARNING] %s already exists - overwrite? [y/n]" % filepath)
    while answer not in ("y", "n"):
        answer = _ask('Enter "y" (overwrite) or "n" (cancel).')
    if answer == "n":
        return False
    print("[TIP] Next time specify overwrite=True!")
    return True


def _ask(question):
    try:
        # Where Keras 2.2 asked: code that replaces the prompt replaces this name.
        from six.moves import input as ask
    except ImportError:
        ask = builtins.input
    return ask(question).strip().lower()


class H5Dict(object):
    """One face for HDF5 groups and dicts, for what a saved model is made of.

    Arrays become datasets; text, bytes and lists of them become attributes; reading a name that is not there makes a
    group. Text that was written as bytes is read as bytes, as with h5py 2.

    Args:
        path: str or path-like, an HDF5 group, or a dict.
        mode: as h5py's; ``"w"`` empties a dict, and leaves a group as it is.
    """

    def __init__(self, path, mode="a"):
        self._is_file = isinstance(path, (str, os.PathLike))
        if self._is_file:
            if h5py is None:
                raise ImportError("Files of models require HDF5 and h5py installed.")
            self.data = h5py.File(os.fspath(path), mode=mode)
        elif isinstance(path, dict):
            self.data = path
            if mode == "w":
                self.data.clear()
            # What tells a group from a dict that is a value.
            self.data["_is_group"] = True
        elif h5py is not None and isinstance(path, h5py.Group):
            self.data = path
        else:
            raise TypeError("Required Group, str or dict. Received: %s." % type(path))
        self.read_only = mode == "r"

    def __setitem__(self, attr, val):
        if self.read_only:
            raise ValueError("Cannot set item in read only mode.")
        if isinstance(self.data, dict):
            self._set_in_dict(_text(attr), val)
            return
        if attr in self.data:
            raise KeyError('Cannot set attribute. Group with name "%s" exists.' % _text(attr))
        if isinstance(val, (np.ndarray, np.generic)):
            self.data.create_dataset(attr, data=val)
        elif isinstance(val, list):
            write_strings(self.data, attr, val)
        else:
            self.data.attrs[attr] = val

    def _set_in_dict(self, attr, val):
        if isinstance(val, (np.ndarray, np.generic)):
            self.data[attr] = pickle.dumps(val)
            self.data["_%s_pickled" % attr] = True
        else:
            self.data[attr] = val

    def __getitem__(self, attr):
        if isinstance(self.data, dict):
            return self._from_dict(_text(attr))
        if attr in self.data.attrs:
            return _attribute(self.data, attr)
        if attr in self.data:
            found = self.data[attr]
            return np.asarray(found) if isinstance(found, h5py.Dataset) else self._group(found)
        if "%s0" % _text(attr) in self.data.attrs:
            return read_strings(self.data, attr)
        self._require_writable()
        return self._group(self.data.create_group(attr))

    def _from_dict(self, attr):
        if attr not in self.data:
            self._require_writable()
            self.data[attr] = {"_is_group": True}
        found = self.data[attr]
        if isinstance(found, dict) and found.get("_is_group"):
            return self._group(found)
        return pickle.loads(found) if "_%s_pickled" % attr in self.data else found

    def _group(self, data):
        group = H5Dict(data)
        group.read_only = self.read_only
        return group

    def _require_writable(self):
        if self.read_only:
            raise ValueError("Cannot create group in read only mode.")

    def __len__(self):
        return len(self.data)

    def __iter__(self):
        return iter(self.data)

    def iter(self):
        """An iterator over the names."""
        return iter(self.data)

    def __getattr__(self, attr):
        if attr == "data":
            raise AttributeError(attr)
        function = getattr(self.data, attr)

        def wrapper(*args, **kwargs):
            out = function(*args, **kwargs)
            return H5Dict(out) if isinstance(self.data, type(out)) else out

        return wrapper

    def close(self):
        """Writes a file out, and closes it if it was opened here."""
        if not isinstance(self.data, dict):
            self.data.file.flush()
            if self._is_file:
                self.data.close()

    def update(self, *args):
        """Takes the entries of a dict over; for dicts only."""
        if not isinstance(self.data, dict):
            raise NotImplementedError
        self.data.update(*args)

    def __contains__(self, key):
        if isinstance(self.data, dict):
            return _text(key) in self.data
        return key in self.data or key in self.data.attrs

    def get(self, key, default=None):
        """The entry of a name, or `default`."""
        return self[key] if key in self else default  # noqa: SIM401 - this is what `get` is


h5dict = H5Dict


def _text(value):
    return value.decode("utf8") if isinstance(value, bytes) else str(value)


def _attribute(group, name):
    value = group.attrs[name]
    if isinstance(value, np.bytes_):
        return bytes(value)
    if isinstance(value, np.ndarray) and value.dtype.kind == "S":
        return value.tolist()
    if isinstance(value, np.ndarray) and value.dtype.kind == "O":
        return [_as_written(one, _is_ascii(group, name)) for one in value.tolist()]
    return _as_written(value, isinstance(value, str) and _is_ascii(group, name))


def _as_written(value, as_bytes):
    return value.encode("utf8") if as_bytes and isinstance(value, str) else value


def _is_ascii(group, name):
    """Whether an attribute was written as bytes: h5py marks those as ASCII, and text as UTF-8."""
    kind = group.attrs.get_id(name).get_type()
    return isinstance(kind, h5py.h5t.TypeStringID) and kind.get_cset() == h5py.h5t.CSET_ASCII


def write_strings(group, name, strings):
    """Writes a list of strings as an attribute, or as several with numbered names if it is too large for one.

    Args:
        group: HDF5 group.
        name: str.
        strings: list of bytes or str.
    """
    strings = [one.encode("utf8") if isinstance(one, str) else one for one in strings]
    too_long = [one for one in strings if hasattr(one, "__len__") and len(one) > HDF5_OBJECT_HEADER_LIMIT]
    if too_long:
        raise RuntimeError("The following attributes cannot be saved to HDF5 file because they are larger than %d "
                           "bytes: %s" % (HDF5_OBJECT_HEADER_LIMIT, ", ".join(map(_text, too_long))))
    array, chunks = np.asarray(strings), 1
    parts = [array]
    while any(part.nbytes > HDF5_OBJECT_HEADER_LIMIT for part in parts):
        chunks += 1
        parts = np.array_split(array, chunks)
    for number, part in enumerate(parts):
        group.attrs[name if chunks == 1 else "%s%d" % (_text(name), number)] = part


def read_strings(group, name):
    """A list of str that `write_strings` wrote; an empty one if there is no such attribute."""
    if name in group.attrs:
        return list(map(_text, group.attrs[name]))
    strings, number = [], 0
    while "%s%d" % (_text(name), number) in group.attrs:
        strings += map(_text, group.attrs["%s%d" % (_text(name), number)])
        number += 1
    return strings
