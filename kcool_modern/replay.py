"""Replays a part of a model's graph on other tensors, node by node: what surgery is made of.

A node whose inputs kept shape and dtype is copied without running the layer. Where shapes change or masks travel, the
layer is called, so that Keras itself checks the fit. How a graph is walked is `kcool_common.replay`.
"""
import copy
import importlib
import inspect

from kcool.dispatch import stack_of
from kcool_common import replay
from kcool_common.structures import leaves, mapped, single

from .graph import history, is_input_node, is_symbolic, node_inputs, node_of, node_operation, node_outputs

__all__ = ["Graph", "Replay", "call_of", "nodes_of", "structure_of"]


class Graph(replay.Graph):
    """The nodes of a model of Keras 2 within TensorFlow 2 or of Keras 3, and of the models nested in it."""

    def __init__(self, model, asked):
        super().__init__(model, asked, _keras(stack_of(model)))

    def network(self, operation):
        """The graph of a functional or Sequential model; None for anything else."""
        return _network(operation)

    def nodes_of(self, network):
        """The nodes of a functional model, inputs first."""
        return nodes_of(network)

    def operation_of(self, node):
        """The layer or operation that was called."""
        return node_operation(node)

    def inputs_of(self, node):
        """The symbolic tensors that the call took."""
        return node_inputs(node)

    def outputs_of(self, node):
        """The symbolic tensors that the call gave."""
        return node_outputs(node)

    def is_entry(self, node):
        """Whether the node is an InputLayer's."""
        return is_input_node(node)

    def dependencies(self, node):
        """The tensors that the call needs, but for masks that Keras hands on by itself."""
        return [t for t in leaves(_arguments(node)) if is_symbolic(t)]

    def states_of(self, node):
        """The initial states that the call of a recurrent layer took."""
        args, kwargs = _arguments(node)
        named, operation = leaves(kwargs.get("initial_state")), node_operation(node)
        if named or not hasattr(operation, "return_state"):
            return named
        # Keras 2 makes one list of the input, the states and the constants.
        first = list(args[0]) if args and isinstance(args[0], (list, tuple)) else [None]
        constants = getattr(operation, "_num_constants", None) or 0
        return leaves(first[1:len(first) - constants]) or [t for t in leaves(args[1:2]) if is_symbolic(t)]

    def node_of(self, tensor):
        """The call that a tensor comes from."""
        return node_of(tensor)

    def index_of(self, tensor):
        """Which output of its call a tensor is."""
        return history(tensor).tensor_index

    def spec(self, tensor):
        """Shape and dtype of a tensor, as a tuple and a name."""
        return _spec(tensor)

    def mask(self, tensor):
        """The mask that a tensor carries, or None."""
        return _mask(tensor)


class Replay(replay.Replay):
    """Copies the nodes that lead from replaced tensors to the outputs of a model."""

    def outputs(self):
        """The outputs of the model, in its own structure, computed from the replaced tensors."""
        self.run()
        return mapped(structure_of(self.graph.model, "output", self.graph.outputs), lambda t: self.tensors[id(t)])

    def again(self, node):
        """Makes the call that stands for a node; its outputs in a list."""
        args, kwargs = _arguments(node)
        inputs = [t for t in leaves((args, kwargs)) if is_symbolic(t)]
        args, kwargs = mapped((args, kwargs), lambda t: self.tensors.get(id(t), t))
        if _takes_mask(node_operation(node)):
            self.lost += [t for t in inputs if self.loses_mask(t)]
        edit = self.edits.get(id(node))
        if edit is not None:
            return leaves(self.graph.fitting(node, lambda: edit(node, args, kwargs)))
        if _alike(inputs, [self.tensors[id(t)] for t in inputs]) and not any(map(_carries_mask, node_outputs(node))):
            return leaves(_recorded(node_operation(node), args, kwargs, node.outputs, type(node)))
        return leaves(self.graph.fitting(node, lambda: node_operation(node)(*args, **kwargs)))


def call_of(model, inputs, outputs):
    """What a functional model gives for other tensors than its own inputs.

    Args:
        model: a functional model.
        inputs: the list of tensors to feed.
        outputs: the model's own outputs, in their structure.
    """
    own = list(_network(model).inputs)
    if _alike(own, inputs) and not any(map(_carries_mask, leaves(outputs))):
        return _recorded(model, (single(inputs),), {}, outputs, type(node_of(leaves(outputs)[0])))
    return model(single(inputs))


def _recorded(operation, args, kwargs, outputs, node_class):
    """A call on other tensors of the same shapes and dtypes, recorded without running it."""
    new = mapped(outputs, copy.copy)
    node_class(operation, call_args=args, call_kwargs=kwargs, outputs=new)
    return new


def _alike(old, new):
    """Whether layers must give the same shapes and dtypes for new tensors as for old ones, and no masks."""
    return all(_kind(a) == _kind(b) and not _carries_mask(a) and not _carries_mask(b) for a, b in zip(old, new))


def _kind(tensor):
    # Keras 2 knows the values of some tensors, those of shapes above all, and finds later shapes with them.
    return (type(tensor), _spec(tensor), bool(getattr(tensor, "sparse", False)),
            getattr(tensor, "_inferred_value", None))


# --- nodes -----------------------------------------------------------------------------------------------------------


def _arguments(node):
    """What the layer was called with, without the masks that Keras passes on by itself (3.0 records them, 3.15 not)."""
    if hasattr(node, "arguments"):
        args, kwargs = node.arguments.args, node.arguments.kwargs
    else:
        args, kwargs = node.call_args, node.call_kwargs
    masks = {id(_mask(t)) for t in leaves((args, kwargs)) if _carries_mask(t)}
    passed_on = [key for key, value in kwargs.items() if masks and key.endswith("mask")
                 and all(id(leaf) in masks for leaf in leaves(value))]
    return tuple(args), {key: value for key, value in kwargs.items() if key not in passed_on}


def _takes_mask(operation):
    inner = _network(operation)
    if inner is not None:
        return any(_takes_mask(node_operation(node)) for node in nodes_of(inner))
    return any(name.endswith("mask") for name in inspect.signature(operation.call).parameters)


def _network(operation):
    network = getattr(operation, "_functional", None) or operation
    return network if getattr(network, "_nodes_by_depth", None) and network.outputs else None


def nodes_of(network):
    """The nodes of a functional model, inputs first."""
    return [node for depth in sorted(network._nodes_by_depth, reverse=True) for node in network._nodes_by_depth[depth]]


# --- tensors ---------------------------------------------------------------------------------------------------------


def _mask(tensor):
    found = getattr(tensor, "_keras_mask", None)
    # TensorFlow 2.5 writes "no mask" of a recurrent layer down as a symbol of None.
    return None if type(getattr(found, "type_spec", None)).__name__ == "NoneTensorSpec" else found


def _carries_mask(tensor):
    return _mask(tensor) is not None


def _spec(tensor):
    return tuple(tensor.shape), getattr(tensor.dtype, "name", tensor.dtype)


def structure_of(model, which, flat):
    """The ``input`` or ``output`` of a model in the structure that it was made with."""
    if getattr(model, "_functional", None) is not None:
        model = model._functional
    structure = getattr(model, which)
    return structure if len(leaves(structure)) == len(flat) else single(list(flat))


def _keras(stack):
    root, _, rest = stack.module.partition(".")
    module = importlib.import_module(root)
    return getattr(module, rest) if rest else module
