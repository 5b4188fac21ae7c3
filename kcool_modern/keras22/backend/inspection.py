"""What a tensor is: kind, shape, dtype."""
import keras
import numpy as np

from .._symbolic.context import computation
from .._symbolic.record import op
from .._symbolic.spec import is_backend_tensor, is_symbol, is_variable, static_shape
from .engines import native

__all__ = ["count_params", "dtype", "get_variable_shape", "int_shape", "is_keras_tensor", "is_placeholder",
           "is_sparse", "is_tensor", "ndim", "shape", "to_dense"]


def is_tensor(x):
    """Whether `x` is a tensor: of the graph, a variable, or of the engine."""
    return is_symbol(x) or is_variable(x) or is_backend_tensor(x)


def is_keras_tensor(x):
    """Whether a layer gave a tensor, ``Input`` included.

    Raises:
        ValueError: `x` is no tensor at all.
    """
    if not is_tensor(x):
        raise ValueError("Unexpectedly found an instance of type `%s`. Expected a symbolic tensor instance." % type(x))
    history = getattr(x, "_keras_history", None)
    return history is not None and isinstance(history.operation, keras.layers.Layer)


def is_placeholder(x):
    """Whether a symbolic tensor has to be fed."""
    if not is_symbol(x):
        return False
    history = getattr(x, "_keras_history", None)
    # A placeholder that was used has a history without an operation.
    return history is None or history.operation is None or getattr(history.operation, "is_placeholder", False)


def is_sparse(tensor):
    """Whether a tensor is sparse."""
    return bool(tensor.sparse) if is_symbol(tensor) else is_backend_tensor(tensor) and native().is_sparse(tensor)


@op
def _dense(tensor):
    return native().to_dense(tensor)


def to_dense(tensor):
    """The dense tensor with the values of a sparse one; dense ones as they are."""
    return _dense(tensor) if is_sparse(tensor) else tensor


@op
def shape(x):
    """The shape as an int32 tensor of ``(ndim,)``."""
    return native().shape(x)


def int_shape(x):
    """The static shape: a tuple of int and None; None if the number of axes is not known."""
    if hasattr(x, "_keras_shape"):
        return None if x._keras_shape is None else tuple(x._keras_shape)
    # Where values know all of their sizes, the graph is asked: code goes the same way in it and in a computation.
    declared = None if computation() is None or is_symbol(x) else computation().declared(x)
    return declared or static_shape(x)


get_variable_shape = int_shape


def ndim(x):
    """The number of axes; None if it is not known."""
    sizes = static_shape(x)
    return None if sizes is None else len(sizes)


def dtype(x):
    """The dtype, a str."""
    return str(keras.backend.standardize_dtype(x.dtype))


def count_params(x):
    """The number of scalars in a tensor of known shape."""
    return int(np.prod(int_shape(x)))
