"""Watches the creation of graph nodes, so that tensors held by layers can be traced back to the call they came from."""
import importlib
import sys

from kcool.stack import stack

from . import held, patches
from .graph import node_of, node_operation
from .kinds import is_keras22
from .program import frame

__all__ = ["install", "keras_of"]

REASON = "tensors set in `call` live in a scratch graph; only when the node is made can be seen which call made them"


_installed = set()  # type: set


def install(chosen=None):
    """Puts the observer in, once for each Keras; `patches.undo()` takes it out.

    Args:
        chosen: the `Stack` whose Keras is meant; that of the process by default.
    """
    chosen = chosen or stack()
    if chosen.name in _installed:
        return
    _installed.add(chosen.name)
    node_class, before = _keras3() if chosen.family == "keras3" else _keras2(chosen)
    held.framework_names.update(vars(frame(keras_of(chosen).layers.Layer)))
    name = "%s.%s.__init__" % (node_class.__module__, node_class.__name__)
    patch = patches.Patch(name, REASON, chosen.name)
    patches.apply(patch, node_class, "__init__", lambda init: _observed(init, before))


def keras_of(chosen):
    """The Keras module of a stack."""
    return importlib.import_module("tensorflow").keras if chosen.flavour == "tf.keras" else importlib.import_module(
        chosen.flavour)


def _observed(init, before):
    def __init__(self, *args, **kwargs):
        init(self, *args, **kwargs)
        if not is_keras22(node_operation(self)):  # which links its tensors itself
            before(self)
            held.observe(self)
    return __init__


def _keras2(chosen):
    # The module of Node has moved with every release; any node leads to it.
    node = node_of(keras_of(chosen).Input((1,), name="kcool_probe"))
    return type(node), lambda node: None


def _keras3():
    module = importlib.import_module("kcool_modern.engines.calls")
    return sys.modules["keras.src.ops.node"].Node, module.run_calls
