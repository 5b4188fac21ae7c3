"""The symbolic tensor: a Keras 3 one, which also answers to the spellings of Keras 2.2 and TensorFlow 1."""
import operator

from keras import KerasTensor

from .context import computation
from .dtypes import DType
from .record import record

__all__ = ["Dimension", "Shape", "Tensor", "adopt"]


class Dimension(int):
    """A size in TensorFlow 1's spelling: an int with ``value``."""

    @property
    def value(self):
        """The size as a plain int."""
        return int(self)


class _Open(object):
    """A size that is not known: ``None`` with ``value``."""

    value = None

    def __eq__(self, other):
        return other is None or isinstance(other, _Open)

    def __hash__(self):
        return hash(None)

    def __bool__(self):
        return False

    def __repr__(self):
        return "?"


class Sizes(tuple):
    """A static shape: a tuple of int and None with the attributes of TensorFlow's."""

    @property
    def ndims(self):
        """The number of axes."""
        return len(self)

    rank = ndims

    @property
    def dims(self):
        """The sizes, as a list."""
        return list(self)

    def as_list(self):
        """The sizes as a list of int and None."""
        return list(tuple.__iter__(self))

    def is_fully_defined(self):
        """Whether every size is known."""
        return None not in self.as_list()

    def num_elements(self):
        """The product of the sizes, None if one of them is open."""
        product = 1
        for size in self.as_list():
            if size is None:
                return None
            product *= size
        return product


class Shape(Sizes):
    """A static shape in TensorFlow 1's spelling, entries included; equal to the plain tuple."""

    def __getitem__(self, key):
        item = tuple.__getitem__(self, key)
        if isinstance(key, slice):
            return Shape(item)
        return _Open() if item is None else Dimension(item)

    def __iter__(self):
        return (self[i] for i in range(len(self)))


class _Inner(object):
    """An operation inside of a layer, named as in TensorFlow 1; the rest of it is the layer's."""

    def __init__(self, layer, kind):
        self.layer, self.type, self.name = layer, kind, "%s/%s" % (layer.name, kind)

    def __getattr__(self, name):
        return getattr(self.layer, name)


class Tensor(KerasTensor):
    """A tensor of the graph.

    Attributes:
        shape: tuple of int and None; None if the number of axes is not known.
        dtype: str.
    """

    _uses_learning_phase = False
    _keras_mask = None

    def __init__(self, shape, dtype="float32", name=None, sparse=False):
        super().__init__(shape if shape is not None else (), dtype=dtype, name=name, sparse=sparse)
        if shape is None:
            self._shape = None

    @property
    def shape(self):
        """The static shape: a tuple of int and None; None if the number of axes is not known."""
        return None if self._shape is None else Sizes(self._shape)

    @shape.setter
    def shape(self, shape):
        # The first versions of Keras 3 write both attributes themselves.
        self._shape = None if shape is None else tuple(shape)

    @property
    def dtype(self):
        """The dtype, a str with TensorFlow's attributes."""
        return DType(self._dtype)

    @dtype.setter
    def dtype(self, dtype):
        self._dtype = dtype

    @property
    def _keras_shape(self):
        stated = self.__dict__.get("_stated_shape")
        return self.shape if stated is None else stated

    @_keras_shape.setter
    def _keras_shape(self, shape):
        """States a shape. 2.2.4 believed it for good; what is computed from the tensor goes by the real one."""
        shape = None if shape is None else tuple(shape)
        self._stated_shape = None
        if self._shape is None or shape is None:
            self._shape = shape
        elif len(shape) != len(self._shape):
            self._stated_shape = shape
        else:
            self._stated_shape = tuple(a if s is None else s for s, a in zip(shape, self._shape))
            self._shape = tuple(s if a is None else a for s, a in zip(shape, self._shape))

    def get_shape(self):
        """The shape in TensorFlow 1's spelling, a `Shape`."""
        if self.shape is None:
            raise ValueError("The number of axes of %r is not known before values are there." % (self,))
        return Shape(self.shape)

    def set_shape(self, shape):
        """States sizes that could not be told from the operations."""
        mine = self.shape or (None,) * len(shape)
        self._shape = tuple(m if m is not None else s for m, s in zip(mine, tuple(shape)))

    @property
    def op(self):
        """What computes this tensor; has a ``name``."""
        if not hasattr(self, "_keras_history"):
            return self
        operation = self._keras_history.operation
        # TensorFlow 1 named the last operation inside of a layer.
        inner = getattr(getattr(self, "_scratch", None), "op", None)
        return operation if inner is None or hasattr(operation, "run") else _Inner(operation, inner.type)

    def eval(self, feed_dict=None, session=None):
        """The value as an array; `feed_dict` gives the values of placeholders."""
        from .functions import evaluate
        return evaluate([self], feed_dict or {})[0]

    def __repr__(self):
        return "<Tensor %s shape=%s dtype=%s>" % (self.name, self.shape, self.dtype)

    def __iter__(self):
        if self.shape is None or not self.shape or self.shape[0] is None:
            raise TypeError("A symbolic tensor can be iterated over only if its first axis has a known size: %r" % self)
        return (self[i] for i in range(self.shape[0]))

    def __bool__(self):
        raise TypeError("A symbolic tensor has no truth value while the graph is described: use K.switch. (%r)" % self)

    def _has_no_value(self, what):
        return TypeError("%r is a part of the graph and has no value yet, so that no %s can be made of it. Use "
                         "K.eval(x), K.get_session().run(x, feed_dict), or K.function." % (self, what))

    def __array__(self, dtype=None, copy=None):
        raise self._has_no_value("array")

    def __float__(self):
        raise self._has_no_value("number")

    __int__ = __float__

    def __jax_array__(self):
        # JAX asks when it meets a tensor of the graph among its own.
        if computation() is None:
            return super().__jax_array__()
        return computation().resolve(self)

    # As in graph Keras: tensors are equal if they are the same tensor. K.equal compares values.
    __eq__ = object.__eq__
    __ne__ = object.__ne__
    __hash__ = object.__hash__


def _binary(function):
    def forward(self, other):
        return record(function, (self, other), name=function.__name__.strip("_"))
    return forward


def _reflected(function):
    def backward(self, other):
        return record(function, (other, self), name=function.__name__.strip("_"))
    return backward


def _unary(function):
    def of(self):
        return record(function, (self,), name=function.__name__)
    return of


def operators(cls):
    """Gives a class Python's operators, recorded."""
    for name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and", "or", "xor"):
        function = getattr(operator, "__%s__" % name)
        setattr(cls, "__%s__" % name, _binary(function))
        setattr(cls, "__r%s__" % name, _reflected(function))
    for name in ("lt", "le", "gt", "ge"):
        setattr(cls, "__%s__" % name, _binary(getattr(operator, name)))
    for name in ("neg", "abs", "invert"):
        setattr(cls, "__%s__" % name, _unary(getattr(operator, name)))
    cls.__div__, cls.__rdiv__ = cls.__truediv__, cls.__rtruediv__
    cls.__getitem__ = lambda self, key: record(operator.getitem, (self, key), name="getitem")
    cls.__array_priority__ = 100
    # NumPy then leaves ``array + tensor`` to the tensor.
    cls.__array_ufunc__ = None
    return cls


operators(Tensor)


def adopt(tensor):
    """Makes a plain Keras 3 symbolic tensor one of ours, in place; gives it back."""
    if type(tensor) is KerasTensor:
        tensor.__class__ = Tensor
    return tensor
