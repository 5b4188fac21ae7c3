"""``K.function``: values of any tensor that came up while a model was built.

Recipe preserved: ``fn = K.function([x_in], [normal.x_normalized])`` of Su Jianlin's "Make Keras a bit cooler" (April
2019): the outputs may be layer outputs or tensors that a layer stored on itself inside ``call``. On Keras 2.2 both
are tensors of one graph and a session fetches them. Modern Keras keeps a graph of layer calls only; what happens
inside ``call`` runs in a scratch graph that is thrown away.

This side finds the call in which such a tensor arose (`held`), runs the graph of layer calls from the given inputs to
that call inside one compiled function, and takes the attribute's value right after it. Nothing of the model changes:
moving statistics are updated only if the caller lists that under `updates`, as on Keras 2.2.

Known differences: a layer called with an explicit ``training=False`` on Keras 3 follows the learning phase all the
same, because Keras 3 records its own default in the same way. Values are computed before any update is written; Keras
2.2 ran updates in no order among each other.
"""
import importlib

import numpy as np

from kcool.dispatch import stack_of
from kcool.errors import NotATensor, NotConnected, WrongShape
from kcool.stack import stack as process_stack

from . import held, observer
from .graph import history, inbound_nodes, is_symbolic, node_operation
from .kinds import any_is_keras22, is_keras22
from .phase import is_phase
from .plain import has_plain_layers
from .program import Constant, Held, Program, Symbol, Update, VariableValue

__all__ = ["function"]

observer.install()


def function(inputs, outputs, updates=None):
    """Makes a callable that computes tensors of a graph from others.

        normalized = compat.function([x_in], [normal.x_normalized])
        values, = normalized([x_test])

    Args:
        inputs: list of symbolic tensors that will be fed; ``K.learning_phase()`` may be among them.
        outputs: list of tensors: symbolic tensors, tensors that a layer holds, variables, results of `gradients`.
        updates: list of ``(variable, new value)`` pairs and of results of ``K.update``, ``K.update_add``,
            ``K.update_sub``; they are written at every call, after the outputs have been computed.

    Returns:
        A callable: takes a list of arrays, one per input, and returns a list of NumPy arrays, one per output.

    Raises:
        NotATensor: an entry is not what its place needs.
        NotConnected: an output needs an input that is not given, or its origin cannot be told.
        WrongShape: when calling, the number or the shapes of the arrays do not fit.
    """
    inputs, outputs, updates = _listed("inputs", inputs), _listed("outputs", outputs), _listed("updates", updates or [])
    asked = [[tensor for tensor in inputs if not is_phase(tensor)], outputs, updates]
    symbolic = any_is_keras22(asked) and not has_plain_layers(asked)
    for position, tensor in enumerate(inputs):
        if not is_phase(tensor) and not is_symbolic(tensor):
            raise NotATensor("compat.function: inputs[%d] is no symbolic tensor: %r." % (position, tensor),
                             supported="tensors of keras.Input, outputs of layers, K.learning_phase()")
    if len({id(tensor) for tensor in inputs}) < len(inputs):
        raise NotATensor("compat.function: an input is named twice.", found=", ".join(map(_name, inputs)),
                         do="name every input once: the arrays could contradict each other")
    fed = [tensor for tensor in inputs if not is_phase(tensor)]
    if symbolic:
        from .symbolic.function import compiled
        return _Function(inputs, compiled(fed, outputs, updates, _name))
    stack = one_stack(fed + [tensor for tensor in outputs if is_symbolic(tensor)])
    observer.install(stack)
    targets = [_target("outputs[%d]" % i, tensor, fed, stack) for i, tensor in enumerate(outputs)]
    changes = [_update("updates[%d]" % i, update, fed, stack) for i, update in enumerate(updates)]
    program = Program(fed, targets, changes, layer_class(stack))
    _require_connected(program, stack)
    engine = importlib.import_module("kcool_modern.engines.%s.function" % stack.engine)
    return _Function(inputs, engine.compile(program, stack))


