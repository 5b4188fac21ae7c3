"""``keras.engine.topology``: the old home of the engine's names."""
from .base_layer import InputSpec, Layer, Node
from .input_layer import Input, InputLayer
from .network import Network, get_source_inputs

__all__ = ["Input", "InputLayer", "InputSpec", "Layer", "Network", "Node", "get_source_inputs"]

#: A network by its name in Keras 1 and 2.0.
Container = Network
