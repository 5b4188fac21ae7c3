"""`function` on JAX: compiled once per set of shapes; the current values of all variables go in as arguments."""
import sys

import jax
import numpy as np
from keras import ops

from ...program import Constant, Run, Symbol, VariableValue, running
from ..assignments import new_values
from ..stateless import Scope

__all__ = ["compile", "connected", "gradients"]

_this = sys.modules[__name__]


def compile(program, stack):
    """Makes ``compute(arrays, training)`` from a `Program`; it is traced once per learning phase and shapes."""
    ready = {}

    def compute(arrays, training):
        if training not in ready:
            with running:
                ready[training] = ready.get(training) or _compiled(program, arrays, training)
        variables, changing, step = ready[training]
        outputs, changed = step([v.value for v in variables], arrays)
        for variable, value in zip(changing, changed):
            variable.assign(value)
        # Copies, which can be written to: JAX lends its own memory.
        return [np.array(output) for output in outputs]

    return compute


def connected(program, loss, wrt, stack):
    """Whether each target comes up on the way to a loss: variables that are read, tensors on the path."""
    feeds = [jax.ShapeDtypeStruct([size or 2 for size in tensor.shape], tensor.dtype) for tensor in program.inputs]
    noted = {}

    def look(feeds):
        noted.update(_traced(program, [], feeds, False)[1].read)
        return 0

    jax.eval_shape(look, feeds)
    return [isinstance(target, Symbol) or id(target.variable) in noted for target in wrt]


def gradients(run, index, operation):
    """The gradients that a node of `kcool_modern.gradients` asks for: of the loss as it answers to small pushes."""
    loss, wrt = operation.kcool_gradient.loss, operation.kcool_gradient.wrt
    tensors = {id(t.tensor): run.value(t) for t in wrt if isinstance(t, Symbol)}
    variables = {id(t.variable): t.variable for t in wrt if isinstance(t, VariableValue)}

    def pushed(by):
        mapping = [(v, _tensor(run, run.scope, v) + by[key]) for key, v in variables.items()]
        again = run.again(lambda symbolic, value: value + by[id(symbolic)] if id(symbolic) in tensors else value)
        again.scope = Scope(run.scope.given + mapping)
        again.scope.given = run.scope.given + mapping
        with again.scope:
            again.execute(stop=index)
        return ops.sum(again.value(loss))

    zeros = {key: ops.zeros(value.shape, value.dtype) for key, value in list(tensors.items()) + list(variables.items())}
    found = jax.grad(pushed)(zeros)
    return [found[id(t.tensor if isinstance(t, Symbol) else t.variable)] for t in wrt]


def _compiled(program, arrays, training):
    variables, changing = _discovered(program, arrays, training)

    def step(values, feeds):
        run, scope = _traced(program, list(zip(variables, values)), feeds, training)
        outputs = [_tensor(run, scope, target) for target in program.outputs]
        changed = _changed(program, run, scope)
        return outputs, [value for _, value in changed]

    return variables, changing, jax.jit(step)


def _discovered(program, arrays, training):
    """The variables that a run reads, and those that it changes, found out by an abstract run."""
    noted = {}

    def look(feeds):
        run, scope = _traced(program, [], feeds, training)
        for target in program.outputs:
            _tensor(run, scope, target)
        noted["changing"] = [variable for variable, _ in _changed(program, run, scope)]
        noted["read"] = list(scope.read.values())
        return 0

    jax.eval_shape(look, arrays)
    return noted["read"], noted["changing"]


def _traced(program, mapping, feeds, training):
    run = Run(program, _this, [ops.convert_to_tensor(feed) for feed in feeds], training)
    run.scope = scope = Scope(mapping)
    scope.given = mapping
    with scope:
        run.execute()
    return run, scope


def _changed(program, run, scope):
    changed = new_values(program.updates, lambda target: _tensor(run, scope, target),
                         lambda value, variable: ops.cast(value, variable.dtype))
    return scope.random_states() + changed


def _tensor(run, scope, target):
    if isinstance(target, Constant):
        return ops.convert_to_tensor(target.value)
    target = target.variable if isinstance(target, VariableValue) else target
    if hasattr(target, "assign"):
        # The value at the start: outputs and updates do not see what layers assign on the way.
        known = {id(variable): value for variable, value in scope.given}
        if id(target) not in known:
            scope.read[id(target)] = target
        return known.get(id(target), target.value)
    return run.value(target)
