"""Model files that say which call of a layer is meant, numbered as the reader of the file will count.

A layer that belongs to several models has calls that only one of them knows. Keras 3.0 writes a call's number among all
of them into a model's config, although the model that is read back has its own calls only, and then cannot load it
("Layer node index out of bounds"). Later versions count a model's own calls; where they do, nothing is changed here.
"""
import functools

from .graph import node_operation

__all__ = ["with_own_numbers"]


def with_own_numbers(model, keras, nodes):
    """Makes a new functional model count its own calls in `get_config`, where its Keras does not.

    Args:
        model: a functional model that nobody else has seen yet.
        keras: the Keras module it belongs to.
        nodes: the nodes of its graph.
    """
    if hasattr(nodes[0], "arguments") and _counts_all_calls(keras):
        plain, own = model.get_config, {id(node) for node in nodes}
        numbers = {}
        for operation in map(node_operation, nodes):
            kept = [i for i, node in enumerate(operation._inbound_nodes) if id(node) in own]
            numbers.update(((operation.name, old), new) for new, old in enumerate(kept))
        model.get_config = lambda: _renumbered_config(plain(), numbers)


@functools.lru_cache(None)
def _counts_all_calls(keras):
    layer, x = keras.layers.Activation("linear"), keras.Input((1,))
    layer(x)
    config = keras.Model(x, keras.layers.Flatten()(layer(x))).get_config()
    found = []
    _visit(config["layers"][-1]["inbound_nodes"], lambda history: found.append(history[1]) or history)
    return found == [1]


def _renumbered_config(config, numbers):
    for layer in config["layers"]:
        _visit(layer["inbound_nodes"], lambda history: [history[0], numbers[history[0], history[1]], history[2]])
    return config


def _visit(structure, change):
    if isinstance(structure, dict) and structure.get("class_name") == "__keras_tensor__":
        structure["config"]["keras_history"] = change(structure["config"]["keras_history"])
    elif isinstance(structure, (dict, list, tuple)):
        for item in structure.values() if isinstance(structure, dict) else structure:
            _visit(item, change)
