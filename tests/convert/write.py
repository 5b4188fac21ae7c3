"""Writes the zoo on an old stack: an ``.h5`` file and the recorded answers of every model.

    python -m tests.convert.write FOLDER [NAME ...]

Needs the old Keras and NumPy. A model that the stack itself cannot make, save and load is left out, and listed.
"""
from __future__ import print_function

import importlib.util
import json
import os
import sys

import h5py
import numpy as np

from .zoo import EDITED, MODELS, filled
from .zoo.customs import of_keras_2

HERE = os.path.dirname(os.path.abspath(__file__))


def recorder():
    """The module that asks for answers."""
    # By path: kcool itself stays out of the old process.
    path = os.path.join(os.environ.get("KCOOL_CHECKOUT", os.path.join(HERE, "..", "..")), "kcool_common", "recorder.py")
    spec = importlib.util.spec_from_file_location("recorder", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _saved(keras, name, path):
    """Saves a model and loads it again."""
    filled(MODELS[name](keras), name).save(path)
    keras.backend.clear_session()
    return keras.models.load_model(path, compile=False, custom_objects=of_keras_2(keras))


def _edited(keras, name, path):
    """Saves a plain model, edits the file, and has Keras load what is in it now into the plain model."""
    make, edit = EDITED[name]
    filled(make(keras), name).save(path)
    with h5py.File(path, "r+") as file:
        edit(file)
    keras.backend.clear_session()
    model = make(keras)
    model.load_weights(path)
    return model


def _edited_names(keras):
    """tf.keras never wrote files of Theano, and takes no notice where one claims to be."""
    standalone = keras.__name__ == "keras"
    return {name for name in EDITED if standalone or not name.startswith("theano")}


def write(folder, names=None):
    """Writes models; returns a dict from the names of those that the stack refused to the reason."""
    keras, version = recorder()._keras()
    return write_each(folder, names or set(MODELS) | _edited_names(keras), keras, version,
                      lambda name, path: (_edited if name in EDITED else _saved)(keras, name, path))


def write_each(folder, names, keras, version, saved):
    """Writes models with their answers.

    Args:
        folder: where to; made if it is not there.
        names: of the models.
        keras: the namespace that they are made of.
        version: str, what recorded them.
        saved: function of a name and a path that saves a model there and returns what was loaded from it.

    Returns:
        What `write` does; the same is written into ``refused.json``.
    """
    recording, refused = recorder(), {}
    if not os.path.isdir(folder):
        os.makedirs(folder)
    for name in sorted(names):
        keras.backend.clear_session()
        path = os.path.join(folder, name + ".h5")
        try:
            found = recording.record(saved(name, path), version, np.random.RandomState(20181122), keras)
        except Exception as error:
            refused[name] = "%s: %s" % (type(error).__name__, str(error)[:200])
            if os.path.exists(path):
                os.remove(path)
            continue
        np.savez_compressed(os.path.join(folder, name + ".npz"), **found)
    with open(os.path.join(folder, "refused.json"), "w") as file:
        json.dump(refused, file, indent=1, sort_keys=True)
    return refused


def main(arguments, write=write):
    """Writes what is asked for; returns the exit status."""
    for name, reason in sorted(write(arguments[0], arguments[1:]).items()):
        print("refused by the old stack: %s (%s)" % (name, reason))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
