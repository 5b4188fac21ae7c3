"""Writing operations down instead of carrying them out."""
import functools
from collections import OrderedDict

from keras.src.ops.node import Node

from ...marks import symbol_behind
from . import devices
from .context import call_of_plain_layer, computation
from .engines import engine, value_of
from .spec import flat, is_backend_tensor, is_symbol, is_variable, map_structure

__all__ = ["Recorded", "is_traced", "op", "record", "reset_names"]

_counts = {}  # type: dict


def _unique(name):
    count = _counts[name] = _counts.get(name, -1) + 1
    return name if count == 0 else "%s_%d" % (name, count)


def reset_names():
    """Names begin without a number again."""
    _counts.clear()


class Recorded(object):
    """An operation of the graph that is no layer: a function of tensors.

    Attributes:
        function: called with values in the place of symbols.
        args, kwargs: what it was called with; symbols stand in any depth of lists, tuples, dicts and slices.
        structure: the outputs, nested as the function nests them.
        free: symbols that the function refers to without having been handed them.
        random: whether two runs give different numbers.
    """

    def __init__(self, function, args, kwargs, name, random=False):
        self.function, self.args, self.kwargs = function, args, kwargs
        self.name, self.random = _unique(name), random
        self._inbound_nodes, self._outbound_nodes = [], []
        self.structure, self.free = None, []

    @property
    def type(self):
        """What TensorFlow 1 calls the type of an operation: the function's name."""
        return getattr(self.function, "__name__", type(self.function).__name__)

    @property
    def inputs(self):
        """The symbolic tensors it takes."""
        return [leaf for leaf in flat((self.args, self.kwargs)) if is_symbol(leaf)]

    @property
    def outputs(self):
        """The symbolic tensors it gives."""
        return list(self._inbound_nodes[0].outputs)

    def needs(self):
        """The symbols whose values `run` asks for."""
        return self.inputs + self.free

    def run(self, run):
        """Carries the operation out; gives its outputs, a flat list."""
        args, kwargs = map_structure(_value, (self.args, self.kwargs))
        return flat(self.function(*args, **kwargs))

    def __repr__(self):
        return "<%s %s>" % (self.type, self.name)


def record(function, args, kwargs=None, name=None, random=False):
    """Carries `function` out where a computation is under way, and adds it to the graph where none is.

    Args:
        function: takes and gives tensors of an engine; must be pure but for random numbers.
        args, kwargs: its arguments; symbolic tensors and variables in any depth of lists, tuples, dicts and slices.
        name: a hint for the operation's name.
        random: whether two runs give different numbers.

    Returns:
        What the function gives; in a graph, with symbolic tensors in the place of tensors.
    """
    kwargs = kwargs or {}
    now = computation()
    if now is None and call_of_plain_layer() is None:
        args, kwargs = map_structure(symbol_behind, (args, kwargs))
    leaves = flat((args, kwargs))
    if now is None and not any(map(is_traced, leaves)) and (
            call_of_plain_layer() is None or any(map(is_symbol, leaves))):
        return _recorded(function, args, kwargs, name or function.__name__, random, leaves)
    args, kwargs = map_structure(_value, (args, kwargs))
    return function(*args, **kwargs)


def _value(leaf):
    if is_variable(leaf):
        return value_of(leaf)
    if not is_symbol(leaf):
        return leaf
    if computation() is None:
        raise ValueError("%r belongs to a graph and cannot be mixed with tensors of a running computation." % (leaf,))
    return computation().resolve(leaf)


def _recorded(function, args, kwargs, name, random, leaves):
    from .infer import infer
    operation = Recorded(function, args, kwargs, name, random)
    found = infer(function, args, kwargs, name=operation.name)
    operation.structure, operation.free = found.outputs, found.free
    outputs = flat(found.outputs)
    symbols = unique(leaf for leaf in leaves if is_symbol(leaf))
    attach(operation, symbols + found.free, {}, outputs).draws = found.draws
    uses = found.uses_learning_phase or any(getattr(s, "_uses_learning_phase", False) for s in symbols + found.free)
    for tensor in outputs:
        tensor._uses_learning_phase = uses
    return found.outputs


def attach(operation, inputs, kwargs, outputs):
    """Links symbols through a node of Keras 3."""
    node = Node(operation=operation, call_args=(list(inputs),), call_kwargs=kwargs, outputs=outputs)
    node.device = devices.current()
    return node


def unique(tensors):
    """The tensors, each one once."""
    return list(OrderedDict((id(tensor), tensor) for tensor in tensors).values())


def op(function=None, random=False):
    """Decorator for functions of tensors: recorded in a graph, carried out in a computation."""
    if function is None:
        return functools.partial(op, random=random)

    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return record(function, args, kwargs, function.__name__, random)

    return wrapper


def is_traced(value):
    """Whether a value belongs to a trace that is under way, outside of any computation of ours."""
    if not is_backend_tensor(value) or is_variable(value):
        return False
    return engine().is_traced(value)
