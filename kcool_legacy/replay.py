"""Replays a part of a model's graph on other tensors: what surgery is made of.

A Keras 2.2 layer that is called again loses its ``layer.output``, and what it collected for the call stays on it. So
the calls go to *twins*: layers of the same class, name and settings that hold the same variables and have a graph of
their own.
"""
import inspect
import types

import keras
from keras import backend as K
from keras.engine.base_layer import Layer
from keras.engine.input_layer import InputLayer
from keras.engine.network import Network
from keras.layers.wrappers import Wrapper

from kcool.dispatch import stack_of
from kcool.errors import KcoolError, NotAModel, NotBuilt, NotConnected, WrongShape

__all__ = ["Graph", "Replay", "entry_like", "fitting", "listed", "mask", "node_of", "single", "spec", "text", "twin_of"]


class Graph(object):
    """The nodes of a model, and of the models nested in it."""

    def __init__(self, model, asked):
        self.model, self.asked = model, asked
        self.stack = stack_of(model)
        if not isinstance(model, keras.models.Model):
            raise NotAModel("%s works on a model. Received: %r of type %s." % (asked, model, type(model).__name__),
                            found=str(self.stack), supported="functional and Sequential models")
        if not _is_network(model):
            raise NotBuilt(
                "%s: the model %r has no graph: it is subclassed, or saw no input shape yet." % (asked, model.name),
                found="%s on %s" % (type(model).__name__, self.stack),
                supported="functional and built Sequential models",
                do="call model.build(...) on a Sequential; make a subclassed model functional: Model(x, model.call(x))")
        self.nodes = _nodes(model)
        self.homes = {id(tensor): () for node in self.nodes for tensor in node.output_tensors}
        self._enter(self.nodes, ())

    def _enter(self, nodes, path):
        for node in nodes:
            inner = node.outbound_layer
            if _is_network(inner):
                here = path + (node,)
                for tensor in (t for n in _nodes(inner) for t in n.output_tensors):
                    # A nested model that is called twice leaves it open which call is meant.
                    self.homes[id(tensor)] = here if self.homes.get(id(tensor), here) == here else None
                self._enter(_nodes(inner), here)

    def find(self, tensors):
        """The model's own tensors for those that a user named, most often as ``layer.output``."""
        return [self._own(tensor) for tensor in tensors]

    def _own(self, tensor):
        if self.homes.get(id(tensor)) is not None:
            return tensor
        layer, _, index = getattr(tensor, "_keras_history", (None, 0, 0))
        calls = [node for node in self.nodes if layer is not None and node.outbound_layer is layer]
        if len(calls) == 1 and id(tensor) not in self.homes:
            return calls[0].output_tensors[index]
        which = ("it is inside a nested model that is called more than once, so it stands for several tensors"
                 if id(tensor) in self.homes else "it is not a tensor of this model")
        more = ("; layer %r is called %d times in the model, take the output of one of these calls"
                % (layer.name, len(calls)) if len(calls) > 1 else "")
        raise NotConnected("%s: %r cannot be cut at %s: %s." % (self.asked, self.model.name, text(tensor), which),
                           found=str(self.stack), supported="tensors that came up while this model was built",
                           do="name the tensor as model.get_layer(...).output" + more)

    def opened(self, starts):
        """The calls of nested models that hold a start tensor."""
        return {id(node) for tensor in starts for node in self.homes[id(tensor)]}

    def check_inputs(self, starts, given):
        """The tensors that a user gave to be fed, if they fit the start tensors."""
        asked = "%s(..., input_layers=...)" % self.asked
        if len(given) != len(starts):
            raise WrongShape("%s takes one tensor for each start tensor." % asked,
                             found="%d for %d" % (len(given), len(starts)),
                             do="give as many, in the same order, or leave input_layers out")
        for old, new in zip(starts, given):
            if not _is_symbolic(new) or not _fits(spec(old), spec(new)):
                raise WrongShape("%s: %s cannot stand for %s." % (asked, text(new), text(old)), found=str(self.stack),
                                 supported="Keras tensors of the same dtype, rank and known dimensions",
                                 do="Input(batch_shape=%s, dtype=%r)" % spec(old))
        return given


