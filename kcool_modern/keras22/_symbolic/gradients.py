"""``K.gradients``: gradients as tensors of the graph."""
from .engines import engine
from .record import attach, unique
from .spec import is_symbol, is_variable, static_shape
from .tensor import Tensor

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
        loss: symbolic tensor.
        variables: list of variables and symbolic tensors.

    Returns:
        List of symbolic tensors in the shapes of `variables`, None where `loss` does not depend on one.
    """
    variables = list(variables) if isinstance(variables, (list, tuple)) else [variables]
    for one in variables:
        if not (is_symbol(one) or is_variable(one)):
            raise TypeError("K.gradients takes variables and symbolic tensors, not %r." % (one,))
    connected = engine().connected(loss, variables)
    wrt = unique(one for one, yes in zip(variables, connected) if yes)
    if not wrt:
        return [None] * len(variables)
    operation = Gradient(loss, wrt)
    outputs = [Tensor(static_shape(one), str(one.dtype), name="gradient") for one in wrt]
    attach(operation, unique(operation.needs()), {}, outputs)
    for tensor in outputs:
        tensor._uses_learning_phase = getattr(loss, "_uses_learning_phase", False)
    found = {id(one): tensor for one, tensor in zip(wrt, outputs)}
    return [found.get(id(one)) for one in variables]
