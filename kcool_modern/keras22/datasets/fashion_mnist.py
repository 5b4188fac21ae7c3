"""Fashion-MNIST: pictures of clothes, 28 by 28."""
import gzip
import os

import numpy as np

from ..utils.data_utils import get_file
from ._files import ORIGIN

__all__ = ["load_data"]


def load_data():
    """Loads Fashion-MNIST.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: 60,000 and 10,000 images, uint8.
    """
    return _part("train"), _part("t10k")


def _part(name):
    labels = _bytes(name + "-labels-idx1-ubyte.gz", 8)
    return _bytes(name + "-images-idx3-ubyte.gz", 16).reshape(len(labels), 28, 28), labels


def _bytes(name, header):
    path = get_file(name, origin=ORIGIN + name, cache_subdir=os.path.join("datasets", "fashion-mnist"))
    with gzip.open(path, "rb") as content:
        return np.frombuffer(content.read(), np.uint8, offset=header)
