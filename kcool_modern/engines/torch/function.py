"""`function` on PyTorch: run operation by operation, as everything on PyTorch is."""
import sys
from contextlib import contextmanager

import torch
from keras import ops

from ...graph import node_operation, sublayers
from ...marks import held_behind
from ...program import Constant, Run, Symbol, VariableValue
from ..assignments import new_values
from ..stateless import Scope

__all__ = ["compile", "connected", "gradients"]

_this = sys.modules[__name__]


def compile(program, stack):
    """Makes ``compute(arrays, training)`` from a `Program`."""
    asked = [node_operation(node).kcool_gradient for node in program.nodes
             if getattr(node_operation(node), "kcool_gradient", None) is not None]
    wrt = [target for gradient in asked for target in gradient.wrt]

    def compute(arrays, training):
        feeds = [ops.convert_to_tensor(array) for array in arrays]
        with torch.set_grad_enabled(bool(wrt)), _requiring_gradients(wrt, program.inputs) as change, Scope() as scope:
            run = Run(program, _this, feeds, training, change).execute()
        with torch.no_grad():
            outputs = [_tensor(run, target).detach().clone() for target in program.outputs]
            changed = new_values(program.updates, lambda target: _tensor(run, target),
                                 lambda value, variable: ops.cast(value, variable.dtype))
            # Assigning writes in place: a value that is another variable's own tensor would be seen changed.
            for variable, value in [(v, value.detach().clone()) for v, value in scope.random_states() + changed]:
                variable.assign(value)
        return [ops.convert_to_numpy(output) for output in outputs]

    return compute


def connected(program, loss, wrt, stack):
    """Whether each target comes up on the way to a loss: weights of its layers, tensors on the path."""
    weights = {id(weight) for node in program.nodes for layer in sublayers(node_operation(node))
               for weight in getattr(layer, "weights", ())}
    return [isinstance(target, Symbol) or id(target.variable) in weights for target in wrt]


def gradients(run, index, operation):
    """The gradients that a node of `kcool_modern.gradients` asks for."""
    loss, wrt = operation.kcool_gradient.loss, operation.kcool_gradient.wrt
    tensors = [target.variable.value if isinstance(target, VariableValue) else run.value(target) for target in wrt]
    value = run.value(loss)
    if not value.requires_grad:
        return [torch.zeros_like(tensor) for tensor in tensors]
    found = torch.autograd.grad(value.sum(), tensors, create_graph=True, allow_unused=True)
    return [torch.zeros_like(t) if gradient is None else gradient for t, gradient in zip(tensors, found)]


@contextmanager
def _requiring_gradients(wrt, inputs):
    """Makes PyTorch follow the tensors and variables in question, also frozen ones, and lets it forget them again."""
    symbols = {id(target.tensor) for target in wrt if isinstance(target, Symbol)}
    if any(isinstance(target, Symbol) and held_behind(target.tensor) is not None for target in wrt):
        # A tensor inside a `call` can be followed only from where it comes from.
        symbols |= set(map(id, inputs))
    frozen = [t.variable.value for t in wrt if isinstance(t, VariableValue) and not t.variable.value.requires_grad]

    def change(symbolic, value):
        if id(symbolic) in symbols and value.is_floating_point() and not value.requires_grad:
            value.requires_grad_()
        return value

    for parameter in frozen:
        parameter.requires_grad_()
    try:
        yield change
    finally:
        for parameter in frozen:
            parameter.requires_grad_(False)


def _tensor(run, target):
    if isinstance(target, Constant):
        return ops.convert_to_tensor(target.value)
    if isinstance(target, VariableValue):
        target = target.variable
    return target.value if hasattr(target, "assign") else run.value(target)
