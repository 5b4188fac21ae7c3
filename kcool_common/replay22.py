"""Replays a part of the graph of a Keras 2.2 model on other tensors: what surgery is made of.

A Keras 2.2 layer that is called again loses its ``layer.output``, and what it collected for the call stays on it. So
the calls go to *twins*: layers of the same class, name and settings that hold the same variables and have a graph of
their own. How a graph is walked is `kcool_common.replay`.

No Keras is imported here: the real one and the one on Keras 3 are handed in. Both have the modules of Keras 2.2.
"""
import inspect
import types

from . import replay
from .structures import is_symbolic, leaves, listed, mapped, single

__all__ = ["Graph", "Replay", "entry_like", "twin_of"]


class Graph(replay.Graph):
    """The nodes of a model of Keras 2.2 or 2.3, and of the models nested in it."""

    def network(self, layer):
        """The graph of a functional or Sequential model; None for anything else."""
        return layer if _is_network(layer, self.keras) else None

    def nodes_of(self, network):
        """The nodes of a functional model, inputs first."""
        return _nodes(network)

    def operation_of(self, node):
        """The layer that was called."""
        return node.outbound_layer

    def inputs_of(self, node):
        """The tensors that the call took as inputs."""
        return node.input_tensors

    def outputs_of(self, node):
        """The tensors that the call gave."""
        return node.output_tensors

    def is_entry(self, node):
        """Whether the node is an InputLayer's."""
        return not node.inbound_layers

    def dependencies(self, node):
        """The tensors that the call needs."""
        return node.input_tensors + [t for t in leaves(list(_kwargs(node).values())) if is_symbolic(t)]

    def states_of(self, node):
        """The initial states that the call of a recurrent layer took."""
        layer, kept = node.outbound_layer, leaves(_kwargs(node).get("initial_state"))
        if kept or not hasattr(layer, "return_state"):
            return kept
        return node.input_tensors[1:len(node.input_tensors) - (getattr(layer, "_num_constants", None) or 0)]

    def node_of(self, tensor):
        """The call that a tensor comes from."""
        return _node_of(tensor)

    def index_of(self, tensor):
        """Which output of its call a tensor is."""
        return tensor._keras_history[2]

    def spec(self, tensor):
        """Shape and dtype of a tensor, as a tuple and a name."""
        return _spec(tensor, self.keras)

    def mask(self, tensor):
        """The mask that a tensor carries, or None."""
        return _node_of(tensor).output_masks[tensor._keras_history[2]]


class Replay(replay.Replay):
    """Calls the twins of a model's layers, from replaced tensors to the outputs."""

    def __init__(self, graph, replaced, edits=None, twins=None):
        super(Replay, self).__init__(graph, replaced, edits)
        self.twins = {} if twins is None else twins

    def again(self, node):
        """Makes the call that stands for a node; its outputs in a list."""
        layer = node.outbound_layer
        inputs = [self.tensors[id(t)] for t in node.input_tensors]
        kwargs = mapped(_kwargs(node), lambda t: self.tensors.get(id(t), t))
        if _takes_mask(layer, self.graph.keras):
            self.lost += [t for t in node.input_tensors if self.loses_mask(t)]
        # The twin is made on demand: a layer that is replaced everywhere needs none.
        edit = self.edits.get(id(node), lambda twin, inputs, kwargs: twin(inputs, **kwargs))

        def twin(*args, **kwargs):
            return twin_of(layer, self.twins, self.graph.keras)(*args, **kwargs)

        return listed(self.graph.fitting(
            node, lambda: edit(twin, single(inputs), kwargs)))


# --- twins -----------------------------------------------------------------------------------------------------------


def twin_of(layer, twins, keras):
    """A layer of the same class, name and settings that holds the same variables and has no calls yet."""
    if id(layer) not in twins:
        twin = object.__new__(type(layer))
        # Kept with the layer, so that its id stays taken.
        twins[id(layer)] = twin, layer
        twin.__dict__.update(layer.__dict__)
        twin.__dict__.update(_own_lists(layer))
        if _is_network(layer, keras):
            _rebuild(twin, layer, twins, keras)
        else:
            own = {key: _twins_within(value, layer, twin, twins, keras) for key, value in twin.__dict__.items()}
            twin.__dict__.update(own)
    return twins[id(layer)][0]


