"""Surgery: cut a model open anywhere and go on with the rest; replace or insert a layer.

The recipe is Su Jianlin's "Make Keras cooler: tricks of reusing layers and models" (2019,
https://kexue.fm/archives/6985): a second `Model` is made over the graph, its `inputs` and `_input_layers` are overwritten
with the place of the cut, and `run_internal_graph` then rebuilds only what comes after.

This side walks the nodes itself, because the published way fails on TensorFlow 2.0 ("Cannot iterate over a tensor"),
leaves a model that cannot be saved, and adds updates of the tail to the original's layers. A Keras 2.2 layer that is called
again loses its ``layer.output``, so the calls go to *twins*: layers of the same class, name and settings that hold the
same variables and have a graph of their own.

Differences: the tail's layers are twins and not the original's layers, so ``trainable`` is set on each. Cuts inside a nested
model are possible.
"""
import difflib
import inspect
import types
import warnings
from contextlib import contextmanager

import keras
from keras import backend as K
from keras.engine.base_layer import Layer
from keras.engine.input_layer import InputLayer
from keras.engine.network import Network
from keras.layers.wrappers import Wrapper

from kcool.dispatch import stack_of
from kcool.errors import KcoolError, MaskDropped, NoSuchLayer, NotAModel, NotBuilt, NotConnected, WrongShape

__all__ = ["get_outputs_of", "insert_layer", "replace_layer"]


def get_outputs_of(model, start_tensors, input_layers=None):
    """Cuts a model at some of its tensors and applies what comes after the cut to new inputs.

        x, y = get_outputs_of(model, model.get_layer("add_15").output)
        tail = Model(x, y)

    Args:
        model: a built functional or Sequential model. It is left as it is.
        start_tensors: the tensor, or list of tensors, of the model at which it is cut.
        input_layers: the tensors to feed in their place, one each, of the same shape and dtype; by default new `Input`s.

    Returns:
        ``(input_layers, outputs)``: the fed tensors (a single one not in a list) and what the model named
        ``outputs_of_<model.name>`` gives for them. That model holds the layers after the cut and shares their weights.

    Raises:
        NotAModel, NotBuilt: `model` is no Keras model, or has no graph.
        NotConnected: a start tensor is not of this model, or some path to the outputs goes around the cut.
        WrongShape: `input_layers` do not fit the start tensors.

    Warns:
        MaskDropped: layers after the cut used a mask that the new inputs do not carry.
    """
    graph = _Graph(model, "get_outputs_of")
    starts = graph.find(_listed(start_tensors))
    given = None if input_layers is None else graph.check_inputs(starts, _listed(input_layers))
    with _undone_on_error(given or ()):
        inside = [_input_like(tensor) for tensor in starts]
        replay = _Replay(graph, zip(starts, inside))
        tail = keras.models.Model(inside, _single(replay.outputs()), name="outputs_of_" + model.name)
        inputs = given or [_input_like(tensor) for tensor in starts]
        outputs = tail(_single(inputs))
    unmasked = [old for old, new in zip(starts, inputs) if _mask(old) is not None and _mask(new) is None]
    _warn(graph, replay.lost if unmasked else ())
    return _single(inputs), outputs


def replace_layer(model, name, layer):
    """Makes a new model in which another layer stands in the place of one.

        smaller = replace_layer(model, "dense_1", Dense(64, activation="relu", name="smaller"))

    Args:
        model: a built functional or Sequential model. It is left as it is.
        name: name of the layer to replace, at all places where the model calls it.
        layer: the layer or model that takes its place, called with the same inputs.

    Returns:
        A model of the same class (a Sequential for a Sequential), not compiled. All other weights are shared, and all
        layers are found by `get_layer`, so that edits can be chained.

    Raises:
        NotAModel, NotBuilt: `model` is no Keras model, or has no graph.
        NoSuchLayer: no layer has this name; the message has close ones.
        WrongShape: a layer further on cannot take the new shape; the message names it.
    """
    graph = _Graph(model, "replace_layer")
    return _edited(graph, _named(name), layer, lambda new: lambda twin, inputs, kwargs: new(inputs, **_understood(new, kwargs)))


def insert_layer(model, after, layer):
    """Makes a new model with one more layer, right after a given one.

        noisy = insert_layer(model, after="embedding_1", layer=GaussianNoise(0.1))

    Args:
        model: a built functional or Sequential model. It is left as it is.
        after: name of the layer (an input layer as well) whose output the new layer takes, at all places.
        layer: the layer or model to insert.

    Returns:
        As `replace_layer`.

    Raises:
        As `replace_layer`.
    """
    graph = _Graph(model, "insert_layer")
    return _edited(graph, _named(after), layer, lambda new: lambda twin, inputs, kwargs: new(twin(inputs, **kwargs)),
                   inserted=True)


