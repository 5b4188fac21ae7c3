"""Nodes of our own in a Keras graph: gradients, and tensors that a layer held, as ordinary symbolic tensors.

They make such values combinable with everything that takes symbolic tensors. Only `function` can compute them.
"""
import importlib
from itertools import count

from kcool.dispatch import stack_of
from kcool.errors import TechniqueUnavailable

from .graph import is_symbolic, node_of, node_operation, node_outputs
from .held import Holder, is_held, origin
from .program import Held, Symbol, VariableValue

__all__ = ["GradientOf", "HeldBy", "add_node", "held_behind", "refuse", "symbol_behind", "symbol_of"]

_numbers = count(1)


class GradientOf(object):
    """The gradients of a loss: ``loss`` is a `Symbol`, ``wrt`` a list of `Symbol` and `VariableValue`."""

    attribute = "kcool_gradient"

    def __init__(self, loss, wrt):
        self.loss, self.wrt = loss, wrt

    def inputs(self):
        """The symbolic tensors that the node takes."""
        return [self.loss.tensor] + [target.tensor for target in self.wrt if isinstance(target, Symbol)]

    def specs(self):
        """Shape and dtype of every output."""
        found = [t.variable if isinstance(t, VariableValue) else t.tensor for t in self.wrt]
        return [(tuple(tensor.shape), tensor.dtype) for tensor in found]


class HeldBy(object):
    """A tensor that a layer held right after a call: ``held`` is a `Held`."""

    attribute = "kcool_held"

    def __init__(self, held, tensor):
        self.held, self._spec = held, (_shape(tensor), tensor.dtype)

    def inputs(self):
        """The symbolic tensors that the node takes."""
        return node_outputs(self.held.node)

    def specs(self):
        """Shape and dtype of the output."""
        return [self._spec]


def symbol_of(value):
    """A symbolic tensor for `value`, which is one already or is a tensor that a layer held; else None."""
    if is_symbolic(value):
        return value
    seen = origin(value) if is_held(value) else None
    if seen is None:
        return None
    node = seen.node()
    return add_node(HeldBy(Held(node, Holder(seen.owner(), seen.path)), value), stack_of(node_outputs(node)[0]))[0]


def symbol_behind(value):
    """The symbolic tensor for a tensor that a plain layer held; any other value as it is."""
    return value if is_symbolic(value) or not is_held(value) or origin(value) is None else symbol_of(value)


def held_behind(tensor):
    """The `Held` that a symbolic tensor from `symbol_of` stands for, else None."""
    node = node_of(tensor)
    mark = None if node is None else getattr(node_operation(node), HeldBy.attribute, None)
    return None if mark is None else mark.held


def add_node(mark, stack):
    """Adds a node that stands for a mark to the graph; gives its outputs, a list of symbolic tensors."""
    name = "%s_%d" % (mark.attribute, next(_numbers))
    module = importlib.import_module("kcool_modern.engines.%s" % ("nodes3" if stack.family == "keras3" else "nodes2"))
    return module.outputs(mark, name, stack)


def refuse(name):
    """Raises, because a node of ours is about to be run by Keras."""
    raise TechniqueUnavailable("%s can be computed by compat.function only, not inside a Model." % name,
                               do="compat.function([...], [...]) with this tensor among the outputs")


def _shape(tensor):
    return tuple(size if isinstance(size, int) else None for size in tensor.shape)
