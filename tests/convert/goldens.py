"""The zoo as the real Keras 2.2.4 wrote it, in one archive: files, inputs and answers; and what tf.keras wrote.

    python -m tests.convert.goldens FOLDER                     packs what `tests.convert.write` wrote there
    python -m tests.convert.goldens FOLDER operations215.zip   what `tests.convert.write_operations` wrote
"""
from __future__ import print_function

import io
import json
import os
import sys
import zipfile

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
PATH, TRAININGS = os.path.join(HERE, "zoo224.zip"), os.path.join(HERE, "trainings224.zip")
#: Graphs with functions of TensorFlow, by the version of TensorFlow whose tf.keras saved them.
OPERATIONS = {"2.0": os.path.join(HERE, "operations20.zip"), "2.15": os.path.join(HERE, "operations215.zip")}

LARGE = 30000


def names(path=PATH):
    """The models in an archive."""
    with zipfile.ZipFile(path) as archive:
        return sorted(name[:-3] for name in archive.namelist() if name.endswith(".h5"))


def unpacked(name, folder, path=PATH):
    """Writes one model of an archive and its recording into a folder; returns their paths."""
    with zipfile.ZipFile(path) as archive:
        return [archive.extract(name + ending, str(folder)) for ending in (".h5", ".npz")]


def cut_training(name, folder):
    """Writes a model in the middle of its training into a folder; returns its path and the losses that followed."""
    with zipfile.ZipFile(TRAININGS) as archive:
        path = archive.extract(name + ".h5", str(folder))
        return path, np.load(io.BytesIO(archive.read(name + ".npy")))


def _slim(path):
    """The bytes of a recording without its inner values, which are only needed where something differs."""
    with np.load(path) as found:
        kept = {key: found[key].astype("float32") if found[key].dtype.kind == "f" else found[key]
                for key in found.files if not key.startswith("inner/")}
    meta = dict(json.loads(str(kept.pop("meta"))), inner=[])
    if sum(value.nbytes for value in kept.values()) > LARGE:
        # Of large answers, those to the set with one sample.
        kept = {key.replace("/1/", "/0/", 1): value for key, value in kept.items() if key.split("/")[1] == "1"}
        meta["sets"] = 1
    kept["meta"] = np.array(json.dumps(meta))
    buffer = io.BytesIO()
    np.savez(buffer, **kept)
    return buffer.getvalue()


def pack(folder, path=PATH):
    """Writes an archive; two packs of the same folder are equal to the last bit."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        for file in sorted(os.listdir(folder)):
            entry = os.path.join(folder, file)
            if file.endswith(".h5"):
                with open(entry, "rb") as model:
                    content = model.read()
            elif file.endswith(".npz"):
                content = _slim(entry)
            else:
                continue
            info = zipfile.ZipInfo(file)
            info.compress_type = zipfile.ZIP_LZMA
            archive.writestr(info, content)
    print("%d bytes" % os.path.getsize(path))


if __name__ == "__main__":
    pack(sys.argv[1], *[os.path.join(HERE, name) for name in sys.argv[2:]])
