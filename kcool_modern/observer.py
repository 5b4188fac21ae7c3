"""Watches the creation of graph nodes, so that tensors held by layers can be traced back to the call they came from."""
import importlib
import sys

from kcool.stack import stack

from . import held, patches
from .graph import node_of

__all__ = ["install"]

REASON = "tensors set in `call` live in a scratch graph; only at the creation of the node is it known which call made them"


def install():
    """Puts the observer in, for the Keras of this process; once. `patches.undo()` takes it out."""
    chosen = stack()
    node_class, before = _keras3() if chosen.family == "keras3" else _keras2(chosen)
    name = "%s.%s.__init__" % (node_class.__module__, node_class.__name__)
    patches.apply(patches.Patch(name, REASON, chosen.name), node_class, "__init__", lambda init: _observed(init, before))


def _observed(init, before):
    def __init__(self, *args, **kwargs):
        init(self, *args, **kwargs)
        before(self)
        held.observe(self)
    return __init__


def _keras2(chosen):
    keras = importlib.import_module("tf_keras") if chosen.flavour == "tf_keras" else importlib.import_module(
        "tensorflow").keras
    # The module of Node has moved with every release; any node leads to it.
    node = node_of(keras.Input((1,), name="kcool_probe"))
    return type(node), lambda node: None


def _keras3():
    module = importlib.import_module("kcool_modern.keras22.calls")
    return sys.modules["keras.src.ops.node"].Node, module.run_calls
