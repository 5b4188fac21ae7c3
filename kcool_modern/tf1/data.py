"""`tf.data` as a part of the graph: an iterator's next element is drawn anew whenever something of it is computed."""
import functools
import types

import tensorflow as tf

from kcool_modern.keras22._symbolic.functions import evaluate
from kcool_modern.keras22._symbolic.record import record
from kcool_modern.keras22._symbolic.spec import flat, is_symbol, is_variable, map_structure

from .control import Operation
from .forward import describes

__all__ = ["Dataset", "FixedLengthRecordDataset", "Iterator", "TFRecordDataset", "TextLineDataset",
           "make_initializable_iterator", "make_one_shot_iterator", "static"]


def _plain(structure):
    """The structure with values for symbols and TensorFlow's datasets for ours."""
    def leaf(value):
        if isinstance(value, Dataset):
            return value.real
        if isinstance(value, (types.FunctionType, types.MethodType, functools.partial)):
            return _giving_plain(value)
        return evaluate(value) if is_symbol(value) or is_variable(value) else value
    return map_structure(leaf, structure)


def _giving_plain(function):
    # `flat_map` and the like are given functions that make datasets.
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return map_structure(lambda one: one.real if isinstance(one, Dataset) else one, function(*args, **kwargs))
    return wrapper


def _wrapped(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        args, kwargs = _plain((args, kwargs))
        found = function(*args, **kwargs)
        return Dataset(found) if isinstance(found, tf.data.Dataset) else found
    return wrapper


class _Sources(type):
    def __getattr__(cls, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return _wrapped(getattr(tf.compat.v1.data.Dataset, name))


class Dataset(metaclass=_Sources):
    """A `tf.data.Dataset` of TensorFlow 1. Tensors of the graph that it is made from give it their value of now.

    Attributes:
        real: TensorFlow's dataset.
    """

    def __init__(self, real):
        self.real = real

    def __getattr__(self, name):
        if name.startswith("__") or name == "real":
            raise AttributeError(name)
        found = getattr(self.real, name)
        return _wrapped(found) if callable(found) else found

    def __iter__(self):
        return iter(self.real)

    @property
    def output_types(self):
        """Dtypes of an element."""
        return tf.compat.v1.data.get_output_types(self.real)

    @property
    def output_shapes(self):
        """Shapes of an element."""
        return tf.compat.v1.data.get_output_shapes(self.real)

    def make_one_shot_iterator(self):
        """An `Iterator`."""
        return Iterator(self.real)

    def make_initializable_iterator(self, shared_name=None):
        """An `Iterator`; it stands at the start before its `initializer` is run, too."""
        return Iterator(self.real)


class Iterator:
    """Draws elements of a dataset.

    Attributes:
        initializer: an operation that goes back to the start.
    """

    def __init__(self, real):
        self._dataset, self._iterator = real, iter(real)
        self.initializer = Operation(actions=[functools.partial(self._begin, real)], name="MakeIterator")
        self.output_types = tf.compat.v1.data.get_output_types(real)
        self.output_shapes = tf.compat.v1.data.get_output_shapes(real)

    @classmethod
    def from_structure(cls, output_types, output_shapes=None, shared_name=None, output_classes=None):
        """An iterator over whatever dataset its `make_initializer` was given last."""
        shapes = output_shapes or tf.nest.map_structure(lambda _: None, output_types)
        return cls(tf.data.Dataset.from_generator(lambda: iter(()), output_types, shapes))

    def make_initializer(self, dataset, name=None):
        """An operation after which a dataset is iterated over."""
        return Operation(actions=[functools.partial(self._begin, _plain(dataset))], name=name or "MakeIterator")

    def _begin(self, dataset):
        # The same resource, so that what was compiled draws from it.
        self._dataset = dataset
        tf.raw_ops.MakeIterator(dataset=dataset._variant_tensor, iterator=self._iterator._iterator_resource)

    def get_next(self, name=None):
        """The next element, which is another one in every run."""
        if not describes():
            return self._iterator.get_next()
        parts = record(self._parts, (), name=name or "IteratorGetNext", random=True)
        return tf.nest.pack_sequence_as(self._iterator.element_spec, parts)

    def _parts(self):
        return tf.nest.flatten(self._iterator.get_next())


def make_one_shot_iterator(dataset):
    """See `Dataset`."""
    return Iterator(_plain(dataset))


def make_initializable_iterator(dataset, shared_name=None):
    """See `Dataset`."""
    return Iterator(_plain(dataset))


TextLineDataset = _wrapped(tf.compat.v1.data.TextLineDataset)
TFRecordDataset = _wrapped(tf.compat.v1.data.TFRecordDataset)
FixedLengthRecordDataset = _wrapped(tf.compat.v1.data.FixedLengthRecordDataset)


def static(tensors, of):
    """The values of tensors, which have to be known without anything being fed.

    Args:
        tensors: a structure of tensors and arrays.
        of: the function of `tf.train` that asks, for the message.
    """
    from kcool.errors import NotEmulated

    try:
        return [evaluate(one) if is_symbol(one) or is_variable(one) else one for one in flat(tensors)]
    except ValueError as error:
        raise NotEmulated("tf.train.%s takes arrays and tensors with a value of their own." % of, found=str(error),
                          do="use tf.data.Dataset") from error
