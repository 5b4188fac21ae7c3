"""``keras.utils.np_utils``: arrays of classes and vectors."""
import numpy as np

__all__ = ["normalize", "to_categorical"]


def to_categorical(y, num_classes=None, dtype="float32"):
    """One-hot rows for integer classes.

    Args:
        y: integers of any shape, (..., ) or (..., 1).
        num_classes: int; one more than the largest class by default.
        dtype: of the result.

    Returns:
        Array (..., num_classes).
    """
    y = np.array(y, dtype="int")
    shape = y.shape[:-1] if y.ndim > 1 and y.shape[-1] == 1 else y.shape
    y = y.ravel()
    num_classes = num_classes or np.max(y) + 1
    rows = np.zeros((len(y), num_classes), dtype=dtype)
    rows[np.arange(len(y)), y] = 1
    return rows.reshape(shape + (num_classes,))


def normalize(x, axis=-1, order=2):
    """Divides vectors by their norm; those of norm zero stay as they are.

    Args:
        x: array.
        axis: that of the vectors.
        order: of the norm.
    """
    norm = np.atleast_1d(np.linalg.norm(x, order, axis))
    norm[norm == 0] = 1
    return x / np.expand_dims(norm, axis)
