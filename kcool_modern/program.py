"""A part of a Keras graph as something that can be run: from given tensors to wanted ones, node by node.

The engines run it while they trace (TensorFlow, JAX) or on every call (PyTorch). Running it leaves no mark on the
model: no node is added, attributes that layers set in ``call`` get their former values back.
"""
import threading
from collections import namedtuple
from contextlib import contextmanager

from kcool.errors import KcoolError, TechniqueUnavailable

from . import recorded
from .graph import is_input_node, node_inputs, node_of, node_operation, node_outputs, nodes_between, sublayers
from .held import is_held, own_attributes, read
from .kinds import is_keras22

__all__ = ["Constant", "Held", "Program", "Run", "Symbol", "Update", "VariableValue", "frame", "running"]

#: Held by the thread that runs a program: layers keep what their `call` sets, so two runs at a time would mix it up.
running = threading.RLock()

#: What can be asked for: a tensor of the graph, a tensor held by a layer after a call, a variable's value, a number.
Symbol = namedtuple("Symbol", "tensor")
Held = namedtuple("Held", "node holder")
VariableValue = namedtuple("VariableValue", "variable")
Constant = namedtuple("Constant", "value")

#: A variable's new value. ``kind``: ``set``, ``add`` or ``subtract``; ``target``: one of the above.
Update = namedtuple("Update", "variable kind target")

#: What is known about a node before anything runs: its outputs, each with whether it carries a mask, and what is to be
#: read after it: pairs of a key and a `Held`.
Step = namedtuple("Step", "node operation outputs wanted")


class Program(object):
    """What a function computes.

    Args:
        inputs: symbolic tensors that are fed.
        outputs: a list of `Symbol`, `Held`, `VariableValue`.
        updates: a list of `Update`.
        layer_class: the ``Layer`` class of the graph's Keras.
    """

    def __init__(self, inputs, outputs, updates, layer_class):
        self.inputs, self.outputs, self.updates = list(inputs), list(outputs), list(updates)
        self.targets = self.outputs + [update.target for update in self.updates]
        self.nodes, self.missing = _plan(self.inputs, self.targets)
        self.targets += [_mark(node, "kcool_held").held for node in self.nodes if _mark(node, "kcool_held")]
        self.steps = [_step(node, self.targets) for node in self.nodes]
        self.frame = frame(layer_class)
        self._protected = [layer for layer in self._layers() if _may_hold(layer)]

    def _layers(self):
        layers = {id(layer): layer for node in self.nodes for layer in sublayers(node_operation(node))}
        return [layer for layer in layers.values() if not is_keras22(layer)]

    @contextmanager
    def attributes_restored(self):
        """Lets layers set attributes in ``call`` and puts the former values back."""
        wanted = [target.holder.owner for target in self.targets if isinstance(target, Held)]
        layers = {id(layer): layer for layer in self._protected + wanted}.values()
        saved = [(vars(layer), _lend(layer)) for layer in layers]
        try:
            yield
        finally:
            for attributes, former in saved:
                attributes.update(former)


class Run(object):
    """One execution of a `Program`, with tensors of an engine.

    Args:
        program: the `Program`.
        engine: has ``gradients(run, index, loss, wrt)``, called for nodes that ask for gradients.
        feeds: one tensor per input.
        training: bool; a layer that was told ``training=True`` when the graph was built keeps it.
        change: called as ``change(symbolic, value)`` on every computed value; gives the value to go on with.
    """

    def __init__(self, program, engine, feeds, training, change=None):
        self.program, self.engine, self.training, self.feeds = program, engine, training, list(feeds)
        self.change = change or (lambda symbolic, value: value)
        self.values, self.held = {}, {}

    def execute(self, stop=None):
        """Runs all nodes, or the first `stop` of them, inside one layer call that carries the learning phase."""
        with running, self.program.attributes_restored(), recorded.computing(self):
            self.program.frame.run(lambda feeds: self._nodes(feeds, stop), self.feeds, self.training)
        return self

    def again(self, change):
        """A second run of the same program with the same feeds, in which `change` comes on top of this run's own."""
        return Run(self.program, self.engine, self.feeds, self.training,
                   lambda symbolic, value: change(symbolic, self.change(symbolic, value)))

    def value(self, target):
        """The tensor behind a `Symbol` or `Held` after the run."""
        if isinstance(target, Symbol):
            return self.values[id(target.tensor)]
        return self.held[_key(target)]

    def _nodes(self, feeds, stop):
        for symbolic, value in zip(self.program.inputs, feeds):
            self.values[id(symbolic)] = self.change(symbolic, value)
        for index, step in enumerate(self.program.steps[:stop]):
            before = [read(target.holder) for _, target in step.wanted]
            self._keep(step, self._results(index, step))
            for (key, target), former in zip(step.wanted, before):
                self.held[key] = _fresh(target, former)

    def _results(self, index, step):
        if _mark(step.node, "kcool_gradient"):
            return self.engine.gradients(self, index, step.operation)
        if _mark(step.node, "kcool_held"):
            return [self.value(step.operation.kcool_held.held)]
        if is_keras22(step.operation):
            return recorded.carry_out(step.node)
        args, kwargs = _filled(step.node, self.values)
        if kwargs.get("training") is False:
            # Keras 3 writes the default into the node; Keras 2.2 decided when the function ran.
            del kwargs["training"]
        return _flat(step.operation(*args, **kwargs))

    def _keep(self, step, results):
        for (symbolic, masked), value in zip(step.outputs, results):
            # A given tensor may be an output of a node that also has to run: for its other outputs, or for its mask.
            known = self.values.setdefault(id(symbolic), self.change(symbolic, value))
            if masked and known is not value:
                known._keras_mask = getattr(value, "_keras_mask", None)


