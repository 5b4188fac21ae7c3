"""Surgery: cut a model open anywhere and go on with the rest; replace or insert a layer.

The recipe is Su Jianlin's "Make Keras cooler: tricks of reusing layers and models" (2019,
https://kexue.fm/archives/6985): on Keras 2.2 a second `Model` is made over the graph, its `inputs` and `_input_layers`
are overwritten with the place of the cut, and `run_internal_graph` then rebuilds only what comes after.

Keras 2 within TensorFlow 2 and Keras 3 keep no such lists to overwrite. There the graph is made of nodes (one per call of
a layer), and this side copies the nodes of the tail one by one, with new tensors in place of the cut. A node whose inputs
kept shape and dtype is copied without running the layer; after a change of shape, or where masks travel, the layer is
called, so that Keras itself checks the fit.

Differences: layers are shared as objects, as Keras does when it makes a model from intermediate tensors, so
``layer.output`` of a shared layer stays the original model's tensor. Cuts inside a nested model are possible.
"""
import copy
import difflib
import importlib
import inspect
import warnings
from contextlib import contextmanager

from kcool.dispatch import stack_of
from kcool.errors import KcoolError, KcoolWarning, MaskDropped, NoSuchLayer, NotAModel, NotBuilt, NotConnected, WrongShape

from .graph import history, is_input_node, is_symbolic, node_inputs, node_of, node_operation, node_outputs

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
    with _undone_on_error(graph, given or ()):
        inside = [_input_like(graph, tensor) for tensor in starts]
        replay = _Replay(graph, zip(starts, inside))
        tail = graph.keras.Model(inside, replay.outputs(), name="outputs_of_" + model.name)
        inputs = given or [_input_like(graph, tensor) for tensor in starts]
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
    return _edited(graph, _named(name), layer, lambda node, args, kwargs: layer(*args, **_understood(layer, kwargs)))


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
    return _edited(graph, _named(after), layer,
                   lambda node, args, kwargs: layer(_call(graph, node, args, kwargs)), inserted=True)


class _Graph:
    """The nodes of a model, and of the models nested in it."""

    def __init__(self, model, asked):
        self.model, self.asked = model, asked
        self.stack = stack_of(model)
        self.keras = _keras(self.stack)
        if not isinstance(model, self.keras.Model):
            raise NotAModel(f"{asked} works on a model. Received: {model!r} of type {type(model).__name__}.",
                            found=str(self.stack), supported="functional and Sequential models")
        self.network = _network(model)
        if self.network is None:
            raise NotBuilt(
                f"{asked}: the model {model.name!r} has no graph: it is subclassed, or has not seen an input shape yet.",
                found=f"{type(model).__name__} on {self.stack}", supported="functional models and built Sequential models",
                do="call model.build(...) for a Sequential; make a subclassed model functional: Model(x, model.call(x))")
        self.nodes = _nodes(self.network)
        self.homes = {id(tensor): () for node in self.nodes for tensor in node_outputs(node)}
        self._enter(self.nodes, ())

    def _enter(self, nodes, path):
        for node in nodes:
            inner = _network(node_operation(node))
            if inner is not None:
                here = path + (node,)
                for tensor in (t for n in _nodes(inner) for t in node_outputs(n)):
                    # A nested model that is called twice leaves it open which call is meant.
                    self.homes[id(tensor)] = here if self.homes.get(id(tensor), here) == here else None
                self._enter(_nodes(inner), here)

    @property
    def operations(self):
        return [node_operation(node) for node in self.nodes]

    def find(self, tensors):
        """The model's own tensors for those that a user named, most often as ``layer.output``."""
        return [self._own(tensor) for tensor in tensors]

    def _own(self, tensor):
        if self.homes.get(id(tensor)) is not None:
            return tensor
        origin = history(tensor) if is_symbolic(tensor) else None
        calls = [node for node in self.nodes if origin and node_operation(node) is origin.operation]
        if len(calls) == 1 and id(tensor) not in self.homes:
            # layer.output is the first call of a layer; in an edited model the layer's only call is another one.
            return node_outputs(calls[0])[origin.tensor_index]
        which = ("it is inside a nested model that is called more than once, so it stands for several tensors"
                 if id(tensor) in self.homes else "it is not a tensor of this model")
        raise NotConnected(f"{self.asked}: {self.model.name!r} cannot be cut at {_text(tensor)}: {which}.",
                           found=str(self.stack), supported="tensors that came up while this model was built",
                           do="name the tensor as model.get_layer(...).output"
                              + (f"; layer {origin.operation.name!r} is called {len(calls)} times in the model, take "
                                 "the output of one of these calls" if len(calls) > 1 else ""))

    def opened(self, starts):
        """The calls of nested models that hold a start tensor."""
        return {id(node) for tensor in starts for node in self.homes[id(tensor)]}

    def check_inputs(self, starts, given):
        asked = f"{self.asked}(..., input_layers=...)"
        if len(given) != len(starts):
            raise WrongShape(f"{asked} takes one tensor for each start tensor.", found=f"{len(given)} for {len(starts)}",
                             do="give as many, in the same order, or leave input_layers out")
        for old, new in zip(starts, given):
            if not is_symbolic(new) or not _fits(_spec(old), _spec(new)):
                raise WrongShape(f"{asked}: {_text(new)} cannot stand for {_text(old)}.", found=str(self.stack),
                                 supported="Keras tensors of the same dtype, rank and known dimensions",
                                 do=f"Input(batch_shape={_spec(old)[0]}, dtype={_spec(old)[1]!r})")
        return given


