"""The file format of CIFAR-10 and CIFAR-100."""
import os
import pickle

import numpy as np

from .. import backend as K
from ..utils.data_utils import get_file

__all__ = ["load_batch"]

_ORIGIN = "https://www.cs.toronto.edu/~kriz/"


def load_batch(fpath, label_key="labels"):
    """Reads one file.

    Args:
        fpath: path.
        label_key: name of the labels in it.

    Returns:
        (data, labels): an array of shape (n, 3, 32, 32) and a list.
    """
    with open(fpath, "rb") as content:
        batch = {key.decode("utf8"): value for key, value in pickle.load(content, encoding="bytes").items()}
    data = batch["data"]
    return data.reshape(data.shape[0], 3, 32, 32), batch[label_key]


def _folder(name, archive):
    return get_file(name, origin=_ORIGIN + archive, untar=True)


def _finished(folder, names, label_key="labels"):
    """Images and labels of the files of one part, in the data format of Keras's configuration."""
    batches = [load_batch(os.path.join(folder, name), label_key) for name in names]
    images = np.concatenate([data for data, _ in batches])
    labels = np.concatenate([np.reshape(labels, (len(labels), 1)) for _, labels in batches])
    if K.image_data_format() == "channels_last":
        images = images.transpose(0, 2, 3, 1)
    return images, labels