def _step(node, targets):
    wanted = [(_key(target), target) for target in targets if isinstance(target, Held) and target.node is node]
    return Step(node, node_operation(node), [(tensor, _carries_mask(tensor)) for tensor in node_outputs(node)], wanted)


def _carries_mask(tensor):
    """Whether a tensor has a mask that only its layer can compute: Keras 2; in Keras 3 masks are inputs of nodes."""
    node = node_of(tensor)
    masked = getattr(tensor, "_keras_mask", None) is not None
    return masked and node is not None and not is_input_node(node) and not hasattr(node, "arguments")


def _plan(inputs, targets):
    wanted = [target.tensor for target in targets if isinstance(target, Symbol)]
    calls = [target.node for target in targets if isinstance(target, Held)]
    masked = [tensor for tensor in inputs if _carries_mask(tensor)]
    # Layers whose outputs are fed run first all the same, in the order of the graph, for the sake of the masks.
    layers = [node for node in nodes_between([], masked)[0] if any(node is node_of(tensor) for tensor in masked)]
    nodes, missing = nodes_between(inputs, [tensor for node in layers for tensor in node_inputs(node)])
    rest, more = nodes_between(inputs, wanted + [tensor for node in calls for tensor in node_inputs(node)])
    for node in layers + rest + calls:
        if not any(node is other for other in nodes):
            nodes.append(node)
    return nodes, missing + [tensor for tensor in more if not any(tensor is other for other in missing)]


def _mark(node, attribute):
    return getattr(node_operation(node), attribute, None)


def _filled(node, values):
    if hasattr(node, "arguments"):
        return node.arguments.fill_in(values)
    tensors = node_inputs(node)
    return node.map_arguments({str(id(t)): [values[id(t)]] * len(tensors) for t in tensors})


def _fresh(target, before):
    value = read(target.holder)
    if value is None or (value is before and not _is_constant(value)):
        raise TechniqueUnavailable(
            "layer %r did not set self.%s again when it was called with real tensors."
            % (target.holder.owner.name, ".".join(str(part) for part in target.holder.path)),
            supported="tensors that `call` sets whenever it runs", do="set the attribute in `call` unconditionally")
    return value


def _is_constant(value):
    # Concrete TensorFlow tensors have numpy(); those of a trace that is over do not.
    return hasattr(value, "numpy") and type(value).__module__.startswith("tensorflow")


def _key(held):
    return id(held.node), id(held.holder.owner), held.holder.path


def _may_hold(layer):
    return any(_is_lendable(value) for _, value in own_attributes(layer))


def _lend(layer):
    """Puts copies in the place of a layer's lists and dicts, so that `call` fills those; gives the former values."""
    former = {name: value for name, value in own_attributes(layer) if _is_lendable(value)}
    vars(layer).update({name: _copy(value) for name, value in former.items()})
    return former


def _is_lendable(value):
    if isinstance(value, (list, tuple)):
        return all(_is_lendable(item) for item in value)
    if isinstance(value, dict):
        return all(_is_lendable(item) for item in value.values())
    return is_held(value)


def _copy(value):
    if isinstance(value, list):
        return [_copy(item) for item in value]
    return {key: _copy(item) for key, item in value.items()} if isinstance(value, dict) else value


def _flat(structure):
    if isinstance(structure, dict):
        return [leaf for key in sorted(structure) for leaf in _flat(structure[key])]
    if isinstance(structure, (list, tuple)):
        return [leaf for item in structure for leaf in _flat(item)]
    return [structure]


_frames = {}  # type: dict


def frame(layer_class):
    """A layer that runs a function of its inputs: layers called inside it take the learning phase from it."""
    if layer_class not in _frames:
        class Frame(layer_class):
            def run(self, body, feeds, training):
                if not feeds:
                    body(feeds)
                else:
                    # A run can start another one inside it, for the sake of gradients.
                    failed, outer = [], vars(self).get("body")
                    vars(self)["body"] = lambda: _noting(failed, body, feeds)
                    try:
                        self(feeds[0], training=training)
                    finally:
                        vars(self)["body"] = outer
                    if failed:
                        raise failed[0]

            def call(self, feed, training=None):
                vars(self)["body"]()
                return feed

        _frames[layer_class] = Frame(name="kcool_function", dtype="float32", autocast=False)
        # Keras 3 would look through the arguments at every call; they are tensors and stay as they are.
        vars(_frames[layer_class]).update(_convert_input_args=False, _allow_non_tensor_positional_args=True)
    return _frames[layer_class]


def _noting(failed, body, values):
    # Keras and TensorFlow wrap what is raised inside a layer call; our own errors are to arrive as they are.
    try:
        body(values)
    except KcoolError as error:
        failed.append(error)