class _Graph(object):
    """The nodes of a model, and of the models nested in it."""

    def __init__(self, model, asked):
        self.model, self.asked = model, asked
        self.stack = stack_of(model)
        if not isinstance(model, keras.models.Model):
            raise NotAModel("%s works on a model. Received: %r of type %s." % (asked, model, type(model).__name__),
                            found=str(self.stack), supported="functional and Sequential models")
        if not _is_network(model):
            raise NotBuilt(
                "%s: the model %r has no graph: it is subclassed, or has not seen an input shape yet." % (asked, model.name),
                found="%s on %s" % (type(model).__name__, self.stack),
                supported="functional models and built Sequential models",
                do="call model.build(...) for a Sequential; make a subclassed model functional: Model(x, model.call(x))")
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
        more = ("; layer %r is called %d times in the model, take the output of one of these calls" % (layer.name, len(calls))
                if len(calls) > 1 else "")
        raise NotConnected("%s: %r cannot be cut at %s: %s." % (self.asked, self.model.name, _text(tensor), which),
                           found=str(self.stack), supported="tensors that came up while this model was built",
                           do="name the tensor as model.get_layer(...).output" + more)

    def opened(self, starts):
        """The calls of nested models that hold a start tensor."""
        return {id(node) for tensor in starts for node in self.homes[id(tensor)]}

    def check_inputs(self, starts, given):
        asked = "%s(..., input_layers=...)" % self.asked
        if len(given) != len(starts):
            raise WrongShape("%s takes one tensor for each start tensor." % asked,
                             found="%d for %d" % (len(given), len(starts)),
                             do="give as many, in the same order, or leave input_layers out")
        for old, new in zip(starts, given):
            if not _is_symbolic(new) or not _fits(_spec(old), _spec(new)):
                raise WrongShape("%s: %s cannot stand for %s." % (asked, _text(new), _text(old)), found=str(self.stack),
                                 supported="Keras tensors of the same dtype, rank and known dimensions",
                                 do="Input(batch_shape=%s, dtype=%r)" % _spec(old))
        return given


