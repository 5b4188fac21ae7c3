"""``K.gradients``: gradients as tensors of the graph."""
import keras

from .engines import engine
from .record import attach, record, unique
from .spec import is_symbol, is_variable, static_shape
from .tensor import Tensor
from .variable import reading

__all__ = ["gradients"]


class Gradient(object):
    """The operation that gives the gradients of one symbol with respect to others.

    Attributes:
        loss: symbol; the gradient of the sum of its elements is meant.
        wrt: symbols and variables that the loss depends on.
    """

    random = False
    differentiates = True
    type = "gradients"

    def __init__(self, loss, wrt):
        self.loss, self.wrt = loss, wrt
        self.name = "gradients"
        self._inbound_nodes, self._outbound_nodes = [], []

    def needs(self):
        """The symbols whose values are needed first."""
        return [self.loss] + [one for one in self.wrt if is_symbol(one)]

    def run_node(self, node, run):
        """Computes the gradients inside a trace."""
        return run.engine.gradients(run, node, self.loss, self.wrt)


def gradients(loss, variables):
    """Gradients of the sum of a tensor's elements.

    Args:
        loss: symbolic tensor, or a list of them.
        variables: list of variables and symbolic tensors.

    Returns:
        List of symbolic tensors in the shapes of `variables`, None where `loss` does not depend on one.
    """
    variables = list(variables) if isinstance(variables, (list, tuple)) else [variables]
    for one in variables:
        if not (is_symbol(one) or is_variable(one)):
            raise TypeError("K.gradients takes variables and symbolic tensors, not %r." % (one,))
    loss = _total(loss)
    # True, or a symbol that the engine can take further gradients of.
    described = {id(one): found for one, found in zip(variables, engine().connected(loss, variables))
                 if found is not None and found is not False}
    wrt = unique(one for one in variables if id(one) in described)
    if not wrt:
        return [None] * len(variables)
    operation = Gradient(loss, wrt)
    outputs = [Tensor(static_shape(one), str(one.dtype), name="gradient") if described[id(one)] is True
               else described[id(one)] for one in wrt]
    for one, tensor in zip(wrt, outputs):
        tensor._keras_shape = static_shape(one)
    attach(operation, unique(operation.needs()), {}, outputs)
    for tensor in outputs:
        tensor._uses_learning_phase = getattr(loss, "_uses_learning_phase", False)
    found = {id(one): tensor for one, tensor in zip(wrt, outputs)}
    return [found.get(id(one)) for one in variables]


def _total(losses):
    if not isinstance(losses, (list, tuple)):
        return reading(losses)
    return record(_sum, (list(losses),), name="total")


def _sum(losses):
    return sum(keras.ops.sum(loss) for loss in losses)
