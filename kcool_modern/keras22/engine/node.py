"""One call of a layer on symbolic tensors."""
from keras.src.ops.node import KerasHistory
from keras.src.ops.node import Node as Keras3Node

__all__ = ["NetworkNode", "Node"]


class Node(Keras3Node):
    """A node of Keras 3's graph, with Keras 2.2.4's names for its parts.

    Attributes:
        outbound_layer: the layer that was called.
        inbound_layers, node_indices, tensor_indices: where each input comes from.
        input_masks, output_masks, input_shapes, output_shapes: one per tensor.
        call_kwargs: keyword arguments of the call, masks included.
        free: symbols that the call refers to besides its arguments.
        products: symbols that the call gives besides its outputs: losses, updates, held tensors.
        call: what carries the call out instead of the layer's ``call``, or None.
    """

    def __init__(self, layer, inputs, outputs, user_kwargs, call_kwargs, free=(), products=()):
        super().__init__(layer, (inputs,), user_kwargs, outputs)
        self.call_inputs, self.user_kwargs, self.call_kwargs = inputs, user_kwargs, call_kwargs
        self.free, self.products = list(free), list(products)
        self.call = None
        index = len(layer._inbound_nodes) - 1
        for position, symbol in enumerate(self.products, len(self.outputs)):
            symbol._keras_history = KerasHistory(layer, index, position)

    @property
    def outbound_layer(self):
        """See the class."""
        return self.operation

    @property
    def _origins(self):
        return [tensor._keras_history for tensor in self.sources]

    @property
    def inbound_tensors(self):
        """The first argument's tensors, as a list; for an entry of the graph, its own tensor."""
        return self.call_inputs if isinstance(self.call_inputs, list) else [self.call_inputs]

    @property
    def input_tensors(self):
        """As `inbound_tensors`; Keras 3 means by it the tensors among all arguments."""
        return self.inbound_tensors

    @property
    def sources(self):
        """The tensors that come from other calls."""
        return [] if self.is_input else self.inbound_tensors

    @property
    def inbound_layers(self):
        """See the class."""
        return [layer for layer, _, _ in self._origins]

    @property
    def node_indices(self):
        """See the class."""
        return [index for _, index, _ in self._origins]

    @property
    def tensor_indices(self):
        """See the class."""
        return [index for _, _, index in self._origins]

    @property
    def input_masks(self):
        """See the class."""
        return [getattr(tensor, "_keras_mask", None) for tensor in self.inbound_tensors]

    @property
    def output_masks(self):
        """See the class."""
        return [getattr(tensor, "_keras_mask", None) for tensor in self.outputs]

    @property
    def input_shapes(self):
        """See the class."""
        return [tensor._keras_shape for tensor in self.inbound_tensors]

    @property
    def output_shapes(self):
        """See the class."""
        return [tensor._keras_shape for tensor in self.outputs]

    def get_config(self):
        """Names and indices of what the node links."""
        return {"outbound_layer": self.outbound_layer.name if self.outbound_layer else None,
                "inbound_layers": [layer.name if layer else None for layer in self.inbound_layers],
                "node_indices": self.node_indices, "tensor_indices": self.tensor_indices}


class NetworkNode(Node):
    """The first node of a network: its own inputs and outputs, whose history stays that of the layers inside."""

    def __init__(self, network, inputs, outputs):
        super().__init__(network, [], [], {}, {})
        self.call_inputs, self.outputs = list(inputs), list(outputs)
