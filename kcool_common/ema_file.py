"""The file of a moving average: what is in it, and where in it the average of each weight is.

It is an .npz with weights in the order of the layers: in Keras 2 that of ``model.weights`` depends on ``trainable``.
"""
import os
import re
import zipfile
import zlib
from collections import Counter, namedtuple

import numpy as np

from kcool.errors import WrongShape, WrongValue

from .ema_layers import named_weights

__all__ = ["layout_of", "read_file", "write_file"]

_FORMAT = 2

#: The weights in the order of the layers. ``order``: the index of each among the model's weights (in a file None);
#: ``names``: their full names; ``layers``: names of layers that their maker chose; ``kinds``: last part of the name,
#: type, shape.
Layout = namedtuple("Layout", "order names layers kinds")


def layout_of(model, weights, names, arrays):
    """The Layout of a model.

    Args:
        model: a built model.
        weights, names, arrays: its weights in any one order, their full names and their values.
    """
    order, layers = named_weights(model, weights)
    kinds = [(_leaf(names[i]), arrays[i].dtype.name, tuple(arrays[i].shape)) for i in order]
    return Layout(order, [names[i] for i in order], layers, kinds)


def write_file(path, layout, momentum, averages, old=None):
    """Writes averages, and weights that were set aside if there are any; an old file is replaced by a complete one."""
    content = {"kcool_ema": np.array(_FORMAT), "momentum": np.array(momentum, "float64"),
               "names": np.array(layout.names), "layers": np.array(layout.layers),
               "shapes": np.array([str(shape) for _, _, shape in layout.kinds]),
               "dtypes": np.array([dtype for _, dtype, _ in layout.kinds])}
    content.update(("ema_%d" % place, averages[i]) for place, i in enumerate(layout.order))
    if old is not None:
        content.update(("old_%d" % place, _storable(old[i])) for place, i in enumerate(layout.order))
    _replace(path, content)


def read_file(path, layout, momentum, by_name, stack):
    """Reads and checks a file.

    Args:
        path: its name.
        layout: the Layout of the model.
        momentum: that it has to have.
        by_name: whether names decide which average is whose (true), or places (false), or both agree (None).
        stack: for messages.

    Returns:
        A pair of lists in the order of the model's weights: the averages, and the weights set aside or None.
    """
    content = _content(path, stack)
    try:
        settings, names = (int(content["kcool_ema"]), float(content["momentum"])), list(map(str, content["names"]))
        dtypes, averages = list(content["dtypes"]), [content["ema_%d" % i] for i in range(len(names))]
        old = [content["old_%d" % i] for i in range(len(names))] if "old_0" in content else None
    except KeyError as missing:
        raise WrongValue("%s is not a file of ExponentialMovingAverage.save." % path,
                         found="no entry %s" % missing, do="give the file that save() wrote")
    _require_settings(settings, momentum, path, stack)
    layers = list(map(str, content.get("layers", [""] * len(names))))  # files of kcool 0.1 have none
    shapes = [array.shape for array in averages]
    if len(layers) != len(names) or old is not None and [array.shape for array in old] != shapes:
        raise WrongValue("%s is damaged." % path, found="entries that do not belong together",
                         do="give the file that save() wrote")
    kinds = [(_leaf(name), str(dtype), shape) for name, dtype, shape in zip(names, dtypes, shapes)]
    places = _places(Layout(None, names, layers, kinds), layout, by_name, path)
    sorted_places = [place for _, place in sorted(zip(layout.order, places))]
    return [averages[i] for i in sorted_places], None if old is None else [old[i] for i in sorted_places]


def _require_settings(settings, momentum, path, stack):
    form, saved = settings
    if form != _FORMAT:
        raise WrongValue(
            "load(%r): the file does not say that its weights are in the order of the layers." % path,
            found="format %d" % form, supported="format %d" % _FORMAT,
            do="with the kcool that wrote it: load() it, apply_ema_weights() and save the model (the older order "
               "depended on which layers were frozen)")
    if saved != momentum:
        raise WrongValue(
            "load(%r): the averages were made with momentum %r, not %r." % (path, saved, momentum),
            found=str(stack), do="ExponentialMovingAverage(model, momentum=%r)" % saved)


