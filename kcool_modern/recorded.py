"""Where plain models of Keras 3 and operations of `compat.K` meet.

Outside of layers `compat.K` records operations (`keras22._symbolic`), on plain symbolic tensors too. A `program.Run`
carries them out among the layers' calls.
"""
import sys
from contextlib import contextmanager

__all__ = ["carry_out", "computing"]

_SYMBOLIC = __name__.rpartition(".")[0] + ".keras22._symbolic."


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
