"""Where plain models of Keras 3 and operations of `compat.K` meet.

Outside of layers `compat.K` records operations (`keras22._symbolic`), on plain symbolic tensors too. A `program.Run`
carries them out among the layers' calls.
"""
import sys
from contextlib import contextmanager

from .graph import is_input_node, is_symbolic, node_operation, nodes_between
from .kinds import is_keras22

__all__ = ["carry_out", "computing", "has_plain_layers"]

_SYMBOLIC = __name__.rpartition(".")[0] + ".keras22._symbolic."


def has_plain_layers(structure):
    """Whether layers of plain Keras 3, and none of Keras 2.2, lead to the tensors in nested lists and tuples."""
    operations = [node_operation(node) for node in nodes_between([], _symbols(structure))[0] if not is_input_node(node)]
    layers = [one for one in operations if hasattr(one, "add_weight")]
    return bool(layers) and not any(map(is_keras22, layers))


def _symbols(structure):
    if isinstance(structure, (list, tuple)):
        return [symbol for item in structure for symbol in _symbols(item)]
    if hasattr(structure, "variable") and hasattr(structure, "kind"):
        return [structure.value]
    return [structure] if is_symbolic(structure) else []


@contextmanager
def computing(run):
    """A context in which operations of `compat.K` are carried out with the values of a `program.Run`."""
    contexts = sys.modules.get(_SYMBOLIC + "context")
    if contexts is None:
        yield
        return
    computation = contexts.Computation()
    computation.training, computation.resolve = run.training, lambda symbol: _resolved(run, symbol)
    with computation:
        yield


def _resolved(run, symbol):
    if symbol is sys.modules[_SYMBOLIC + "phase"].LEARNING_PHASE:
        return run.training
    return run.values[id(symbol)]


def carry_out(node):
    """The outputs of a recorded operation, a flat list, inside `computing`."""
    computation = sys.modules[_SYMBOLIC + "context"].computation()
    return sys.modules[_SYMBOLIC + "run"].carry_out(node, computation)