def _own_lists(layer):
    """What a layer collects while it is called, without what it collected for the original's inputs."""
    own = {"_inbound_nodes": [], "_outbound_nodes": []}
    for kind in ("updates", "losses"):
        unconditional = list(getattr(layer, "_per_input_" + kind, {}).get(None, ()))
        own["_per_input_" + kind] = {None: unconditional} if unconditional else {}
        own["_" + kind] = list(unconditional)
    if "_input_map" in layer.__dict__:
        own["_input_map"] = {}
    return own


def _twins_within(value, owner, twin, twins, keras):
    layer_class = keras.engine.base_layer.Layer
    if isinstance(value, keras.engine.network.Network) and not isinstance(owner, keras.layers.wrappers.Wrapper):
        return value
    if isinstance(value, layer_class):
        return twin_of(value, twins, keras)
    if isinstance(value, list) and any(isinstance(item, layer_class) for item in value):
        return [_twins_within(item, owner, twin, twins, keras) for item in value]
    if isinstance(value, types.MethodType) and value.__self__ is owner:
        return types.MethodType(value.__func__, twin)
    return value


def _rebuild(twin, model, twins, keras):
    """Gives the twin of a nested model a graph over twins."""
    fresh = [entry_like(tensor, keras) for tensor in model.inputs]
    again = Replay(Graph(model, "nested", keras), zip(model.inputs, fresh), twins=twins)
    twin._init_graph_network(fresh, again.run(), name=model.name)
    twin.trainable = model.trainable
    twin.__dict__.update({key: value for key, value in _own_lists(model).items() if not key.endswith("nodes")})
    for own in ("_trainable_weights", "_non_trainable_weights"):
        if own in model.__dict__:
            twin.__dict__[own] = list(model.__dict__[own])


# --- nodes and tensors -----------------------------------------------------------------------------------------------


def _kwargs(node):
    """The keyword arguments of a call, without the states that recurrent layers move among the inputs."""
    inputs = {id(tensor) for tensor in node.input_tensors}
    arguments = dict(node.user_kwargs if hasattr(node, "user_kwargs") else node.arguments or {})
    moved = [key for key in ("initial_state", "constants") if key in arguments
             and all(id(leaf) in inputs for leaf in leaves(arguments[key]))]
    return {key: value for key, value in arguments.items() if key not in moved}


def _takes_mask(layer, keras):
    if _is_network(layer, keras):
        return any(_takes_mask(node.outbound_layer, keras) for node in _nodes(layer))
    return "mask" in inspect.signature(layer.call).parameters


def _is_network(layer, keras):
    built = isinstance(layer, keras.engine.network.Network) and bool(getattr(layer, "_nodes_by_depth", None))
    return built and bool(layer.outputs)


def _nodes(model):
    return [node for depth in sorted(model._nodes_by_depth, reverse=True) for node in model._nodes_by_depth[depth]]


def _node_of(tensor):
    layer, node_index, _ = tensor._keras_history
    return layer._inbound_nodes[node_index]


def _spec(tensor, keras):
    return keras.backend.int_shape(tensor), str(keras.backend.dtype(tensor))


def entry_like(tensor, keras):
    """A new input of the same name, shape and dtype as an input of the model."""
    layer = tensor._keras_history[0]
    # An input over a given tensor takes an identity of it: the tensor itself belongs to the original's graph.
    given = None if layer.is_placeholder else keras.backend.identity(tensor)
    shape, dtype = _spec(tensor, keras)
    fresh = keras.engine.input_layer.InputLayer(
        batch_input_shape=shape, dtype=dtype, input_tensor=given, sparse=keras.backend.is_sparse(tensor),
        name=layer.name)
    return fresh._inbound_nodes[0].output_tensors[0]