class _Replay:
    """Copies the nodes that lead from replaced tensors to the outputs of a model."""

    def __init__(self, graph, replaced, edits=None):
        replaced = list(replaced)
        self.graph, self.edits, self.lost = graph, edits or {}, []
        self.starts = [old for old, _ in replaced]
        self.tensors = {id(old): new for old, new in replaced}
        self._open = graph.opened(self.starts)

    def outputs(self):
        """The outputs of the model, in its own structure, computed from the replaced tensors."""
        wanted = self.graph.network.outputs
        nodes, missing = self._needed(wanted)
        if missing:
            _refuse(self, nodes, missing)
        self._check_all_used(nodes)
        self._run(nodes)
        self.lost += [tensor for tensor in wanted if self._loses_mask(tensor)]
        return _mapped(_structure(self.graph.model, "output", wanted), lambda t: self.tensors[id(t)])

    def dependencies(self, node):
        """The tensors that a call needs, but for masks that Keras hands on by itself."""
        if id(node) not in self._open:
            args, kwargs = _arguments(node)
            return [t for t in _leaves((args, kwargs)) if is_symbolic(t)]
        inner = _network(node_operation(node))
        _, missing = self._needed(inner.outputs)
        wanted = {id(tensor) for tensor in missing}
        return [outer for outer, own in zip(node_inputs(node), inner.inputs) if id(own) in wanted]

    def _needed(self, outputs):
        nodes, missing, seen = [], [], set()
        stack = [(tensor, False) for tensor in reversed(outputs)]
        while stack:
            tensor, done = stack.pop()
            node = node_of(tensor)
            if done:
                nodes.append(node)
            elif id(tensor) not in self.tensors and id(node) not in seen:
                seen.add(id(node))
                if is_input_node(node):
                    missing.append(tensor)
                else:
                    stack.append((tensor, True))
                    stack.extend((parent, False) for parent in reversed(self.dependencies(node)))
        return nodes, missing

    def _check_all_used(self, nodes):
        used = {id(t) for node in nodes for t in self._all_inputs(node)} | {id(t) for t in self.graph.network.outputs}
        unused = [tensor for tensor in self.starts if id(tensor) not in used and not self.edits]
        if unused:
            raise NotConnected(
                f"{self.graph.asked}: no output of {self.graph.model.name!r} needs {_text(unused[0])} once it is cut there.",
                found=str(self.graph.stack), do="leave it out of start_tensors")

    def _all_inputs(self, node):
        if id(node) not in self._open:
            return self.dependencies(node)
        inner = self._needed(_network(node_operation(node)).outputs)[0]
        return ([t for n in inner for t in self._all_inputs(n)] + _network(node_operation(node)).outputs
                + self.dependencies(node))

    def _run(self, nodes):
        for node in nodes:
            if id(node) in self._open:
                self._run_inside(node)
            else:
                new = self._again(node)
                for old, tensor in zip(node_outputs(node), _leaves(new)):
                    self.tensors.setdefault(id(old), tensor)

    def _run_inside(self, node):
        inner = _network(node_operation(node))
        for outer, own in zip(node_inputs(node), inner.inputs):
            if id(outer) in self.tensors:
                self.tensors.setdefault(id(own), self.tensors[id(outer)])
        self._run(self._needed(inner.outputs)[0])
        for outer, own in zip(node_outputs(node), inner.outputs):
            self.tensors.setdefault(id(outer), self.tensors[id(own)])

    def _again(self, node):
        args, kwargs = _arguments(node)
        inputs = [t for t in _leaves((args, kwargs)) if is_symbolic(t)]
        args, kwargs = _mapped((args, kwargs), lambda t: self.tensors.get(id(t), t))
        if _takes_mask(node_operation(node)):
            self.lost += [t for t in inputs if self._loses_mask(t)]
        edit = self.edits.get(id(node))
        if edit is not None:
            return _fitting(self.graph, node, lambda: edit(node, args, kwargs))
        if all(self._same(tensor) for tensor in inputs) and all(_mask(t) is None for t in node_outputs(node)):
            return _copied(node, args, kwargs)
        return _call(self.graph, node, args, kwargs)

    def _same(self, old):
        new = self.tensors[id(old)]
        return _spec(old) == _spec(new) and _mask(old) is None and _mask(new) is None

    def _loses_mask(self, tensor):
        return _mask(tensor) is not None and _mask(self.tensors[id(tensor)]) is None


