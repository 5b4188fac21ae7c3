"""`function` on TensorFlow: one traced graph per value of the learning phase, for every batch size."""
import sys

import tensorflow as tf

from ...program import Constant, Run, VariableValue, running
from ..assignments import new_values

__all__ = ["compile", "connected", "gradients"]

_this = sys.modules[__name__]


def compile(program, stack):
    """Makes ``compute(arrays, training)`` from a `Program`; it is traced at its first call."""
    trace = _keras3(program) if stack.family == "keras3" else _keras2(program)
    traced = {}

    def compute(arrays, training):
        if training not in traced:
            with running:
                traced[training] = traced.get(training) or trace(training)
        return [value.numpy() for value in traced[training](*[tf.convert_to_tensor(array) for array in arrays])]

    return compute


def connected(program, loss, wrt, stack):
    """Whether TensorFlow finds a gradient of a loss with respect to each target; found out by tracing."""
    answers = []

    def look(*feeds):
        with _scope(stack):
            run = Run(program, _this, feeds, False).execute()
            found = tf.gradients(run.value(loss), [_value(run, target) for target in wrt])
        answers.extend(gradient is not None for gradient in found)

    with running:
        tf.function(look, autograph=False).get_concrete_function(*_signature(program))
    return answers


def gradients(run, index, operation):
    """The gradients that a node of `kcool_modern.gradients` asks for, as tensors of the graph that is being traced."""
    loss, wrt = operation.kcool_gradient.loss, operation.kcool_gradient.wrt
    tensors = [_value(run, target) for target in wrt]
    found = tf.gradients(_value(run, loss), tensors, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    return [tf.convert_to_tensor(gradient) for gradient in found]


def _keras3(program):
    from ..stateless import Scope

    def trace(training):
        def compute(*feeds):
            with Scope() as scope:
                run = Run(program, _this, feeds, training).execute()
            outputs = [tf.identity(_tensor(run, target)) for target in program.outputs]
            changed = new_values(program.updates, lambda target: _tensor(run, target), _cast)
            for variable, value in scope.random_states() + changed:
                variable.assign(value)
            return outputs

        return tf.function(compute, autograph=False).get_concrete_function(*_signature(program))

    return trace


def _keras2(program):
    def compute(training, feeds):
        run = Run(program, _this, feeds, training).execute()
        outputs = [tf.identity(_tensor(run, target)) for target in program.outputs]
        changed = new_values(program.updates, lambda target: _tensor(run, target), _cast)
        with tf.control_dependencies(outputs + [value for _, value in changed]):
            all_known = tf.no_op()
        with tf.control_dependencies([all_known]):
            writes = [variable.assign(value, read_value=False) for variable, value in changed]
        with tf.control_dependencies(writes):
            return [tf.identity(output) for output in outputs]

    def trace(training):
        # A tf.function would carry out every assignment inside the layers, such as those to moving statistics; pruned,
        # the graph runs what its outputs and updates need and nothing else, as a session did.
        whole = tf.compat.v1.wrap_function(lambda *feeds: compute(training, feeds), _signature(program))
        pruned = whole.prune(whole.inputs[:len(program.inputs)], list(whole.outputs))
        # Inside a tf.function once more: a wrapped function takes twice as long to call.
        return tf.function(lambda *feeds: pruned(*feeds), autograph=False).get_concrete_function(*_signature(program))

    return trace


def _scope(stack):
    if stack.family == "keras3":
        from ..stateless import Scope
        return Scope()
    return tf.name_scope("kcool")


def _signature(program):
    return [tf.TensorSpec(tensor.shape, tensor.dtype) for tensor in program.inputs]


def _value(run, target):
    if isinstance(target, VariableValue):
        # tf.gradients knows TensorFlow's variables; those of Keras 3 wrap one.
        return target.variable if isinstance(target.variable, tf.Variable) else target.variable.value
    return run.value(target)


def _tensor(run, target):
    if isinstance(target, Constant):
        return tf.convert_to_tensor(target.value)
    if isinstance(target, VariableValue):
        target = target.variable
    return tf.convert_to_tensor(target) if hasattr(target, "assign") else run.value(target)


def _cast(value, variable):
    return tf.cast(value, variable.dtype)