class _Replay(object):
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
            node = _node_of(tensor)
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
        unused = [tensor for tensor in self.starts if id(tensor) not in used and not self.edits]
        if unused and self.graph.asked == "get_outputs_of":
            raise NotConnected("%s: no output of %r needs %s once it is cut there."
                               % (self.graph.asked, self.graph.model.name, _text(unused[0])),
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
                for old, new in zip(node.output_tensors, _listed(self._again(node))):
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
        kwargs = _mapped(_kwargs(node), lambda t: self.tensors.get(id(t), t))
        if _takes_mask(layer):
            self.lost += [t for t in node.input_tensors if self._loses_mask(t)]
        # The twin is made on demand: a layer that is replaced everywhere needs none.
        edit = self.edits.get(id(node), lambda twin, inputs, kwargs: twin(inputs, **kwargs))
        return _fitting(self.graph, node,
                        lambda: edit(lambda *a, **k: _twin(layer, self.twins)(*a, **k), _single(inputs), kwargs))

    def _loses_mask(self, tensor):
        return _mask(tensor) is not None and _mask(self.tensors[id(tensor)]) is None


# --- twins -----------------------------------------------------------------------------------------------------------


def _twin(layer, twins):
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
            twin.__dict__.update({key: _twins_within(value, layer, twin, twins) for key, value in twin.__dict__.items()})
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
        return _twin(value, twins)
    if isinstance(value, list) and any(isinstance(item, Layer) for item in value):
        return [_twins_within(item, owner, twin, twins) for item in value]
    if isinstance(value, types.MethodType) and value.__self__ is owner:
        return types.MethodType(value.__func__, twin)
    return value


def _rebuild(twin, model, twins):
    """Gives the twin of a nested model a graph over twins."""
    fresh = [_entry_like(tensor) for tensor in model.inputs]
    replay = _Replay(_Graph(model, "nested"), zip(model.inputs, fresh), twins=twins)
    twin._init_graph_network(fresh, replay.outputs(), name=model.name)
    twin.trainable = model.trainable
    twin.__dict__.update({key: value for key, value in _own_lists(model).items() if not key.endswith("nodes")})
    for own in ("_trainable_weights", "_non_trainable_weights"):
        if own in model.__dict__:
            twin.__dict__[own] = list(model.__dict__[own])


# --- editing ---------------------------------------------------------------------------------------------------------


def _edited(graph, name, layer, edit, inserted=False):
    targets = _targets(graph, name, inserted)
    _check_layer(graph, name, layer, inserted)
    model = graph.model
    with _undone_on_error((), [layer]):
        # A layer that has calls already would lose its own layer.output.
        new = _twin(layer, {}) if layer._inbound_nodes else layer
        fresh = [_entry_like(tensor) for tensor in model.inputs]
        fed = [_fitting(graph, _node_of(old), lambda: new(tensor)) if _node_of(old) in targets else tensor
               for old, tensor in zip(model.inputs, fresh)]
        replay = _Replay(graph, zip(model.inputs, fed), {id(node): edit(new) for node in targets})
        edited = _assembled(graph, fresh, replay.outputs())
    _warn(graph, replay.lost, edited=True)
    return edited


def _targets(graph, name, inserted):
    targets = [node for node in graph.nodes if node.outbound_layer.name == name]
    if not targets:
        names = [layer.name for layer in graph.model.layers]
        close = difflib.get_close_matches(str(name), names, 5, 0.4) or names[:20]
        raise NoSuchLayer("%s: the model %r has no layer named %r." % (graph.asked, graph.model.name, name),
                          found=str(graph.stack), supported=", ".join(close))
    if not inserted and not targets[0].inbound_layers:
        raise NotConnected("%s: %r is an input of %r, which no layer can take the place of."
                           % (graph.asked, name, graph.model.name), found=str(graph.stack),
                           do="insert_layer(model, after=%r, layer=...)" % name)
    if inserted and len(targets[0].output_tensors) != 1:
        raise WrongShape("%s: %r gives %d tensors, and the place is not clear."
                         % (graph.asked, name, len(targets[0].output_tensors)), found=str(graph.stack),
                         do="insert after a layer with one output")
    return targets


def _check_layer(graph, name, layer, inserted):
    if not isinstance(layer, Layer):
        raise NotAModel("%s: a layer or model is needed. Received: %r." % (graph.asked, layer), found=str(graph.stack),
                        do="wrap a function in layers.Lambda")
    names = {node.outbound_layer.name for node in graph.nodes} - (set() if inserted else {name})
    if layer.name in names:
        raise KcoolError("%s: the model %r has another layer named %r." % (graph.asked, graph.model.name, layer.name),
                         found=str(graph.stack), do="give the new layer a name of its own: name=%r" % (layer.name + "_new"))


def _assembled(graph, inputs, outputs):
    """A model of the original's class over a new graph."""
    model, kind = graph.model, type(graph.model)
    if kind.__init__ not in (keras.models.Model.__init__, keras.models.Sequential.__init__):
        raise NotBuilt("%s: %s has an __init__ of its own, so that no second one can be made." % (graph.asked, kind.__name__),
                       found=str(graph.stack), do="take the plain model in it: Model(model.inputs, model.outputs)")
    if isinstance(model, keras.models.Sequential):
        edited = kind(name=model.name)
        edited.inputs, edited.outputs = inputs, outputs
        edited.build()
    else:
        edited = kind(inputs=_single(inputs), outputs=_single(outputs), name=model.name)
    edited.trainable = model.trainable
    return edited


def _named(layer_or_name):
    return getattr(layer_or_name, "name", layer_or_name)


def _understood(layer, kwargs):
    """Without the flags that Keras itself hands to every layer, where this one does not take them."""
    parameters = inspect.signature(layer.call).parameters.values()
    if any(p.kind is p.VAR_KEYWORD for p in parameters):
        return kwargs
    names = {p.name for p in parameters}
    return {key: value for key, value in kwargs.items() if key in names or key not in ("training", "mask")}


# --- single nodes ----------------------------------------------------------------------------------------------------


def _fitting(graph, node, call):
    try:
        outputs = call()
    except KcoolError:
        raise
    except Exception as error:
        raise WrongShape("%s: it breaks at layer %r of %r, which used to take %s."
                         % (graph.asked, node.outbound_layer.name, graph.model.name,
                            ", ".join(_text(t) for t in node.input_tensors) or "an input"),
                         found="%s: %s (%s)" % (type(error).__name__, error, graph.stack),
                         supported="layers whose output the following layers can take")
    if len(_listed(outputs)) != len(node.output_tensors):
        raise WrongShape("%s: layer %r gave %d tensors, its replacement gives %d."
                         % (graph.asked, node.outbound_layer.name, len(node.output_tensors), len(_listed(outputs))),
                         found=str(graph.stack))
    return outputs


def _kwargs(node):
    """The keyword arguments of a call, without the states that recurrent layers move among the inputs."""
    inputs = {id(tensor) for tensor in node.input_tensors}
    arguments = dict(node.arguments or {})
    moved = [key for key in ("initial_state", "constants") if key in arguments
             and all(id(leaf) in inputs for leaf in _leaves(arguments[key]))]
    return {key: value for key, value in arguments.items() if key not in moved}


def _inputs(node):
    return node.input_tensors + [t for t in _leaves(list(_kwargs(node).values())) if _is_symbolic(t)]


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


def _node_of(tensor):
    layer, node_index, _ = tensor._keras_history
    return layer._inbound_nodes[node_index]


def _mask(tensor):
    return _node_of(tensor).output_masks[tensor._keras_history[2]]


def _spec(tensor):
    return K.int_shape(tensor), K.dtype(tensor)


def _fits(old, new):
    return (old[1] == new[1] and len(old[0]) == len(new[0])
            and all(a is None or b is None or a == b for a, b in zip(old[0], new[0])))


def _text(tensor):
    if not _is_symbolic(tensor):
        return "%r (no symbolic tensor of Keras)" % (tensor,)
    shape, dtype = _spec(tensor)
    return "the output of layer %r (shape %s, %s)" % (tensor._keras_history[0].name, shape, dtype)


def _input_like(tensor):
    shape, dtype = _spec(tensor)
    return keras.layers.Input(batch_shape=shape, dtype=dtype, sparse=K.is_sparse(tensor))


def _entry_like(tensor):
    """A new input of the same name, shape and dtype as an input of the model."""
    layer = tensor._keras_history[0]
    # An input over a given tensor takes an identity of it: the tensor itself belongs to the original's graph.
    given = None if layer.is_placeholder else K.identity(tensor)
    shape, dtype = _spec(tensor)
    fresh = InputLayer(batch_input_shape=shape, dtype=dtype, input_tensor=given, sparse=K.is_sparse(tensor), name=layer.name)
    return fresh._inbound_nodes[0].output_tensors[0]


def _leaves(structure):
    if isinstance(structure, dict):
        structure = list(structure.values())
    if isinstance(structure, (list, tuple)):
        return [leaf for item in structure for leaf in _leaves(item)]
    return [structure]


def _mapped(structure, function):
    if isinstance(structure, dict):
        return {key: _mapped(value, function) for key, value in structure.items()}
    if isinstance(structure, (list, tuple)):
        return type(structure)([_mapped(item, function) for item in structure])
    return function(structure) if _is_symbolic(structure) else structure


def _listed(tensors):
    return list(tensors) if isinstance(tensors, (list, tuple)) else [tensors]


def _single(tensors):
    return tensors[0] if len(tensors) == 1 else tensors


# --- the edges -------------------------------------------------------------------------------------------------------


@contextmanager
def _undone_on_error(tensors, layers=()):
    """Takes back the nodes that a failed attempt left on layers."""
    owners = [tensor._keras_history[0] for tensor in tensors] + list(layers)
    before = [(nodes, len(nodes)) for owner in owners for nodes in (owner._inbound_nodes, owner._outbound_nodes)]
    try:
        yield
    except BaseException:
        for nodes, length in before:
            del nodes[length:]
        raise


def _refuse(replay, nodes, missing):
    """Says at which layer a path around the cut comes in, and from which input."""
    graph, cut = replay.graph, {id(t) for t in replay.starts}
    for node in nodes:
        if any(id(t) in cut for t in replay.dependencies(node)):
            cut.update(id(t) for t in node.output_tensors)
    joins = [(node, tensor) for node in nodes if id(node.output_tensors[0]) in cut
             for tensor in replay.dependencies(node) if id(tensor) not in cut]
    sources = ", ".join(repr(t._keras_history[0].name) for t in missing)
    where = ("; ".join("layer %r also takes %s" % (node.outbound_layer.name, _text(tensor)) for node, tensor in joins[:5])
             or "no output depends on the start tensors alone")
    raise NotConnected("%s: cutting %r there leaves paths from its own input(s) %s: %s."
                       % (graph.asked, graph.model.name, sources, where), found=str(graph.stack),
                       supported="cuts that every path from an input to an output passes",
                       do="add the named tensor(s) to start_tensors, or the input(s) themselves")


def _warn(graph, lost, edited=False):
    names = sorted({tensor._keras_history[0].name for tensor in lost})
    if names:
        warnings.warn(MaskDropped(
            "%s: in %r the masks that came with the output of %s are used further on, and are gone now: padding counts like "
            "data there.\n  What to do: feed masked tensors (input_layers=Masking(...)(Input(...))), or cut before the mask "
            "is made" % (graph.asked, graph.model.name, ", ".join(map(repr, names)))), stacklevel=4 if edited else 3)
