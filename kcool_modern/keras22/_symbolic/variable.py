"""Variables that are tensors of the graph: an expression of a variable follows the variable's value for ever."""
import keras
import numpy as np

from .context import computation
from .dtypes import ReferenceDType
from .record import record
from .spec import is_symbol, static_shape
from .tensor import Shape, operators

__all__ = ["Variable", "reading", "variable"]


class Variable(keras.Variable):
    """A Keras 3 variable whose operators are recorded while a graph is described."""

    _uses_learning_phase = False
    _keras_mask = None
    old_name = None

    @property
    def dtype(self):
        """The dtype, a str with TensorFlow's attributes."""
        return ReferenceDType(super().dtype)

    @property
    def _keras_shape(self):
        return static_shape(self)

    def get_shape(self):
        """The shape in TensorFlow 1's spelling."""
        return Shape(static_shape(self))

    @property
    def op(self):
        """Has a ``name``, as in TensorFlow 1."""
        return self

    def eval(self, session=None):
        """The value as an array."""
        return keras.ops.convert_to_numpy(self.value)

    def initialized_value(self):
        """The value, as a tensor of the graph."""
        return reading(self)

    def __tf_tensor__(self, dtype=None, name=None):
        if computation() is None and not _is_tracing():
            # TensorFlow then asks its dispatchers, and ours records the operation.
            raise TypeError("A variable of a graph has no single value; use K.get_value or K.function.")
        return super().__tf_tensor__(dtype=dtype, name=name)

    __eq__ = object.__eq__
    __ne__ = object.__ne__
    __hash__ = object.__hash__

    def __bool__(self):
        raise TypeError("A variable has no truth value while the graph is described: use K.switch or K.get_value.")

    def __repr__(self):
        return "<Variable %s shape=%s dtype=%s>" % (self.name, static_shape(self), self.dtype)


operators(Variable)


def _is_tracing():
    import tensorflow as tf
    return not tf.executing_eagerly()


def variable(value, dtype=None, name=None, trainable=True):
    """Makes a `Variable`.

    Args:
        value: array, number or symbolic tensor (its value now is taken).
        dtype: str; ``floatx()`` by default, whatever the value's own is.
        name: optional.
        trainable: bool.
    """
    if is_symbol(value):
        value = value.eval()
    elif keras.ops.is_tensor(value) or isinstance(value, keras.Variable):
        value = keras.ops.convert_to_numpy(value)
    dtype = dtype or keras.config.floatx()
    plain = None if name is None else name.split("/")[-1].split(":")[0] or None
    made = keras.Variable(np.asarray(value, dtype=dtype), dtype=dtype, name=plain, trainable=trainable, autocast=False)
    made.__class__ = Variable
    made.old_name = name
    return made


def reading(of):
    """A symbolic tensor that stands for the value of a variable or tensor, also of one that TensorFlow made."""
    if is_symbol(of):
        return of
    return record(_same, (of,), name="read")


def _same(value):
    return value.read_value() if hasattr(value, "read_value") else value


