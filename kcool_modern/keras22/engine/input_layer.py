"""``keras.engine.input_layer``: where data enters a model."""
from keras.src.ops.node import KerasHistory

from .. import backend as K
from .._symbolic.spec import is_backend_tensor, is_symbol, is_variable
from .._symbolic.variable import reading
from ..utils.generic_utils import unpack_singleton
from .base_layer import Layer
from .inputs import InputSpec
from .node import Node

__all__ = ["Input", "InputLayer", "entry_of"]


class InputLayer(Layer):
    """The layer behind `Input`.

    Args:
        input_shape: tuple without the batch axis; or `batch_input_shape` with it.
        batch_size: int or None.
        dtype: str.
        input_tensor: tensor or variable to use instead of a placeholder: it is then not fed.
        sparse: whether sparse matrices are fed.
        name: str.
    """

    def __init__(self, input_shape=None, batch_size=None, batch_input_shape=None, dtype=None, input_tensor=None,
                 sparse=False, name=None):
        super().__init__(dtype=dtype, name=name or "input_%d" % K.get_uid("input"))
        if input_shape and batch_input_shape:
            raise ValueError("Only provide the input_shape OR batch_input_shape argument to InputLayer, not both at "
                             "the same time.")
        if input_tensor is not None and batch_input_shape is None:
            batch_input_shape = K.int_shape(input_tensor)
        if not batch_input_shape:
            if not input_shape and input_shape != ():
                raise ValueError("An Input layer should be passed either a `batch_input_shape` or an `input_shape`.")
            batch_input_shape = (batch_size,) + tuple(input_shape)
        self.batch_input_shape = tuple(batch_input_shape)
        self.dtype = dtype or (K.floatx() if input_tensor is None else K.dtype(input_tensor))
        self.sparse = sparse
        self.trainable, self.built = False, True
        self.input_spec = [InputSpec(shape=self.batch_input_shape)]
        self.is_placeholder = input_tensor is None
        tensor = self._placeholder() if self.is_placeholder else _own(input_tensor)
        Node(self, [], [tensor], {}, {})
        self._inbound_nodes[0].call_inputs = [tensor]
        tensor._keras_history = KerasHistory(self, 0, 0)

    def _placeholder(self):
        return K.placeholder(shape=self.batch_input_shape, dtype=self.dtype, sparse=self.sparse, name=self.name)

    def run_node(self, node, run):
        """The value of an input tensor that is not fed."""
        source = node.outputs[0].source
        return [run.resolve(source)]

    def needs_of(self, node):
        """The tensor that stands behind this input, if there is one."""
        return [] if self.is_placeholder else [node.outputs[0].source]

    def call(self, inputs, **kwargs):
        """The inputs."""
        return inputs

    def get_config(self):
        """See `Layer.get_config`."""
        return {"batch_input_shape": self.batch_input_shape, "dtype": self.dtype, "sparse": self.sparse,
                "name": self.name}


def _own(tensor):
    """A tensor of its own with the value of another one: its history is that of the input layer."""
    source = reading(tensor) if is_variable(tensor) or is_backend_tensor(tensor) else tensor
    if not is_symbol(source):
        raise TypeError("`input_tensor` has to be a tensor of the graph or a variable, not %r." % (tensor,))
    own = K.placeholder(shape=source._keras_shape, dtype=source.dtype, name=source.name)
    own.source = source
    for wrapped in (source, tensor):
        if is_symbol(wrapped) or is_variable(wrapped):
            wrapped.entry = own
    own._uses_learning_phase = getattr(source, "_uses_learning_phase", False)
    return own


def entry_of(tensor):
    """The tensor of the input layer that wraps a tensor, if one does, else the tensor."""
    return tensor if K.is_keras_tensor(tensor) else getattr(tensor, "entry", tensor)


def Input(shape=None, batch_shape=None, name=None, dtype=None, sparse=False, tensor=None):
    """A symbolic tensor that a model is fed.

    Args:
        shape: tuple without the batch axis.
        batch_shape: tuple with it.
        name: str.
        dtype: str, ``floatx()`` by default.
        sparse: whether sparse matrices are fed.
        tensor: tensor to wrap: the model is then not fed at this place.
    """
    if not batch_shape and tensor is None and shape is None:
        raise ValueError("Please provide to Input either a `shape` or a `batch_shape` argument. Note that `shape` does "
                         "not include the batch dimension.")
    if shape is not None and not batch_shape:
        batch_shape = (None,) + tuple(shape)
    layer = InputLayer(batch_input_shape=batch_shape, name=name, dtype=dtype or (None if tensor is not None
                                                                                else K.floatx()),
                       sparse=sparse, input_tensor=tensor)
    return unpack_singleton(layer._inbound_nodes[0].outputs)
