"""``K.gradients`` on tensors of Keras 2.2: the arguments are looked at first."""
from kcool.errors import NotATensor

from ..keras22._symbolic.gradients import gradients as symbolic_gradients
from ..keras22._symbolic.spec import is_symbol, is_variable

__all__ = ["gradients"]


def gradients(loss, variables):
    """Gradients of a tensor with respect to a list of tensors and variables; see `kcool_modern.gradients`."""
    for place, tensor in [("loss", loss)] + [("variables[%d]" % i, one) for i, one in enumerate(variables)]:
        if not (is_symbol(tensor) or is_variable(tensor)):
            raise NotATensor("compat.gradients: %s is neither a tensor nor a variable: %r." % (place, tensor),
                             found="type %s" % type(tensor).__name__,
                             supported="symbolic tensors, tensors that a layer holds, weights")
    return symbolic_gradients(loss, variables)
