"""What kind of thing a value is: symbolic, a variable, or a tensor that an engine holds already."""
import sys

import keras
import numpy as np
from keras import KerasTensor

__all__ = ["flat", "is_backend_tensor", "is_sparse_matrix", "is_symbol", "is_variable", "map_structure", "static_shape"]


def is_symbol(value):
    """Whether `value` is a tensor of a graph."""
    return isinstance(value, KerasTensor)


# In Keras 3.0 the variables of plain layers are no `keras.Variable`, but have a class in common with it.
_VARIABLE = next(cls for cls in keras.Variable.__mro__ if cls.__module__.endswith("backend.common.variables"))


def is_variable(value):
    """Whether `value` is a variable of Keras 3."""
    return isinstance(value, _VARIABLE)


def is_backend_tensor(value):
    """Whether `value` is a tensor of TensorFlow, JAX or PyTorch, concrete or being traced."""
    return keras.ops.is_tensor(value) and not is_symbol(value) and not is_variable(value)


def is_sparse_matrix(value):
    """Whether `value` is a sparse matrix of SciPy, which need not be installed."""
    sparse = sys.modules.get("scipy.sparse")
    return sparse is not None and sparse.issparse(value)


def static_shape(value):
    """The shape as a tuple of int and None; None if not even the number of axes is known."""
    shape = getattr(value, "shape", None)
    if shape is None:
        return np.shape(value)
    if getattr(shape, "rank", 0) is None:
        return None
    return tuple(int(size) if isinstance(size, (int, np.integer)) else None for size in tuple(shape))


def map_structure(function, value):
    """Applies a function to every leaf of nested lists, tuples, dicts and slices; anything else is a leaf."""
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*[map_structure(function, item) for item in value])
    if isinstance(value, (list, tuple)):
        return type(value)([map_structure(function, item) for item in value])
    if isinstance(value, dict):
        return {key: map_structure(function, item) for key, item in value.items()}
    if isinstance(value, slice):
        return slice(*[map_structure(function, part) for part in (value.start, value.stop, value.step)])
    return function(value)


def flat(value):
    """The leaves of `map_structure`, in order."""
    found = []
    map_structure(found.append, value)
    return found
