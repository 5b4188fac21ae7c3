"""The data: 1,797 handwritten digits that ship with the package; ``compat/data/README.md`` names source and licence."""
import os
from collections import namedtuple

import numpy as np

__all__ = ["Digits", "PATH", "read"]

PATH = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "data", "digits.npz")
CLASSES = 10

# The images stand in the order in which people wrote them, so the last ones are by hands that training has not seen.
_VALIDATION = 500

#: ``pixels``, ``one_hot``: float32 arrays of shape (n, 64) in [0, 1] and (n, 10). ``val_pixels``, ``val_labels``: the
#: same for validation, with the labels as integers of shape (n,).
Digits = namedtuple("Digits", "pixels one_hot val_pixels val_labels")


def read():
    """Reads the shipped file.

    Returns:
        The `Digits`: 1,297 to train on and the last 500 to validate.
    """
    with np.load(PATH) as shipped:
        pixels = shipped["images"].reshape(-1, 64).astype("float32") / 16
        labels = shipped["labels"].astype("int64")
    one_hot = np.eye(CLASSES, dtype="float32")[labels]
    return Digits(pixels[:-_VALIDATION], one_hot[:-_VALIDATION], pixels[-_VALIDATION:], labels[-_VALIDATION:])
