"""MNIST: handwritten digits, 28 by 28."""
import numpy as np

from ..utils.data_utils import get_file  # noqa: F401 - 2.2.4 had it here too
from ._files import fetch

__all__ = ["load_data"]


def load_data(path="mnist.npz"):
    """Loads MNIST.

    Args:
        path: name in the cache.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: 60,000 and 10,000 images, uint8.
    """
    with np.load(fetch(path, "mnist.npz", "8a61469f7ea1b51cbae51d4f78837e45")) as arrays:
        return (arrays["x_train"], arrays["y_train"]), (arrays["x_test"], arrays["y_test"])
