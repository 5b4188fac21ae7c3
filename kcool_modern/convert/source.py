"""Reading a saved model of Keras 2 as plain data, with bounds on everything that a file can claim.

Nothing of the file is executed, no object of Keras is made, and arrays are read one at a time, when they are asked for.
"""
import json
import math
import os
from collections import namedtuple

import h5py
import numpy as np

from kcool.errors import NotFound, UnreadableModel, WrongValue

__all__ = ["LIMITS", "Limits", "Saved", "Stored", "opened"]

#: ``config_bytes``: JSON of the architecture. ``depth``: nesting of that JSON. ``layers``: in all models together.
#: ``ratio``: bytes of arrays per byte of the file (Keras compresses nothing; deflate reaches 1032). ``rank``: of arrays
#: ``names``: in one list. ``tensor``: numbers of one sample between two layers.
Limits = namedtuple("Limits", "config_bytes depth layers ratio rank names tensor")
LIMITS = Limits(config_bytes=64 << 20, depth=200, layers=50_000, ratio=8, rank=8, names=100_000, tensor=1 << 28)

#: Arrays of one layer. ``name``: the layer's. ``names``: of its arrays, in order. ``shapes``. ``dtypes``. ``read``:
#: makes the list of arrays.
Stored = namedtuple("Stored", "name names shapes dtypes read")

#: ``config``: dict, the architecture. ``layers``: list of `Stored`. ``training``: dict or None. ``optimizer``: `Stored`
#: or None. ``version``: str, of the Keras that wrote it ("1" if it does not say). ``backend``: str or None.
#: ``elements``: numbers in all arrays.
Saved = namedtuple("Saved", "path config layers training optimizer version backend elements")

_KINDS = "fiub"
_SUPPORTED = ("whole-model .h5 files of Keras 2.0-2.3, tf.keras 1.13-2.15 and tf-keras; their weights .h5 with an "
              "architecture beside them")


class opened:  # noqa: N801 - reads as a verb: `with opened(path) as saved`
    """A context in which a file's arrays can be read.

    Args:
        path: of an HDF5 file; it is opened for reading only.
        limits: `Limits`.
        architecture: JSON text, for a file of weights alone.

    Raises:
        NotFound: there is no such file.
        UnreadableModel: it is not a whole model saved by Keras 2, or goes beyond the limits.
    """

    def __init__(self, path, limits=LIMITS, architecture=None):
        self._path, self._limits, self._file = os.fspath(path), limits, None
        self._architecture = architecture

    def __enter__(self):
        path = self._path
        if not os.path.isfile(path):
            raise NotFound("There is no file %s to convert." % path, do="kcool convert MODEL.h5 -o MODEL.keras")
        try:
            self._file = h5py.File(path, "r")
            return _Reader(path, self._file, self._limits, self._architecture).saved()
        except (UnreadableModel, WrongValue):
            self.__exit__()
            raise
        except MemoryError:
            self.__exit__()
            raise _bad(path, "it needs more memory than there is")
        except Exception as error:  # whatever h5py makes of damaged bytes
            self.__exit__()
            raise _bad(path, "%s: %s" % (type(error).__name__, _short(error)))

    def __exit__(self, *_):
        if self._file is not None:
            self._file.close()
            self._file = None


def _short(error):
    return " ".join(str(error).split())[:200]


def _bad(path, found, do=None):
    return UnreadableModel(
        "%s cannot be read as a saved Keras model." % path, found=found, supported=_SUPPORTED,
        do=do or "save it again on the stack that wrote it: model.save(%r)" % os.path.basename(path))


