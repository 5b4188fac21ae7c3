"""``keras.engine``: layers, networks and their training."""
from .base_layer import InputSpec, Layer, Node
from .input_layer import Input, InputLayer
from .network import get_source_inputs
from .training import Model

__all__ = ["Input", "InputLayer", "InputSpec", "Layer", "Model", "Node", "get_source_inputs"]