class _Function(object):
    """Feeds arrays to a compiled program; see `function`."""

    def __init__(self, inputs, compute):
        self.inputs = inputs
        self._compute = compute
        self._phase = next((i for i, tensor in enumerate(inputs) if is_phase(tensor)), None)
        self._places = [(i, tensor, np.dtype(_dtype(tensor)), None if tensor.shape is None else tuple(tensor.shape))
                        for i, tensor in enumerate(inputs) if not is_phase(tensor)]

    def __call__(self, inputs):
        if not isinstance(inputs, (list, tuple)) or len(inputs) != len(self.inputs):
            raise WrongShape("This function takes a list of %d arrays, one per input." % len(self.inputs),
                             found=_described(inputs), do="call it as fn([%s])" % ", ".join(map(_name, self.inputs)))
        arrays = [_array(inputs[i], tensor, dtype, shape) for i, tensor, dtype, shape in self._places]
        training = self._phase is not None and bool(inputs[self._phase])
        return self._compute(arrays, training)


def _array(value, tensor, dtype, shape):
    if getattr(tensor, "sparse", False):
        return value
    try:
        array = np.asarray(value, dtype=dtype)
    except (TypeError, ValueError) as error:
        raise WrongShape("The array for input %r cannot be made." % _name(tensor), found="%r: %s" % (value, error),
                         supported="numbers of shape %s, where None stands for any size" % (shape,),
                         do="pass an array of numbers, with rows of equal length") from None
    sizes = array.shape if shape is None else shape
    if array.ndim != len(sizes) or any(want is not None and want != have for want, have in zip(sizes, array.shape)):
        raise WrongShape("The array for input %r has the wrong shape." % _name(tensor),
                         found="shape %s" % (array.shape,),
                         supported="shape %s, where None stands for any size" % (shape,))
    return array


def _listed(role, value):
    if not isinstance(value, (list, tuple)):
        raise NotATensor("compat.function: `%s` has to be a list." % role, found=repr(value),
                         do="write %s=[...], with one element if there is one tensor" % role)
    return list(value)


def one_stack(tensors):
    """The stack that all tensors belong to; that of the process if there are none."""
    stacks = {found.name: found for found in map(stack_of, tensors)}
    if len(stacks) > 1:
        raise NotATensor("compat.function: the tensors belong to several Keras.", found=", ".join(sorted(stacks)),
                         do="make one function for each")
    return next(iter(stacks.values())) if stacks else process_stack()


def layer_class(stack):
    """The Layer class of a stack."""
    return observer.keras_of(stack).layers.Layer


# --- what is asked for -----------------------------------------------------------------------------------------------


def _target(place, value, inputs, stack):
    if is_symbolic(value):
        return Symbol(value)
    if is_variable(value):
        return VariableValue(value)
    if held.is_held(value):
        return _held(place, value, inputs, stack)
    raise NotATensor("compat.function: %s is no tensor: %r." % (place, value), found="type %s" % type(value).__name__,
                     supported="symbolic tensors, tensors that a layer stored on itself in `call`, variables")


def _held(place, tensor, inputs, stack):
    seen = held.origin(tensor)
    if seen is not None:
        return Held(seen.node(), held.Holder(seen.owner(), seen.path))
    operations = held.reachable(inputs)
    holder = held.find(tensor, operations)
    if holder is None:
        raise NotConnected(
            "compat.function: the origin of %s cannot be told: no layer behind the inputs holds it." % place,
            found="%r on %s" % (tensor, stack),
            supported="tensors taken from a layer after `compat.function` was imported, or still held by the layer",
            do="import compat.function before the model is built, or take the tensor from the layer again")
    nodes = [node for node in held.candidates(holder.owner, operations) if not Program(
        inputs, [Held(node, holder)], [], layer_class(stack)).missing]
    return Held(_only(place, nodes, holder), holder)