# --- editing ---------------------------------------------------------------------------------------------------------


def _edited(graph, name, layer, edit, inserted=False):
    targets = _targets(graph, name, inserted)
    _check_layer(graph, name, layer, inserted)
    entries = [node_of(tensor) for tensor in graph.network.inputs]
    with _undone_on_error(graph, (), [layer]):
        fresh = [_entry_like(tensor) for tensor in graph.network.inputs]
        fed = [_after_entry(graph, node, tensor, layer) if node in targets else tensor for node, tensor in zip(entries, fresh)]
        replay = _Replay(graph, zip(graph.network.inputs, fed), {id(node): edit for node in targets})
        outputs = replay.outputs()
        places = dict(zip((id(tensor) for tensor in graph.network.inputs), fresh))
        inputs = _mapped(_structure(graph.model, "input", graph.network.inputs), lambda t: places[id(t)])
        edited = _assembled(graph, inputs, outputs)
    _warn(graph, replay.lost, edited=True)
    return edited


def _targets(graph, name, inserted):
    targets = [node for node in graph.nodes if node_operation(node).name == name]
    if not targets:
        names = [operation.name for operation in graph.operations]
        close = difflib.get_close_matches(str(name), names, 5, 0.4) or names[:20]
        raise NoSuchLayer(f"{graph.asked}: the model {graph.model.name!r} has no layer named {name!r}.",
                          found=str(graph.stack), supported=", ".join(dict.fromkeys(close)))
    if not inserted and is_input_node(targets[0]):
        raise NotConnected(f"{graph.asked}: {name!r} is an input of {graph.model.name!r}, which no layer can take the place of.",
                           found=str(graph.stack), do="insert_layer(model, after=%r, layer=...)" % name)
    if inserted and len(node_outputs(targets[0])) != 1:
        raise WrongShape(f"{graph.asked}: {name!r} gives {len(node_outputs(targets[0]))} tensors, and the place is not clear.",
                         found=str(graph.stack), do="insert after a layer with one output")
    return targets


def _check_layer(graph, name, layer, inserted):
    if not isinstance(layer, graph.keras.layers.Layer):
        raise NotAModel(f"{graph.asked}: a layer or model is needed. Received: {layer!r}.", found=str(graph.stack),
                        do="wrap a function in layers.Lambda")
    names = {operation.name for operation in graph.operations} - (set() if inserted else {name})
    if layer.name in names:
        raise KcoolError(f"{graph.asked}: the model {graph.model.name!r} has another layer named {layer.name!r}.",
                         found=str(graph.stack), do=f"give the new layer a name of its own: name={layer.name + '_new'!r}")


