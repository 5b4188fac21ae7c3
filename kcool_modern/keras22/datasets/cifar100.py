"""CIFAR-100: small colour pictures in a hundred classes."""
from ..utils.data_utils import get_file  # noqa: F401 - 2.2.4 had it here too
from .cifar import (
    _finished,
    _folder,
    load_batch,  # noqa: F401 - 2.2.4 had it here too
)

__all__ = ["load_data"]


def load_data(label_mode="fine"):
    """Loads CIFAR-100.

    Args:
        label_mode: ``'fine'`` (100 classes) or ``'coarse'`` (20).

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: 50,000 and 10,000 images, uint8; labels of shape (n, 1).
    """
    if label_mode not in ("fine", "coarse"):
        raise ValueError('`label_mode` must be one of `"fine"`, `"coarse"`.')
    folder = _folder("cifar-100-python", "cifar-100-python.tar.gz")
    return tuple(_finished(folder, [part], label_mode + "_labels") for part in ("train", "test"))
