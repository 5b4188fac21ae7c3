"""Writes graphs with functions of TensorFlow, by the tf.keras of this Python: files and recorded answers.

    python -m tests.convert.write_operations FOLDER [NAME ...]
"""
import sys

import tensorflow as tf

from .write import main, write_each
from .zoo import filled
from .zoo.operations import MODELS


def write(folder, names=None):
    """Writes models; returns a dict from the names of those that this version cannot make and save to the reason."""
    return write_each(folder, names or MODELS, tf.keras, "tf.keras of TensorFlow %s" % tf.__version__, _saved)


def _saved(name, path):
    filled(MODELS[name](tf), name).save(path)
    tf.keras.backend.clear_session()
    return tf.keras.models.load_model(path, compile=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], write))
