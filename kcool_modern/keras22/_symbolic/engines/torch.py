"""The graph on PyTorch: shapes told by tensors without storage, functions run operation by operation."""
import sys
from collections import namedtuple
from contextlib import contextmanager, nullcontext

import keras
import torch
from keras.src.backend.common import global_state
from keras.src.backend.common.symbolic_scope import SymbolicScope
from keras.src.backend.torch.core import device_scope

from ....engines.stateless import Scope
from ..run import Plan, Run
from ..spec import is_symbol
from . import looks

__all__ = ["MissingFeed", "clear", "compile", "connected", "devices", "gradients", "infer", "is_traced", "knows_sizes",
           "on_device", "outside_trace", "read", "values"]

_ATTRIBUTES = ("stateless_scope", "symbolic_scope", "torch_device")


#: Whether tensors have no open sizes while a function is traced.
knows_sizes = True

#: A placeholder was given no value.
MissingFeed = ValueError


def infer(function, args, kwargs, name):
    """See `infer.infer`."""
    return looks.infer(function, args, kwargs, name, _looked)


def _looked(inference, function, args, kwargs):
    from ..infer import substituted

    def look():
        with Scope(), torch.no_grad(), inference:
            values = substituted((args, kwargs), inference.resolve)
            return looks.as_values(function(*values[0], **values[1]))

    try:
        with SymbolicScope(), device_scope("meta"):
            return look()
    except (NotImplementedError, RuntimeError, TypeError) as error:
        if "meta" not in str(error).lower():
            raise
    # Some operations look at values, or are not made for tensors without storage.
    inference.begin(inference.draws)
    del inference.products[:], inference.held[:], inference.filled[:]
    with outside_trace():
        return look()


@contextmanager
def outside_trace():
    """A context in which tensors have storage, and variables can be made."""
    before = [global_state.get_global_attribute(name) for name in _ATTRIBUTES]
    for name in _ATTRIBUTES:
        global_state.set_global_attribute(name, None)
    try:
        yield
    finally:
        for name, value in zip(_ATTRIBUTES, before):
            global_state.set_global_attribute(name, value)


def read(variable):
    """A variable's value as a tensor."""
    return variable.value


def is_traced(value):
    """Whether a tensor has no storage: one with which Keras 3 finds out the shapes that a plain layer gives."""
    return torch.is_tensor(value) and value.device.type == "meta"


def devices():
    """The devices, objects with ``name`` and ``device_type``."""
    device = namedtuple("Device", "name device_type")
    return [device("cpu:0", "CPU")] + [device("cuda:%d" % i, "GPU") for i in range(torch.cuda.device_count())]


def on_device(name):
    """No context: names of devices are TensorFlow's."""
    return nullcontext()


def clear():
    """Nothing is kept here."""


def compile(plan, updates):
    """See `engines.tensorflow.compile`."""
    count = len(plan.targets) - len(updates)

    def compute(arrays, training):
        feeds = [_fed(array, symbol) for array, symbol in zip(arrays, plan.inputs)]
        with torch.set_grad_enabled(plan.differentiates), Scope() as scope:
            run = Run(plan, _this, feeds, training, _followed if plan.differentiates else None).execute()
            found = [run.resolve(target) for target in plan.targets]
        with torch.no_grad():
            outputs = [_array(output) for output in found[:count]]
            # What is assigned may be a variable's own storage: all new values first.
            changed = [(v, value.detach().clone()) for v, value in updates.new_values(found[count:])]
            for variable, value in scope.random_states() + changed:
                variable.assign(value)
        return outputs

    return compute


def _fed(array, symbol):
    if hasattr(array, "toarray"):
        array = array.toarray()
    return keras.ops.convert_to_tensor(array, keras.backend.standardize_dtype(symbol.dtype))


def _array(value):
    return keras.ops.convert_to_numpy(value).copy()


def _followed(symbol, value):
    if torch.is_tensor(value) and value.is_floating_point() and not value.requires_grad:
        value.requires_grad_()
    return value


def values(plan, feeds, training):
    """See `engines.tensorflow.values`."""
    with torch.no_grad():
        feeds = [_fed(feed, symbol) for feed, symbol in zip(feeds, plan.inputs)]
        run = Run(plan, _this, feeds, training).execute()
        return [_array(run.resolve(target)) for target in plan.targets]


def gradients(run, node, loss, wrt):
    """See `engines.tensorflow.gradients`."""
    tensors = [run.resolve(one) if is_symbol(one) else one.value for one in wrt]
    found = _found(run.resolve(loss), tensors)
    return [torch.zeros_like(t) if gradient is None else gradient for t, gradient in zip(tensors, found)]


def _found(value, tensors):
    if not (torch.is_tensor(value) and value.requires_grad):
        return [None] * len(tensors)
    followed = [tensor for tensor in tensors if tensor.requires_grad]
    if not followed:
        return [None] * len(tensors)
    found = iter(torch.autograd.grad(value.sum(), followed, create_graph=True, allow_unused=True))
    return [next(found) if tensor.requires_grad else None for tensor in tensors]


def connected(loss, wrt):
    """Whether derivatives get from each variable or symbol to a symbol."""
    return looks.connected(loss, wrt, _reached)


class _Meta(str):
    """The name of the device without storage, equal to the device too: Keras breaks gradients where they differ."""

    def __eq__(self, other):
        return str.__eq__(self, str(other))

    def __ne__(self, other):
        return not self == other

    __hash__ = str.__hash__


def _reached(loss, sources, entries, training):
    with SymbolicScope(), torch.enable_grad(), device_scope("meta"):
        global_state.set_global_attribute("torch_device", _Meta("meta"))
        mapping = [(one, torch.zeros(tuple(one.shape), dtype=one.value.dtype, device="meta", requires_grad=True))
                   for one in sources if not is_symbol(one)]
        feeds = [symbol._known[0] if getattr(symbol, "_known", None) else
                 keras.ops.zeros(looks.shape_of(symbol, 0), symbol.dtype) for symbol in entries]
        with Scope(mapping):
            run = Run(Plan(entries, [loss]), _this, feeds, training, _followed).execute()
            tensors = [run.resolve(one) if is_symbol(one) else one.value for one in sources]
            found = _found(run.resolve(loss), tensors)
    return {id(one) for one, gradient in zip(sources, found) if gradient is not None}


_this = sys.modules[__name__]
