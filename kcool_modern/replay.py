"""Replays a part of a model's graph on other tensors, node by node: what surgery is made of.

A node whose inputs kept shape and dtype is copied without running the layer. Where shapes change or masks travel, the
layer is called, so that Keras itself checks the fit.
"""
import copy
import importlib
import inspect

from kcool.dispatch import stack_of
from kcool.errors import KcoolError, NotAModel, NotBuilt, NotConnected, WrongShape

from .graph import history, is_input_node, is_symbolic, node_inputs, node_of, node_operation, node_outputs

__all__ = ["Graph", "Replay", "fitting", "leaves", "mapped", "mask", "nodes_of", "single", "spec", "structure_of",
           "text"]


class Graph:
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
                f"{asked}: the model {model.name!r} has no graph: it is subclassed, or saw no input shape yet.",
                found=f"{type(model).__name__} on {self.stack}", supported="functional and built Sequential models",
                do="call model.build(...) on a Sequential; make a subclassed model functional: Model(x, model.call(x))")
        self.nodes = nodes_of(self.network)
        self.homes = {id(tensor): () for node in self.nodes for tensor in node_outputs(node)}
        self._enter(self.nodes, ())

    def _enter(self, nodes, path):
        for node in nodes:
            inner = _network(node_operation(node))
            if inner is not None:
                here = path + (node,)
                for tensor in (t for n in nodes_of(inner) for t in node_outputs(n)):
                    # A nested model that is called twice leaves it open which call is meant.
                    self.homes[id(tensor)] = here if self.homes.get(id(tensor), here) == here else None
                self._enter(nodes_of(inner), here)

    @property
    def operations(self):
        """The layers and operations that the model calls."""
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
        raise NotConnected(f"{self.asked}: {self.model.name!r} cannot be cut at {text(tensor)}: {which}.",
                           found=str(self.stack), supported="tensors that came up while this model was built",
                           do="name the tensor as model.get_layer(...).output"
                              + (f"; layer {origin.operation.name!r} is called {len(calls)} times in the model, take "
                                 "the output of one of these calls" if len(calls) > 1 else ""))

    def opened(self, starts):
        """The calls of nested models that hold a start tensor."""
        return {id(node) for tensor in starts for node in self.homes[id(tensor)]}

    def check_inputs(self, starts, given):
        """The tensors that a user gave to be fed, if they fit the start tensors."""
        asked = f"{self.asked}(..., input_layers=...)"
        if len(given) != len(starts):
            raise WrongShape(f"{asked} takes one tensor for each start tensor.",
                             found=f"{len(given)} for {len(starts)}",
                             do="give as many, in the same order, or leave input_layers out")
        for old, new in zip(starts, given):
            if not is_symbolic(new) or not _fits(spec(old), spec(new)):
                raise WrongShape(f"{asked}: {text(new)} cannot stand for {text(old)}.", found=str(self.stack),
                                 supported="Keras tensors of the same dtype, rank and known dimensions",
                                 do=f"Input(batch_shape={spec(old)[0]}, dtype={spec(old)[1]!r})")
        return given