class Replay(object):
    """Calls the twins of a model's layers, from replaced tensors to the outputs."""

    def __init__(self, graph, replaced, edits=None, twins=None):
        replaced = list(replaced)
        self.graph, self.edits, self.lost = graph, edits or {}, []
        self.twins = {} if twins is None else twins
        self.starts = [old for old, _ in replaced]
        self.tensors = {id(old): new for old, new in replaced}
        self._open = graph.opened(self.starts)

    def outputs(self):
        """The list of the model's outputs, computed from the replaced tensors."""
        wanted = self.graph.model.outputs
        nodes, missing = self._needed(wanted)
        if missing:
            _refuse(self, nodes, missing)
        self._check_all_used(nodes)
        self._run(nodes)
        self.lost += [tensor for tensor in wanted if self._loses_mask(tensor)]
        return [self.tensors[id(tensor)] for tensor in wanted]

    def dependencies(self, node):
        """The tensors that a call needs."""
        if id(node) not in self._open:
            return _inputs(node)
        inner = node.outbound_layer
        wanted = {id(tensor) for tensor in self._needed(inner.outputs)[1]}
        return [outer for outer, own in zip(node.input_tensors, inner.inputs) if id(own) in wanted]

    def _needed(self, outputs):
        nodes, missing, seen = [], [], set()
        # An explicit stack: a model may well be deeper than Python's recursion limit.
        stack = [(tensor, False) for tensor in reversed(outputs)]
        while stack:
            tensor, done = stack.pop()
            node = node_of(tensor)
            if done:
                nodes.append(node)
            elif id(tensor) not in self.tensors and id(node) not in seen:
                seen.add(id(node))
                if not node.inbound_layers:
                    missing.append(tensor)
                else:
                    stack.append((tensor, True))
                    stack.extend((parent, False) for parent in reversed(self.dependencies(node)))
        return nodes, missing

    def _check_all_used(self, nodes):
        used = {id(t) for node in nodes for t in self._all_inputs(node)} | {id(t) for t in self.graph.model.outputs}
        unused = [tensor for tensor in self.starts if id(tensor) not in used]
        if unused and self.graph.asked == "get_outputs_of":
            raise NotConnected("%s: once %r is cut, no output needs %s."
                               % (self.graph.asked, self.graph.model.name, text(unused[0])),
                               found=str(self.graph.stack), do="leave it out of start_tensors")

    def _all_inputs(self, node):
        if id(node) not in self._open:
            return self.dependencies(node)
        inner = node.outbound_layer
        inside = [t for n in self._needed(inner.outputs)[0] for t in self._all_inputs(n)]
        return inside + inner.outputs + self.dependencies(node)

    def _run(self, nodes):
        for node in nodes:
            if id(node) in self._open:
                self._run_inside(node)
            else:
                for old, new in zip(node.output_tensors, listed(self._again(node))):
                    self.tensors.setdefault(id(old), new)

    def _run_inside(self, node):
        inner = node.outbound_layer
        for outer, own in zip(node.input_tensors, inner.inputs):
            if id(outer) in self.tensors:
                self.tensors.setdefault(id(own), self.tensors[id(outer)])
        self._run(self._needed(inner.outputs)[0])
        for outer, own in zip(node.output_tensors, inner.outputs):
            self.tensors.setdefault(id(outer), self.tensors[id(own)])

    def _again(self, node):
        layer = node.outbound_layer
        inputs = [self.tensors[id(t)] for t in node.input_tensors]
        kwargs = mapped(_kwargs(node), lambda t: self.tensors.get(id(t), t))
        if _takes_mask(layer):
            self.lost += [t for t in node.input_tensors if self._loses_mask(t)]
        # The twin is made on demand: a layer that is replaced everywhere needs none.
        edit = self.edits.get(id(node), lambda twin, inputs, kwargs: twin(inputs, **kwargs))
        return fitting(self.graph, node,
                        lambda: edit(lambda *a, **k: twin_of(layer, self.twins)(*a, **k), single(inputs), kwargs))

    def _loses_mask(self, tensor):
        return mask(tensor) is not None and mask(self.tensors[id(tensor)]) is None


def _refuse(replay, nodes, missing):
    """Says at which layer a path around the cut comes in, and from which input."""
    graph, cut = replay.graph, {id(t) for t in replay.starts}
    for node in nodes:
        if any(id(t) in cut for t in replay.dependencies(node)):
            cut.update(id(t) for t in node.output_tensors)
    joins = [(node, tensor) for node in nodes if id(node.output_tensors[0]) in cut
             for tensor in replay.dependencies(node) if id(tensor) not in cut]
    sources = ", ".join(repr(t._keras_history[0].name) for t in missing)
    where = ("; ".join("layer %r also takes %s" % (node.outbound_layer.name, text(t)) for node, t in joins[:5])
             or "no output depends on the start tensors alone")
    raise NotConnected("%s: this cut of %r leaves paths from its own input %s: %s."
                       % (graph.asked, graph.model.name, sources, where), found=str(graph.stack),
                       supported="cuts that every path from an input to an output passes",
                       do="add the named tensor(s) to start_tensors, or the input(s) themselves")


# --- twins -----------------------------------------------------------------------------------------------------------


def twin_of(layer, twins):
    """A layer of the same class, name and settings that holds the same variables and has no calls yet."""
    if id(layer) not in twins:
        twin = object.__new__(type(layer))
        # Kept with the layer, so that its id stays taken.
        twins[id(layer)] = twin, layer
        twin.__dict__.update(layer.__dict__)
        twin.__dict__.update(_own_lists(layer))
        if _is_network(layer):
            _rebuild(twin, layer, twins)
        else:
            own = {key: _twins_within(value, layer, twin, twins) for key, value in twin.__dict__.items()}
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


def _twins_within(value, owner, twin, twins):
    if isinstance(value, Network) and not isinstance(owner, Wrapper):
        return value
    if isinstance(value, Layer):
        return twin_of(value, twins)
    if isinstance(value, list) and any(isinstance(item, Layer) for item in value):
        return [_twins_within(item, owner, twin, twins) for item in value]
    if isinstance(value, types.MethodType) and value.__self__ is owner:
        return types.MethodType(value.__func__, twin)
    return value