class _Reader:
    def __init__(self, path, file, limits, architecture):
        self.path, self.file, self.limits, self.architecture = path, file, limits, architecture
        self.size, self.bytes, self.elements = os.path.getsize(path), 0, 0

    def saved(self):
        config, group = self._alone() if self._is_weights_alone() else self._whole()
        layers = [self._stored(group, name, name) for name in self._strings(group, "layer_names")]
        training = self._json("training_config") if "training_config" in self.file.attrs else None
        optimizer = None
        if isinstance(self.file.get("optimizer_weights"), h5py.Group):
            optimizer = self._stored(self.file, "optimizer_weights", "the optimizer")
        version = self._first("keras_version", group, self.file) or "1"
        backend = self._first("backend", group, self.file)
        return Saved(self.path, config, layers, training, optimizer, version, backend, self.elements)

    def _is_weights_alone(self):
        return "model_config" not in self.file.attrs and (
            "layer_names" in self.file.attrs or "layer_names0" in self.file.attrs)

    def _alone(self):
        if self.architecture is None:
            raise _bad(self.path, "the weights of %d layers without an architecture (save_weights)" % len(
                self._strings(self.file, "layer_names")), do="--architecture FILE with what model.to_json() gave, or "
                "--architecture MODULE:FUNCTION of the code that builds the model")
        return self._parsed("the architecture", self.architecture), self.file

    def _whole(self):
        if "model_config" not in self.file.attrs:
            raise _bad(self.path, self._instead())
        if self.architecture is not None:
            raise WrongValue("An architecture was given for %s." % self.path, found="a file that holds its own",
                             do="leave --architecture out")
        if not isinstance(self.file.get("model_weights"), h5py.Group):
            raise _bad(self.path, "an architecture without a group `model_weights`")
        return self._json("model_config"), self.file["model_weights"]

    def _instead(self):
        return "an HDF5 file without the attribute `model_config` (it has %s)" % (
            ", ".join(sorted(map(str, list(self.file.attrs)[:8] + list(self.file)[:8]))) or "nothing")

    # --- attributes ---------------------------------------------------------------------------------------------------

    def _json(self, name):
        return self._parsed(name, self._text(self._attribute(self.file, name)))

    def _attribute(self, group, name):
        # h5py makes room for all that an attribute claims to hold before it reads any of it.
        claimed = group.attrs.get_id(name)
        size = math.prod(claimed.shape) * claimed.dtype.itemsize
        if size > self._most():
            raise _bad(self.path, "an attribute `%s` of %d bytes in a file of %d" % (name, size, self.size))
        return group.attrs[name]

    def _most(self):
        return (1 << 20) + self.limits.ratio * self.size

    def _first(self, name, *groups):
        for group in groups:
            if name in group.attrs:
                return self._text(self._attribute(group, name))
        return None

    def _parsed(self, name, raw):
        if len(raw) > self.limits.config_bytes:
            raise _bad(self.path, "%s of %d bytes; at most %d are read" % (name, len(raw), self.limits.config_bytes))
        try:
            value = json.loads(raw)
        except RecursionError:
            raise _bad(self.path, "%s that is nested too deep" % name)
        except ValueError as error:
            raise _bad(self.path, "%s that is not JSON: %s" % (name, error))
        if not isinstance(value, dict):
            raise _bad(self.path, "%s that is not a JSON object" % name)
        self._require_shallow(name, value)
        return value

    def _require_shallow(self, name, value):
        waiting = [(value, 1)]
        while waiting:
            item, depth = waiting.pop()
            if depth > self.limits.depth:
                raise _bad(self.path, "%s nested deeper than %d levels" % (name, self.limits.depth))
            children = item.values() if isinstance(item, dict) else item if isinstance(item, list) else ()
            waiting += [(child, depth + 1) for child in children if isinstance(child, (dict, list))]

    def _text(self, value):
        if isinstance(value, np.ndarray) and value.size == 1:
            value = value.reshape(-1)[0]
        if isinstance(value, bytes):
            return value.decode("utf8")
        if isinstance(value, str):
            return str(value)
        raise _bad(self.path, "an attribute that is not text: %r" % type(value).__name__)

    def _strings(self, group, name):
        """A list of str; Keras writes several attributes with numbers where one would be too large."""
        if name in group.attrs:
            pieces = [self._attribute(group, name)]
        else:
            pieces = []
            while "%s%d" % (name, len(pieces)) in group.attrs:
                pieces.append(self._attribute(group, "%s%d" % (name, len(pieces))))
        found = [self._text(item) for piece in pieces for item in np.asarray(piece).reshape(-1).tolist()]
        if len(found) > self.limits.names:
            raise _bad(self.path, "%d names in `%s`" % (len(found), name))
        return found

    # --- arrays -------------------------------------------------------------------------------------------------------

    def _stored(self, parent, key, what):
        group = parent.get(key)
        if not isinstance(group, h5py.Group):
            raise _bad(self.path, "no group for the weights of %s" % what)
        names = self._strings(group, "weight_names")
        sets = [self._dataset(group, name, what) for name in names]

        def read():
            return [self._array(dataset, what, name) for name, dataset in zip(names, sets)]

        return Stored(what, names, [tuple(d.shape) for d in sets], [d.dtype for d in sets], read)

    def _dataset(self, group, name, what):
        if isinstance(group.get(name, getlink=True), (h5py.ExternalLink, h5py.SoftLink)):
            raise _bad(self.path, "weight %s of %s is a link to another place" % (name, what))
        dataset = group.get(name)
        if not isinstance(dataset, h5py.Dataset):
            raise _bad(self.path, "no array for weight %s of %s" % (name, what))
        if dataset.dtype.kind not in _KINDS:
            raise _bad(self.path, "weight %s of %s has dtype %s" % (name, what, dataset.dtype))
        if dataset.shape is None or len(dataset.shape) > self.limits.rank:
            raise _bad(self.path, "weight %s of %s has shape %s" % (name, what, dataset.shape))
        if dataset.external or dataset.is_virtual:
            raise _bad(self.path, "weight %s of %s lies in another file" % (name, what))
        elements = math.prod(dataset.shape)
        self.elements += elements
        self.bytes += elements * dataset.dtype.itemsize
        if self.bytes > self._most():
            raise _bad(self.path, "arrays of more than %d bytes in a file of %d" % (self.bytes, self.size))
        return dataset

    def _array(self, dataset, what, name):
        try:
            return dataset[()]
        except Exception as error:
            raise _bad(self.path, "weight %s of %s cannot be read: %s" % (name, what, _short(error)))
