"""Walks the graph that Keras records while layers are called: tensors, the nodes they come from, the nodes they go to.

Keras 2 (tf.keras 2.5 and later, tf_keras) and Keras 3 record the same graph under different names: a node belongs to a
``layer`` or to an ``operation``, its inputs are ``keras_inputs`` or ``arguments.keras_tensors``. Here is one spelling.
"""
from collections import namedtuple

from kcool_common.structures import is_symbolic, leaves

__all__ = ["History", "history", "inbound_nodes", "is_input_node", "is_symbolic", "node_inputs", "node_of",
           "node_operation", "node_outputs", "nodes_between", "outbound_nodes", "sublayers"]

#: Where a tensor comes from: output number ``tensor_index`` of call number ``node_index`` of ``operation``.
History = namedtuple("History", "operation node_index tensor_index")


def history(tensor):
    """The `History` of a tensor, or None when it is no tensor of the graph."""
    found = getattr(tensor, "_keras_history", None)
    return None if found is None else History(*found)


def inbound_nodes(operation):
    """The calls of an operation or layer, oldest first."""
    return list(operation._inbound_nodes)


def outbound_nodes(operation):
    """The calls that took an output of this operation or layer, oldest first."""
    return list(operation._outbound_nodes)


def node_operation(node):
    """The operation or layer that was called."""
    return node.operation if hasattr(node, "operation") else node.layer


def node_inputs(node):
    """The symbolic tensors that the call took, positional and keyword, flat and in order."""
    return list(node.arguments.keras_tensors if hasattr(node, "arguments") else node.keras_inputs)


def node_outputs(node):
    """The symbolic tensors that the call gave, flat and in order."""
    return leaves(node.outputs)


def node_of(tensor):
    """The node that a symbolic tensor comes from; None for a Keras 3 tensor that no operation made."""
    origin = history(tensor)
    return None if origin is None or origin.operation is None else origin.operation._inbound_nodes[origin.node_index]


def is_input_node(node):
    """Whether a node is the entry of a graph: an InputLayer's, or that of a call without tensors."""
    # What `compat.K` makes of a constant or a variable (`keras22._symbolic`) takes no tensors, and is no entry.
    return bool(node.is_input) and not hasattr(node_operation(node), "needs")


def nodes_between(inputs, outputs, inputs_of=None, is_entry=None):
    """The nodes that compute some tensors from others, in an order in which they can be run.

    Args:
        inputs: symbolic tensors that are given; the walk stops there.
        outputs: symbolic tensors that are wanted.
        inputs_of: function from a node to the tensors that it is computed from; `node_inputs` by default.
        is_entry: function that tells whether a node begins the graph; `is_input_node` by default.

    Returns:
        ``(nodes, missing)``: the nodes, and the entry tensors that are needed and not given, in the order found.
    """
    inputs_of, is_entry = inputs_of or node_inputs, is_entry or is_input_node
    given = {id(tensor) for tensor in inputs}
    nodes, missing, seen = [], [], set()
    # An explicit stack: a model may well be deeper than Python's recursion limit.
    stack = [(tensor, False) for tensor in reversed(outputs)]
    while stack:
        tensor, done = stack.pop()
        node = node_of(tensor)
        key = id(tensor) if node is None else id(node)
        if done:
            nodes.append(node)
        elif id(tensor) not in given and key not in seen:
            seen.add(key)
            if node is None or is_entry(node):
                missing.append(tensor)
            else:
                stack.append((tensor, True))
                stack.extend((parent, False) for parent in reversed(inputs_of(node)))
    return nodes, missing


def sublayers(operation):
    """An operation itself and, when it is a layer, all layers inside it at any depth."""
    flatten = getattr(operation, "_flatten_layers", None)
    return [operation] if flatten is None else list(flatten())
