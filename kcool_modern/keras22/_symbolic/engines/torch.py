"""The graph on PyTorch: shapes told by tensors without storage, functions run operation by operation."""
import sys
from contextlib import nullcontext

import keras
import torch
from keras.src.backend.common.symbolic_scope import SymbolicScope
from keras.src.backend.torch.core import device_scope

from ....engines.stateless import Scope
from ..infer import Inference, as_tensors, substituted
from ..run import Run, ordered
from ..spec import flat, is_symbol, map_structure
from ..tensor import Tensor

__all__ = ["compile", "connected", "gradients", "infer", "is_traced", "outside_trace", "read", "values"]

#: Stand for sizes that are open; a size of a result that differs between the two is open, too.
_FILLS = (83, 89)


def infer(function, args, kwargs, name):
    """See `infer.infer`."""
    arguments = [leaf for leaf in flat((args, kwargs)) if is_symbol(leaf)]
    looks = [_looked(function, args, kwargs, arguments, fill) for fill in _FILLS]
    inference, outputs = looks[0]
    others = iter(flat(looks[1][1]))
    inference.outputs = map_structure(lambda spec: _symbol(spec, next(others), name), outputs)
    return inference


def _looked(function, args, kwargs, arguments, fill):
    inference = Inference(lambda symbol: _stand_in(symbol, fill), arguments)
    with Scope(), SymbolicScope(), torch.no_grad(), device_scope("meta"), inference:
        values = substituted((args, kwargs), inference.resolve)
        return inference, as_tensors(function(*values[0], **values[1]))


def _stand_in(symbol, fill):
    return keras.ops.zeros([fill if size is None else size for size in symbol.shape], symbol.dtype)


def _symbol(one, other, name):
    shape = tuple(a if a == b else None for a, b in zip(one.shape, other.shape))
    return Tensor(shape, keras.backend.standardize_dtype(one.dtype), name=name)


def outside_trace():
    """A context in which tensors have storage."""
    return nullcontext()


def read(variable):
    """A variable's value as a tensor."""
    return variable.value


def is_traced(value):
    """PyTorch's tensors always have values."""
    return False


def compile(plan, updates):
    """See `engines.tensorflow.compile`."""
    count = len(plan.targets) - len(updates)

    def compute(arrays, training):
        feeds = [keras.ops.convert_to_tensor(array, symbol.dtype) for array, symbol in zip(arrays, plan.inputs)]
        with torch.set_grad_enabled(plan.differentiates), Scope() as scope:
            run = Run(plan, _this, feeds, training, _followed if plan.differentiates else None).execute()
            found = [run.resolve(target) for target in plan.targets]
        with torch.no_grad():
            outputs = [keras.ops.convert_to_numpy(output).copy() for output in found[:count]]
            # What is assigned may be a variable's own storage: all new values first.
            changed = [(v, value.detach().clone()) for v, value in updates.new_values(found[count:])]
            for variable, value in scope.random_states() + changed:
                variable.assign(value)
        return outputs

    return compute


def _followed(symbol, value):
    if value.is_floating_point() and not value.requires_grad:
        value.requires_grad_()
    return value


def values(plan, feeds, training):
    """See `engines.tensorflow.values`."""
    with torch.no_grad():
        run = Run(plan, _this, [keras.ops.convert_to_tensor(feed) for feed in feeds], training).execute()
        return [keras.ops.convert_to_numpy(run.resolve(target)).copy() for target in plan.targets]


def gradients(run, node, loss, wrt):
    """See `engines.tensorflow.gradients`."""
    tensors = [run.resolve(one) if is_symbol(one) else one.value for one in wrt]
    value = run.resolve(loss)
    if not value.requires_grad:
        return [torch.zeros_like(tensor) for tensor in tensors]
    found = torch.autograd.grad(value.sum(), tensors, create_graph=True, allow_unused=True)
    return [torch.zeros_like(t) if gradient is None else gradient for t, gradient in zip(tensors, found)]


def connected(loss, wrt):
    """Whether each variable or symbol may come up on the way to a symbol."""
    nodes, entries = ordered([], [loss])
    known = set(map(id, entries)) | {id(tensor) for node in nodes for tensor in node.outputs}
    return [id(one) in known if is_symbol(one) else True for one in wrt]


_this = sys.modules[__name__]