def _only(place, nodes, holder):
    """The call that a layer's attribute stands for: the last one, which is what it would hold on Keras 2.2."""
    operations = {id(node_operation(node)): node_operation(node) for node in nodes}
    if len(operations) == 1:
        last = inbound_nodes(next(iter(operations.values())))[-1]
        if len(nodes) == 1 or any(node is last for node in nodes):
            return nodes[-1]
    path = "%s.%s" % (holder.owner.name, ".".join(str(part) for part in holder.path))
    raise NotConnected(
        "compat.function: %s is held as %s, and which call it belongs to cannot be told." % (place, path),
        found="%d calls that the given inputs lead to" % len(nodes),
        do="import compat.function before the model is built and take the tensor right after the call")


def is_variable(value):
    """Whether a value is a variable of Keras 3 or of TensorFlow."""
    return hasattr(value, "assign") and hasattr(value, "shape")


def _update(place, update, inputs, stack):
    if isinstance(update, Update):
        variable, kind, value = update
    elif is_keras22(update) and hasattr(update, "variable"):
        variable, kind, value = update.variable, update.kind, update.value
    elif isinstance(update, tuple) and len(update) == 2:
        (variable, value), kind = update, "set"
    else:
        raise NotATensor("compat.function: %s is no update: %r." % (place, update),
                         supported="(variable, new value) pairs; on Keras 3 also results of K.update, K.update_add",
                         do="pass the pair: K.update has been carried out already where operations run at once")
    if not is_variable(variable):
        raise NotATensor("compat.function: %s does not begin with a variable: %r." % (place, variable))
    target = value if isinstance(value, (Symbol, Held, Constant)) else _new_value(place, value, inputs, stack)
    _require_shape(place, variable, target)
    return Update(variable, kind, target)


def _new_value(place, value, inputs, stack):
    if is_symbolic(value) or is_variable(value):
        return _target(place, value, inputs, stack)
    if held.is_held(value) and (held.origin(value) is not None or held.find(value, held.reachable(inputs))):
        return _held(place, value, inputs, stack)
    if held.is_held(value):
        # An expression of variables was computed when it was written, and would never be computed again.
        raise NotATensor(
            "compat.function: the new value of %s is a tensor with a value already, not one of a graph." % place,
            found="%r on %s" % (value, stack), supported="tensors that depend on the inputs, variables, NumPy arrays",
            do="for `variable + x` use K.update_add or K.update_sub; for a constant pass a NumPy array or a number")
    return Constant(np.asarray(value))


def _require_shape(place, variable, target):
    value = target.tensor if isinstance(target, Symbol) else getattr(target, "value", None)
    if value is None:
        return
    want, have = tuple(variable.shape), tuple(value.shape)
    if len(want) != len(have) or any(h is not None and w != h for w, h in zip(want, have)):
        raise WrongShape("compat.function: the new value of %s does not fit its variable." % place,
                         found="shape %s" % (have,), supported="shape %s" % (want,))


# --- errors ----------------------------------------------------------------------------------------------------------


def _require_connected(program, stack):
    if program.missing:
        raise NotConnected(
            "compat.function: the outputs need inputs that are not given: %s." % ", ".join(map(_name, program.missing)),
            found="given: %s; %s" % (", ".join(map(_name, program.inputs)) or "nothing", stack),
            do="add the missing tensors to `inputs`, or check that all tensors belong to one model")


def _name(tensor):
    if is_phase(tensor):
        return "K.learning_phase()"
    origin = history(tensor)
    operation = None if origin is None else origin.operation
    return getattr(operation, "name", None) or getattr(tensor, "name", None) or repr(tensor)


def _dtype(tensor):
    return getattr(tensor.dtype, "as_numpy_dtype", tensor.dtype)


def _described(inputs):
    if not isinstance(inputs, (list, tuple)):
        return "a %s" % type(inputs).__name__
    return "%d: %s" % (len(inputs), ", ".join(str(np.shape(value)) for value in inputs))