def _rebuild(twin, model, twins):
    """Gives the twin of a nested model a graph over twins."""
    fresh = [entry_like(tensor) for tensor in model.inputs]
    replay = Replay(Graph(model, "nested"), zip(model.inputs, fresh), twins=twins)
    twin._init_graph_network(fresh, replay.outputs(), name=model.name)
    twin.trainable = model.trainable
    twin.__dict__.update({key: value for key, value in _own_lists(model).items() if not key.endswith("nodes")})
    for own in ("_trainable_weights", "_non_trainable_weights"):
        if own in model.__dict__:
            twin.__dict__[own] = list(model.__dict__[own])


# --- single nodes ----------------------------------------------------------------------------------------------------


def fitting(graph, node, call):
    """Runs the call that stands for a node; what goes wrong is told with the name of the node's layer."""
    try:
        outputs = call()
    except KcoolError:
        raise
    except Exception as error:
        raise WrongShape("%s: it breaks at layer %r of %r, which used to take %s."
                         % (graph.asked, node.outbound_layer.name, graph.model.name,
                            ", ".join(text(t) for t in node.input_tensors) or "an input"),
                         found="%s: %s (%s)" % (type(error).__name__, error, graph.stack),
                         supported="layers whose output the following layers can take")
    if len(listed(outputs)) != len(node.output_tensors):
        raise WrongShape("%s: layer %r gave %d tensors, its replacement gives %d."
                         % (graph.asked, node.outbound_layer.name, len(node.output_tensors), len(listed(outputs))),
                         found=str(graph.stack))
    return outputs


def _kwargs(node):
    """The keyword arguments of a call, without the states that recurrent layers move among the inputs."""
    inputs = {id(tensor) for tensor in node.input_tensors}
    arguments = dict(node.arguments or {})
    moved = [key for key in ("initial_state", "constants") if key in arguments
             and all(id(leaf) in inputs for leaf in leaves(arguments[key]))]
    return {key: value for key, value in arguments.items() if key not in moved}


def _inputs(node):
    return node.input_tensors + [t for t in leaves(list(_kwargs(node).values())) if _is_symbolic(t)]


def _takes_mask(layer):
    if _is_network(layer):
        return any(_takes_mask(node.outbound_layer) for node in _nodes(layer))
    return "mask" in inspect.signature(layer.call).parameters


def _is_network(layer):
    return isinstance(layer, Network) and bool(getattr(layer, "_nodes_by_depth", None)) and bool(layer.outputs)


def _nodes(model):
    return [node for depth in sorted(model._nodes_by_depth, reverse=True) for node in model._nodes_by_depth[depth]]


# --- tensors ---------------------------------------------------------------------------------------------------------


def _is_symbolic(tensor):
    return hasattr(tensor, "_keras_history")


def node_of(tensor):
    """The call that a tensor comes from."""
    layer, node_index, _ = tensor._keras_history
    return layer._inbound_nodes[node_index]


def mask(tensor):
    """The mask that a tensor carries, or None."""
    return node_of(tensor).output_masks[tensor._keras_history[2]]


def spec(tensor):
    """Shape and dtype of a tensor, as a tuple and a name."""
    return K.int_shape(tensor), K.dtype(tensor)


def _fits(old, new):
    return (old[1] == new[1] and len(old[0]) == len(new[0])
            and all(a is None or b is None or a == b for a, b in zip(old[0], new[0])))


def text(tensor):
    """A tensor, for people."""
    if not _is_symbolic(tensor):
        return "%r (no symbolic tensor of Keras)" % (tensor,)
    shape, dtype = spec(tensor)
    return "the output of layer %r (shape %s, %s)" % (tensor._keras_history[0].name, shape, dtype)


def entry_like(tensor):
    """A new input of the same name, shape and dtype as an input of the model."""
    layer = tensor._keras_history[0]
    # An input over a given tensor takes an identity of it: the tensor itself belongs to the original's graph.
    given = None if layer.is_placeholder else K.identity(tensor)
    shape, dtype = spec(tensor)
    fresh = InputLayer(batch_input_shape=shape, dtype=dtype, input_tensor=given, sparse=K.is_sparse(tensor),
                       name=layer.name)
    return fresh._inbound_nodes[0].output_tensors[0]


def leaves(structure):
    if isinstance(structure, dict):
        structure = list(structure.values())
    if isinstance(structure, (list, tuple)):
        return [leaf for item in structure for leaf in leaves(item)]
    return [structure]


def mapped(structure, function):
    if isinstance(structure, dict):
        return {key: mapped(value, function) for key, value in structure.items()}
    if isinstance(structure, (list, tuple)):
        return type(structure)([mapped(item, function) for item in structure])
    return function(structure) if _is_symbolic(structure) else structure


def listed(tensors):
    """One or several tensors as a list."""
    return list(tensors) if isinstance(tensors, (list, tuple)) else [tensors]


def single(tensors):
    """A list of one as the one."""
    return tensors[0] if len(tensors) == 1 else tensors
