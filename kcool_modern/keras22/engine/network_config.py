"""A network's graph as plain data, in the layout of Keras 2.2.4, and back."""
import json
import warnings

from ..utils.generic_utils import unpack_singleton
from .layer_graph import node_key

__all__ = ["config_of", "network_from_config"]


def config_of(network):
    """The config of a network: its layers with the calls that belong to it, its inputs and outputs."""
    saved = _saved_indices(network)
    def place(layer, index, tensor_index):
        return [layer.name, saved.get(node_key(layer, index), 0), tensor_index]
    return {
        "name": network.name,
        "layers": [{"name": layer.name, "class_name": type(layer).__name__, "config": layer.get_config(),
                    "inbound_nodes": _calls(network, layer, place)} for layer in network.layers],
        # An input that no output depends on is no part of the graph, and lost.
        "input_layers": [place(*where) for where in network._input_coordinates if node_key(*where[:2]) in saved],
        "output_layers": [place(*where) for where in network._output_coordinates],
    }


def _saved_indices(network):
    """From each node's key to its number among the nodes that are saved."""
    from .network import Network
    saved = {}
    for layer in network.layers:
        # A network begins with a node that links its own inputs and outputs.
        kept = 1 if isinstance(layer, Network) else 0
        for index in range(len(layer._inbound_nodes)):
            if node_key(layer, index) in network._network_nodes:
                saved[node_key(layer, index)] = kept
                kept += 1
    return saved


def _calls(network, layer, place):
    calls = []
    for node in network._own_nodes(layer):
        if not node.is_input:
            kwargs = _plain(layer, node.user_kwargs)
            calls.append([place(*x._keras_history) + [kwargs] for x in node.inbound_tensors])
    return calls


def _plain(layer, kwargs):
    try:
        json.dumps(kwargs)
        return kwargs
    except TypeError:
        warnings.warn("Layer %s was passed non-serializable keyword arguments: %s. They will not be included in the "
                      "serialized model (and thus will be missing at deserialization time)." % (layer.name, kwargs),
                      stacklevel=2)
        return {}


def network_from_config(cls, config, custom_objects=None):
    """Makes a network of class `cls` from the result of `config_of`."""
    from ..layers import deserialize
    layers, waiting = {}, {}
    for data in config["layers"]:
        layers[data["name"]] = deserialize(data, custom_objects=custom_objects)
        waiting[data["name"]] = list(data["inbound_nodes"])
    # A layer that is shared at several depths waits until what feeds its next call exists.
    while any(waiting.values()):
        before = sum(map(len, waiting.values()))
        for data in config["layers"]:
            calls = waiting[data["name"]]
            while calls and _called(layers[data["name"]], calls[0], layers):
                calls.pop(0)
        if sum(map(len, waiting.values())) == before:
            raise ValueError("Improperly formatted model config: the calls of %s refer to calls that never come." % (
                ", ".join(name for name, calls in waiting.items() if calls)))
    def tensors(places):
        return [_tensor(layers, place) for place in places]
    return cls(inputs=tensors(config["input_layers"]), outputs=tensors(config["output_layers"]),
               name=config.get("name"))


def _called(layer, call, layers):
    """Calls a layer if its inputs exist; whether it did."""
    inputs = []
    for place in call:
        if len(place) not in (3, 4):
            raise ValueError("Improperly formatted model config.")
        if place[0] not in layers or len(layers[place[0]]._inbound_nodes) <= place[1]:
            return False
        inputs.append(_tensor(layers, place))
    kwargs = call[-1][3] if len(call[-1]) == 4 else {}
    if inputs:
        layer(unpack_singleton(inputs), **kwargs)
    return True


def _tensor(layers, place):
    return layers[place[0]]._inbound_nodes[place[1]].outputs[place[2]]
