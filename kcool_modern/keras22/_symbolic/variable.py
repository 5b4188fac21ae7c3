"""Variables that are tensors of the graph: an expression of a variable follows the variable's value for ever."""
import inspect
import itertools
import weakref
from collections import namedtuple

import keras
import numpy as np

from .context import computation
from .dtypes import ReferenceDType
from .names import unique
from .record import record
from .spec import is_symbol, is_variable, static_shape
from .tensor import Shape, operators

__all__ = ["Variable", "forget", "living", "reading", "settle", "variable"]

_living = weakref.WeakValueDictionary()  # type: weakref.WeakValueDictionary
_numbers = itertools.count()


# The first versions of Keras 3 have no such argument.
_NO_CAST = {"autocast": False} if "autocast" in inspect.signature(keras.Variable.__init__).parameters else {}


class Variable(keras.Variable):
    """A Keras 3 variable whose operators are recorded while a graph is described."""

    _uses_learning_phase = False
    _keras_mask = None
    old_name = None
    _drawn_from = None

    @property
    def name(self):
        """The name in TensorFlow 1's spelling, such as ``dense_1/kernel:0``; scripts pick weights by it."""
        name = self.old_name or "Variable"
        return name if ":" in name else name + ":0"

    _number, _settled = 0, False

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
        """Has a ``name``, without the number of the output."""
        return _Operation(self.name.partition(":")[0], self)

    def eval(self, session=None):
        """The value as an array."""
        return keras.ops.convert_to_numpy(self.value)[()]

    @property
    def initializer(self):
        """What a session runs to give the variable a new initial value."""
        return _Initializer(self)

    def initialize_again(self):
        """Draws the initial value once more, if it is known what it was drawn from.

        Nothing happens as long as nobody has looked at or changed a variable: graph Keras drew the first value then.
        """
        if self._drawn_from is not None and (self._settled or self._number < _Used.number):
            keras.Variable.assign(self, self._drawn_from.eval())
        self._settled = True

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


class _Initializer(object):
    symbols = ()

    def __init__(self, of):
        self._of = of

    def perform(self):
        self._of.initialize_again()

    def run(self, feed_dict=None, session=None):
        """Draws the value."""
        self.perform()


#: What TensorFlow 1 called the operation behind a variable.
_Operation = namedtuple("_Operation", "name variable")


def _is_tracing():
    import tensorflow as tf
    return not tf.executing_eagerly()


def forget():
    """`living` begins with what is made from now on: a new graph."""
    _living.clear()


def variable(value, dtype=None, name=None, trainable=True):
    """Makes a `Variable`.

    Args:
        value: array, number or symbolic tensor (its value now is taken).
        dtype: str; ``floatx()`` by default, whatever the value's own is.
        name: optional, without the open scopes.
        trainable: bool.
    """
    drawn_from = value if is_symbol(value) else None
    if is_symbol(value):
        value = value.eval()
    elif keras.ops.is_tensor(value) or is_variable(value):
        value = keras.ops.convert_to_numpy(value)
    dtype = dtype or keras.config.floatx()
    plain = None if name is None else name.split("/")[-1].split(":")[0] or None
    # PyTorch refuses to follow gradients of integers.
    trainable = trainable and ("float" in dtype or keras.config.backend() != "torch")
    made = keras.Variable(np.asarray(value, dtype=dtype), dtype=dtype, name=plain, trainable=trainable, **_NO_CAST)
    made.__class__ = Variable
    made.old_name, made._drawn_from = unique(name or "Variable"), drawn_from
    made._number = next(_numbers)
    _living[made._number] = made
    return made


class _Used(object):
    number = 0


def settle():
    """Notes that all variables made so far are in use: Keras would have initialized them by now."""
    _Used.number = next(_numbers)


def living():
    """All variables that are in use, the oldest first."""
    return [made for _, made in sorted(_living.items())]


def reading(of):
    """A symbolic tensor that stands for the value of a variable or tensor, also of one that TensorFlow made."""
    if is_symbol(of):
        return of
    return record(_same, (of,), name="read")


def _same(value):
    return value.read_value() if hasattr(value, "read_value") else value