def _after_entry(graph, node, tensor, layer):
    return _fitting(graph, node, lambda: layer(tensor))


def _assembled(graph, inputs, outputs):
    model, keras = graph.model, graph.keras
    if isinstance(model, keras.Sequential):
        return _as_sequential(graph, inputs, outputs)
    kind = keras.Model if type(model).__module__.split(".")[0] in ("keras", "tf_keras", "tensorflow") else type(model)
    if kind.__init__ is not keras.Model.__init__ and kind.__init__ is not type(keras.Model(inputs, outputs)).__init__:
        raise NotBuilt(f"{graph.asked}: {kind.__name__} has an __init__ of its own, so that no second one can be made.",
                       found=str(graph.stack), do="take the plain model in it: Model(model.inputs, model.outputs)")
    edited = kind(inputs, outputs, name=model.name)
    if not model.trainable:
        # The setter would reach into the shared layers.
        edited._trainable = False
    return edited


def _as_sequential(graph, inputs, outputs):
    """A Sequential over the layers that a chain of nodes calls."""
    layers, tensor = [], outputs
    while not is_input_node(node_of(tensor)):
        layers.insert(0, node_operation(node_of(tensor)))
        tensor = node_inputs(node_of(tensor))[0]
    entry = type(history(_leaves(inputs)[0]).operation).from_config(history(_leaves(inputs)[0]).operation.get_config())
    edited = graph.keras.Sequential([entry] + layers, name=graph.model.name)
    if not graph.model.trainable:
        edited._trainable = False
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


def _call(graph, node, args, kwargs):
    return _fitting(graph, node, lambda: node_operation(node)(*args, **kwargs))


def _fitting(graph, node, call):
    try:
        outputs = call()
    except KcoolError:
        raise
    except Exception as error:
        name = node_operation(node).name
        raise WrongShape(f"{graph.asked}: it breaks at layer {name!r} of {graph.model.name!r}, which used to take "
                         f"{', '.join(_text(t) for t in node_inputs(node)) or 'an input'}.",
                         found=f"{type(error).__name__}: {error} ({graph.stack})",
                         supported="layers whose output the following layers can take") from error
    if len(_leaves(outputs)) != len(node_outputs(node)):
        raise WrongShape(f"{graph.asked}: layer {node_operation(node).name!r} gave {len(node_outputs(node))} tensors, "
                         f"its replacement gives {len(_leaves(outputs))}.", found=str(graph.stack))
    return outputs


def _copied(node, args, kwargs):
    """The same call on other tensors of the same shapes and dtypes, recorded without running it."""
    outputs = _mapped(node.outputs, copy.copy)
    type(node)(node_operation(node), call_args=args, call_kwargs=kwargs, outputs=outputs)
    return outputs


def _arguments(node):
    """What the layer was called with, without the masks that Keras passes on by itself (3.0 records them, 3.15 not)."""
    if hasattr(node, "arguments"):
        args, kwargs = node.arguments.args, node.arguments.kwargs
    else:
        args, kwargs = node.call_args, node.call_kwargs
    masks = {id(_mask(t)) for t in _leaves((args, kwargs)) if _mask(t) is not None}
    passed_on = [key for key, value in kwargs.items() if masks and key.endswith("mask")
                 and all(id(leaf) in masks for leaf in _leaves(value))]
    return tuple(args), {key: value for key, value in kwargs.items() if key not in passed_on}


def _takes_mask(operation):
    inner = _network(operation)
    if inner is not None:
        return any(_takes_mask(node_operation(node)) for node in _nodes(inner))
    return any(name.endswith("mask") for name in inspect.signature(operation.call).parameters)


def _network(operation):
    """The graph of a functional or Sequential model; None for anything else."""
    network = getattr(operation, "_functional", None) or operation
    return network if getattr(network, "_nodes_by_depth", None) and network.outputs else None


def _nodes(network):
    return [node for depth in sorted(network._nodes_by_depth, reverse=True) for node in network._nodes_by_depth[depth]]


# --- tensors ---------------------------------------------------------------------------------------------------------


def _mask(tensor):
    return getattr(tensor, "_keras_mask", None)


