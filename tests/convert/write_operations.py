"""Writes graphs with functions of TensorFlow, by the tf.keras of this Python: files and recorded answers.

    python -m tests.convert.write_operations FOLDER [NAME ...]
"""
from __future__ import print_function

import os
import sys

import numpy as np
import tensorflow as tf

from .write import recorder
from .zoo import filled
from .zoo.operations import MODELS


def write(folder, names=None):
    """Writes models; returns a dict from the names of those that this version cannot make and save to the reason."""
    recording, refused = recorder(), {}
    if not os.path.isdir(folder):
        os.makedirs(folder)
    for name in sorted(names or MODELS):
        tf.keras.backend.clear_session()
        path = os.path.join(folder, name + ".h5")
        try:
            filled(MODELS[name](tf), name).save(path)
            tf.keras.backend.clear_session()
            model = tf.keras.models.load_model(path, compile=False)
            found = recording.record(model, "tf.keras of TensorFlow %s" % tf.__version__,
                                     np.random.RandomState(20181122), tf.keras)
        except Exception as error:
            refused[name] = "%s: %s" % (type(error).__name__, str(error)[:200])
            if os.path.exists(path):
                os.remove(path)
            continue
        np.savez_compressed(os.path.join(folder, name + ".npz"), **found)
    return refused


if __name__ == "__main__":
    for model, reason in sorted(write(sys.argv[1], sys.argv[2:]).items()):
        print("refused: %s: %s" % (model, reason))
