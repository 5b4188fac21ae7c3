"""Nodes of our own in a Keras 3 graph."""
import keras

from ..marks import refuse

__all__ = ["outputs"]


class Mark(keras.Operation):
    """An operation that `function` carries out."""

    def __init__(self, mark, name):
        super().__init__(name=name)
        self.mark = mark
        setattr(self, mark.attribute, mark)

    def compute_output_spec(self, *tensors):
        return [keras.KerasTensor(shape, keras.backend.standardize_dtype(dtype)) for shape, dtype in self.mark.specs()]

    def call(self, *tensors):
        refuse(self.name)


def outputs(mark, name, stack):
    """The outputs of a new node."""
    return Mark(mark, name)(*mark.inputs())
