"""Old answers that `recorder` wrote: reading them, and how far new ones are from them."""
import json
import os
import zipfile

import numpy as np

from kcool.errors import NotFound, UnreadableModel

__all__ = ["difference", "reference"]


def reference(path):
    """Reads what the recorder wrote.

    Args:
        path: of an ``.npz`` file.

    Returns:
        Dict of arrays, with ``meta`` as a dict.

    Raises:
        NotFound, UnreadableModel: there is none, or it is something else.
    """
    if not os.path.isfile(path):
        raise NotFound("There is no file %s with old answers." % path, do="kcool record MODEL.h5 -o %s" % path)
    try:
        with np.load(path, allow_pickle=False) as file:
            found = {key: file[key] for key in file.files}
        found["meta"] = json.loads(str(found["meta"]))
        if found["meta"]["format"] != 1:
            raise KeyError("format %s" % found["meta"]["format"])
    except (KeyError, ValueError, OSError, TypeError, zipfile.BadZipFile, EOFError) as error:
        raise UnreadableModel("%s is no recording of old answers." % path, found=str(error),
                              do="kcool record MODEL.h5 -o %s, on the old stack" % path)
    return found


def difference(old, new):
    """How far new answers are from old ones.

    Args:
        old, new: arrays.

    Returns:
        The largest difference as a part of the largest old value; infinite if the shapes differ, or if one has a NaN
        or an infinity where the other has not.
    """
    old, new = np.asarray(old, "float64"), np.asarray(new, "float64")
    if old.shape != new.shape:
        return float("inf")
    strange = ~np.isfinite(old)
    if not _same(old[strange], new[strange]) or not np.isfinite(new[~strange]).all():
        return float("inf")
    if not old[~strange].size:
        return 0.0
    scale = np.abs(old[~strange]).max()
    return float(np.abs(old[~strange] - new[~strange]).max() / scale) if scale else float(np.abs(new[~strange]).max())


def _same(old, new):
    # NumPy before 1.19 cannot be told that NaNs are equal.
    return bool(np.all((old == new) | (np.isnan(old) & np.isnan(new))))