# --- which average is whose ---


def _places(saved, own, by_name, path):
    """Where in the file each weight of the model is. If places and names both fit and do not agree, neither is sure."""
    if len(saved.names) != len(own.names):
        raise _another_model(path, "%d weights in the file, %d in the model" % (len(saved.names), len(own.names)))
    ways = [list(range(len(own.names))), _by_name(saved, own)]
    if by_name is not None:
        ways = ways[1:] if by_name else ways[:1]
    ways = [way for way in ways if [saved.kinds[place] for place in way] == own.kinds]
    if not ways and sorted(map(repr, saved.kinds)) != sorted(map(repr, own.kinds)):
        raise _another_model(path, _difference(saved, own))
    if not ways or ways[0] != ways[-1]:
        raise _another_order(path, saved, own, bool(ways))
    return ways[0]


def _by_name(saved, own):
    """By full names if these are the same; else by the names of layers that somebody chose, as far as both have them.
    What has no such name stays in its order."""
    if sorted(saved.names) == sorted(own.names) and len(set(own.names)) == len(own.names):
        return [saved.names.index(name) for name in own.names]
    there, here = Counter(saved.layers), Counter(own.layers)
    common, places = {name for name in here if here[name] == there[name]}, {}
    for place, name in enumerate(saved.layers):
        places.setdefault(name if name in common else "", []).append(place)
    return [places[name if name in common else ""].pop(0) for name in own.layers]


def _another_model(path, problem):
    return WrongShape("load(%r): the averages belong to another model. Nothing was changed." % path,
                      found=problem, do="load them into the model they were saved for")


def _another_order(path, saved, own, is_choice):
    if is_choice:
        found = "in the file %s; in the model %s" % (_order(saved), _order(own))
        do = ("load(path, by_name=True) to go by the names, load(path, by_name=False) to go by the order, "
              "whatever the layers are called")
    else:
        found, do = _difference(saved, own), "make the layers in the order, and with the names, they had in the " \
                                             "model that was saved"
    return WrongShape("load(%r): the weights are in another order than those of the model. Nothing was changed." % path,
                      found=found, do=do)


def _order(layout, most=8):
    names = []
    for name, layer in zip(layout.names, layout.layers):
        name = layer or name.rpartition("/")[0] or name
        if name not in names:
            names.append(name)
    return ", ".join(names[:most] + ["..."] * (len(names) > most))


def _difference(saved, own):
    return next("%s is %s in the model and %s (%s) in the file" % (name, wanted, found, there)
                for there, found, name, wanted in zip(saved.names, saved.kinds, own.names, own.kinds)
                if found != wanted)


def _leaf(name):
    """``dense_1/kernel:0`` and ``sequential/dense_4/kernel`` are both a ``kernel``; numbers are given as names come."""
    return re.sub(r"(_\d+)?(:\d+)?$", "", name.split("/")[-1])


# --- on the disk ---


def _storable(array):
    # NumPy files know no bfloat16; float32 holds its values exactly.
    return array.astype("float32") if array.dtype.itemsize == 2 and array.dtype.kind not in "iu" else array


def _replace(path, content):
    temporary = "%s.%d.part" % (path, os.getpid())
    try:
        with open(temporary, "wb") as stream:
            np.savez(stream, **content)
        os.replace(temporary, path)
    except BaseException as error:
        if os.path.exists(temporary):
            os.remove(temporary)
        if getattr(error, "filename", None) == temporary:
            error.filename, error.filename2 = path, None
        raise


def _content(path, stack):
    with open(path, "rb") as stream:
        try:
            with np.load(stream, allow_pickle=False) as content:
                return {name: content[name] for name in content.files}
        except (ValueError, EOFError, AttributeError, zipfile.BadZipFile, zlib.error) as reason:
            raise WrongValue("%s is not a file of ExponentialMovingAverage.save." % path,
                             found="%s (%s)" % (reason, stack), do="give the file that save() wrote")