class Replay:
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
        return mapped(structure_of(self.graph.model, "output", wanted), lambda t: self.tensors[id(t)])

    def dependencies(self, node):
        """The tensors that a call needs, but for masks that Keras hands on by itself."""
        if id(node) not in self._open:
            args, kwargs = _arguments(node)
            return [t for t in leaves((args, kwargs)) if is_symbolic(t)]
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
        unused = [tensor for tensor in self.starts if id(tensor) not in used]
        if unused and not self.edits:
            raise NotConnected(
                f"{self.graph.asked}: once {self.graph.model.name!r} is cut, no output needs {text(unused[0])}.",
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
                for old, tensor in zip(node_outputs(node), leaves(new)):
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
        inputs = [t for t in leaves((args, kwargs)) if is_symbolic(t)]
        args, kwargs = mapped((args, kwargs), lambda t: self.tensors.get(id(t), t))
        if _takes_mask(node_operation(node)):
            self.lost += [t for t in inputs if self._loses_mask(t)]
        edit = self.edits.get(id(node))
        if edit is not None:
            return fitting(self.graph, node, lambda: edit(node, args, kwargs))
        if all(self._same(tensor) for tensor in inputs) and all(mask(t) is None for t in node_outputs(node)):
            return _copied(node, args, kwargs)
        return _call(self.graph, node, args, kwargs)

    def _same(self, old):
        new = self.tensors[id(old)]
        return spec(old) == spec(new) and mask(old) is None and mask(new) is None

    def _loses_mask(self, tensor):
        return mask(tensor) is not None and mask(self.tensors[id(tensor)]) is None


def _refuse(replay, nodes, missing):
    """Says at which layer a path around the cut comes in, and from which input."""
    graph, cut = replay.graph, {id(t) for t in replay.starts}
    for node in nodes:
        if any(id(t) in cut for t in replay.dependencies(node)):
            cut.update(id(t) for t in node_outputs(node))
    joins = [(node, tensor) for node in nodes if id(node_outputs(node)[0]) in cut
             for tensor in replay.dependencies(node) if id(tensor) not in cut]
    sources = ", ".join(repr(history(t).operation.name) for t in missing)
    where = ("; ".join(f"layer {node_operation(node).name!r} also takes {text(tensor)}" for node, tensor in joins[:5])
             or "no output depends on the start tensors alone")
    raise NotConnected(f"{graph.asked}: this cut of {graph.model.name!r} leaves paths from its own input "
                       f"{sources}: {where}.",
                       found=str(graph.stack), supported="cuts that every path from an input to an output passes",
                       do="add the named tensor(s) to start_tensors, or the input(s) themselves")


# --- single nodes ----------------------------------------------------------------------------------------------------


def _call(graph, node, args, kwargs):
    return fitting(graph, node, lambda: node_operation(node)(*args, **kwargs))


def fitting(graph, node, call):
    """Runs the call that stands for a node; what goes wrong is told with the name of the node's layer."""
    try:
        outputs = call()
    except KcoolError:
        raise
    except Exception as error:
        name = node_operation(node).name
        raise WrongShape(f"{graph.asked}: it breaks at layer {name!r} of {graph.model.name!r}, which used to take "
                         f"{', '.join(text(t) for t in node_inputs(node)) or 'an input'}.",
                         found=f"{type(error).__name__}: {error} ({graph.stack})",
                         supported="layers whose output the following layers can take") from error
    if len(leaves(outputs)) != len(node_outputs(node)):
        raise WrongShape(f"{graph.asked}: layer {node_operation(node).name!r} gave {len(node_outputs(node))} tensors, "
                         f"its replacement gives {len(leaves(outputs))}.", found=str(graph.stack))
    return outputs


def _copied(node, args, kwargs):
    """The same call on other tensors of the same shapes and dtypes, recorded without running it."""
    outputs = mapped(node.outputs, copy.copy)
    type(node)(node_operation(node), call_args=args, call_kwargs=kwargs, outputs=outputs)
    return outputs


def _arguments(node):
    """What the layer was called with, without the masks that Keras passes on by itself (3.0 records them, 3.15 not)."""
    if hasattr(node, "arguments"):
        args, kwargs = node.arguments.args, node.arguments.kwargs
    else:
        args, kwargs = node.call_args, node.call_kwargs
    masks = {id(mask(t)) for t in leaves((args, kwargs)) if mask(t) is not None}
    passed_on = [key for key, value in kwargs.items() if masks and key.endswith("mask")
                 and all(id(leaf) in masks for leaf in leaves(value))]
    return tuple(args), {key: value for key, value in kwargs.items() if key not in passed_on}


def _takes_mask(operation):
    inner = _network(operation)
    if inner is not None:
        return any(_takes_mask(node_operation(node)) for node in nodes_of(inner))
    return any(name.endswith("mask") for name in inspect.signature(operation.call).parameters)


def _network(operation):
    """The graph of a functional or Sequential model; None for anything else."""
    network = getattr(operation, "_functional", None) or operation
    return network if getattr(network, "_nodes_by_depth", None) and network.outputs else None


def nodes_of(network):
    """The nodes of a functional model, inputs first."""
    return [node for depth in sorted(network._nodes_by_depth, reverse=True) for node in network._nodes_by_depth[depth]]


# --- tensors ---------------------------------------------------------------------------------------------------------


def mask(tensor):
    """The mask that a tensor carries, or None."""
    return getattr(tensor, "_keras_mask", None)


def spec(tensor):
    """Shape and dtype of a tensor, as a tuple and a name."""
    return tuple(tensor.shape), getattr(tensor.dtype, "name", tensor.dtype)


def _fits(old, new):
    return (old[1] == new[1] and len(old[0]) == len(new[0])
            and all(a is None or b is None or a == b for a, b in zip(old[0], new[0])))


def text(tensor):
    """A tensor, for people."""
    if not is_symbolic(tensor):
        return f"{tensor!r} (no symbolic tensor of Keras)"
    shape, dtype = spec(tensor)
    return f"the output of layer {history(tensor).operation.name!r} (shape {shape}, {dtype})"


def structure_of(model, which, flat):
    """The ``input`` or ``output`` of a model in the structure that it was made with."""
    if getattr(model, "_functional", None) is not None:
        model = model._functional
    structure = getattr(model, which)
    return structure if len(leaves(structure)) == len(flat) else single(list(flat))


def leaves(structure):
    """Everything in nested lists and dicts that is not None, in the order in which Keras flattens."""
    if isinstance(structure, dict):
        return [leaf for key in sorted(structure) for leaf in leaves(structure[key])]
    if isinstance(structure, (list, tuple)):
        return [leaf for item in structure for leaf in leaves(item)]
    return [] if structure is None else [structure]


def mapped(structure, function):
    """The structure with each symbolic tensor replaced by a function of it."""
    if isinstance(structure, dict):
        return {key: mapped(value, function) for key, value in structure.items()}
    if isinstance(structure, tuple) and hasattr(structure, "_fields"):
        return type(structure)(*(mapped(item, function) for item in structure))
    if isinstance(structure, (list, tuple)):
        return (tuple if isinstance(structure, tuple) else list)(mapped(item, function) for item in structure)
    return function(structure) if is_symbolic(structure) else structure


def single(tensors):
    """A list of one as the one."""
    return tensors[0] if len(tensors) == 1 else tensors


def _keras(stack):
    root, _, rest = stack.module.partition(".")
    module = importlib.import_module(root)
    return getattr(module, rest) if rest else module
