"""Computing symbolic tensors from others: the order of the operations, and their execution inside a trace."""
import keras

from ...graph import node_operation, node_outputs, nodes_between
from . import devices
from .context import Computation
from .phase import LEARNING_PHASE
from .spec import flat, is_symbol

__all__ = ["Plan", "Run"]


class Plan(object):
    """The operations between given and wanted symbols, in an order in which they can be carried out.

    Args:
        inputs: symbols whose values are given.
        targets: symbols whose values are wanted.

    Attributes:
        nodes: the nodes to run.
        missing: entries of the graph that are needed and not given.
        random: whether two runs may give different numbers.
        differentiates: whether a gradient has to be computed.
    """

    def __init__(self, inputs, targets):
        self.inputs, self.targets = list(inputs), list(targets)
        self.nodes, self.missing = ordered(self.inputs, self.targets)
        operations = [node_operation(node) for node in self.nodes]
        self.random = any(getattr(operation, "random", True) for operation in operations)
        self.differentiates = any(getattr(operation, "differentiates", False) for operation in operations)


class Run(Computation):
    """One execution of a `Plan`.

    Args:
        plan: the `Plan`.
        engine: the module of `engines`.
        feeds: a tensor of the engine for each input.
        training: bool, the learning phase.
        change: called as ``change(symbol, value)`` for every value that is computed or fed; gives the one to go on
        with.
    """

    def __init__(self, plan, engine, feeds, training, change=None):
        super().__init__()
        self.plan, self.engine, self.training, self.feeds = plan, engine, bool(training), list(feeds)
        self.change = change or (lambda symbol, value: value)
        self._values = {}

    def execute(self, stop=None):
        """Carries out all operations, or those before the node `stop`; gives the run itself."""
        with self:
            for symbol, value in zip(self.plan.inputs, self.feeds):
                self._values[id(symbol)] = self.change(symbol, value)
            for node in self.plan.nodes:
                if node is stop:
                    break
                self._carry_out(node)
        return self

    def resolve(self, symbol):
        """The value of a symbol."""
        if id(symbol) in self._values:
            value = self._values[id(symbol)]
            if self.engine.knows_sizes:
                self.declare(value, symbol)
            return value
        if symbol is LEARNING_PHASE:
            return keras.ops.convert_to_tensor(self.training)
        raise ValueError("%r was not found out to be needed when the graph was described, and is." % (symbol,))

    def again(self, change):
        """A second run with the same feeds, in which `change` comes on top of this run's own."""
        return Run(self.plan, self.engine, self.feeds, self.training,
                   lambda symbol, value: change(symbol, self.change(symbol, value)))

    def _carry_out(self, node):
        symbols = node_outputs(node) + getattr(node, "products", [])
        for symbol, value in zip(symbols, carry_out(node, self)):
            # A fed tensor may be one of several outputs of an operation that has to run for another one.
            if id(symbol) not in self._values:
                self._values[id(symbol)] = self.change(symbol, value)


def carry_out(node, run):
    """The outputs of one node as a flat list of values, on the device that it was written down for."""
    if getattr(node, "device", ()):
        with devices.placed(node.device):
            return _carry_out(node, run)
    return _carry_out(node, run)


def _carry_out(node, run):
    operation = node_operation(node)
    run.begin(vars(node).setdefault("draws", {}))
    if hasattr(operation, "run_node"):
        return operation.run_node(node, run)
    if hasattr(operation, "run"):
        return operation.run(run)
    # An operation of plain Keras 3.
    values = {id(tensor): run.resolve(tensor) for tensor in node.input_tensors}
    args, kwargs = node.arguments.fill_in(values)
    return flat(operation(*args, **kwargs))


def needs(node):
    """The symbols that a node's execution asks for."""
    operation = node_operation(node)
    if hasattr(operation, "needs_of"):
        return operation.needs_of(node)
    return operation.needs() if hasattr(operation, "needs") else list(node.input_tensors)


def ordered(inputs, targets):
    """The nodes between two sets of symbols, and the entries that are needed and not given."""
    return nodes_between([*inputs, LEARNING_PHASE], [one for one in targets if is_symbol(one)], needs, _is_entry)


def _is_entry(node):
    operation = node_operation(node)
    return node.is_input and not hasattr(operation, "run") and not needs(node)
