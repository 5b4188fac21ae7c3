"""CIFAR-10: small colour pictures in ten classes."""
from ..utils.data_utils import get_file  # noqa: F401 - 2.2.4 had it here too
from .cifar import (
    _finished,
    _folder,
    load_batch,  # noqa: F401 - 2.2.4 had it here too
)

__all__ = ["load_data"]


def load_data():
    """Loads CIFAR-10.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: 50,000 and 10,000 images, uint8; labels of shape (n, 1).
    """
    folder = _folder("cifar-10-batches-py", "cifar-10-python.tar.gz")
    x_train, y_train = _finished(folder, ["data_batch_%d" % number for number in range(1, 6)])
    return (x_train, y_train.astype("uint8")), _finished(folder, ["test_batch"])
