"""Nodes of our own in a Keras 2 graph."""
import tensorflow as tf

from ..function import layer_class
from ..marks import refuse

__all__ = ["outputs"]

_classes = {}  # type: dict


def outputs(mark, name, stack):
    """The outputs of a new node."""
    layer = _mark_class(layer_class(stack))(name)
    vars(layer)["mark"] = vars(layer)[mark.attribute] = mark
    found = layer(mark.inputs())
    # From here on only `function` may run it.
    vars(layer)["mark"] = None
    return list(found)


def _mark_class(base):
    if base not in _classes:
        class Mark(base):
            def __init__(self, name):
                super().__init__(name=name, dtype="float32", autocast=False)

            def call(self, tensors):
                mark = vars(self)["mark"]
                if mark is None:
                    refuse(self.name)
                return [tf.zeros(_sizes(shape, tensors), dtype) for shape, dtype in mark.specs()]

        _classes[base] = Mark
    return _classes[base]


def _sizes(shape, tensors):
    """A shape with all sizes known or, where a size is open, one that the graph sees as open."""
    unknown = tf.shape(tf.compat.v1.placeholder_with_default([0], [None]))[0]
    return [unknown if size is None else size for size in shape]