def _spec(tensor):
    return tuple(tensor.shape), getattr(tensor.dtype, "name", tensor.dtype)


def _fits(old, new):
    return (old[1] == new[1] and len(old[0]) == len(new[0])
            and all(a is None or b is None or a == b for a, b in zip(old[0], new[0])))


def _text(tensor):
    if not is_symbolic(tensor):
        return f"{tensor!r} (no symbolic tensor of Keras)"
    shape, dtype = _spec(tensor)
    return f"the output of layer {history(tensor).operation.name!r} (shape {shape}, {dtype})"


def _input_like(graph, tensor):
    shape, dtype = _spec(tensor)
    kind = type(getattr(tensor, "type_spec", None)).__name__
    extra = {"sparse": True} if getattr(tensor, "sparse", False) or kind.startswith("Sparse") else {}
    if kind.startswith("Ragged"):
        extra["ragged"] = True
    return graph.keras.Input(batch_shape=shape, dtype=dtype, **extra)


def _entry_like(tensor):
    """A new input of the same name, shape and dtype as an input of the model."""
    layer = history(tensor).operation
    fresh = type(layer).from_config(layer.get_config())
    return node_outputs(fresh._inbound_nodes[0])[0]


def _structure(model, which, flat):
    if getattr(model, "_functional", None) is not None:
        model = model._functional
    structure = getattr(model, which)
    return structure if len(_leaves(structure)) == len(flat) else _single(list(flat))


def _leaves(structure):
    if isinstance(structure, dict):
        return [leaf for key in sorted(structure) for leaf in _leaves(structure[key])]
    if isinstance(structure, (list, tuple)):
        return [leaf for item in structure for leaf in _leaves(item)]
    return [] if structure is None else [structure]


def _mapped(structure, function):
    if isinstance(structure, dict):
        return {key: _mapped(value, function) for key, value in structure.items()}
    if isinstance(structure, tuple) and hasattr(structure, "_fields"):
        return type(structure)(*(_mapped(item, function) for item in structure))
    if isinstance(structure, (list, tuple)):
        return (tuple if isinstance(structure, tuple) else list)(_mapped(item, function) for item in structure)
    return function(structure) if is_symbolic(structure) else structure


def _listed(tensors):
    return list(tensors) if isinstance(tensors, (list, tuple)) else [tensors]


def _single(tensors):
    return tensors[0] if len(tensors) == 1 else tensors


# --- the edges -------------------------------------------------------------------------------------------------------


def _keras(stack):
    root, _, rest = stack.module.partition(".")
    module = importlib.import_module(root)
    return getattr(module, rest) if rest else module


@contextmanager
def _undone_on_error(graph, tensors, layers=()):
    """Takes back the nodes that a failed attempt left on layers."""
    operations = graph.operations + [history(t).operation for t in tensors] + list(layers)
    before = [(nodes, len(nodes)) for o in operations for nodes in (o._inbound_nodes, o._outbound_nodes)]
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
            cut.update(id(t) for t in node_outputs(node))
    joins = [(node, tensor) for node in nodes if id(node_outputs(node)[0]) in cut
             for tensor in replay.dependencies(node) if id(tensor) not in cut]
    sources = ", ".join(repr(history(t).operation.name) for t in missing)
    where = ("; ".join(f"layer {node_operation(node).name!r} also takes {_text(tensor)}" for node, tensor in joins[:5])
             or "no output depends on the start tensors alone")
    raise NotConnected(f"{graph.asked}: cutting {graph.model.name!r} there leaves paths from its own input(s) {sources}: {where}.",
                       found=str(graph.stack), supported="cuts that every path from an input to an output passes",
                       do="add the named tensor(s) to start_tensors, or the input(s) themselves")


def _warn(graph, lost, edited=False):
    names = sorted({history(tensor).operation.name for tensor in lost})
    if names:
        warnings.warn(MaskDropped(
            f"{graph.asked}: in {graph.model.name!r} the masks that came with the output of {', '.join(map(repr, names))} "
            "are used further on, and are gone now: padding counts like data there.\n"
            "  What to do: feed masked tensors (input_layers=Masking(...)(Input(...))), or cut before the mask is made"),
            stacklevel=4 if edited else 3)
