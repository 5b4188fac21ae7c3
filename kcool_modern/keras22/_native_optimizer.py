"""Optimizers of TensorFlow 1 inside a step of ours."""
import tensorflow as tf

from ._symbolic.record import record

__all__ = ["is_native", "new_values"]


def is_native(candidate):
    """Whether something is an optimizer of TensorFlow 1."""
    return isinstance(candidate, tf.compat.v1.train.Optimizer)


def new_values(optimizer, pairs):
    """Pairs of parameter and symbolic new value.

    Args:
        optimizer: has ``apply_gradients``.
        pairs: list of ``(parameter, gradient)``; the gradients are symbolic.
    """
    params = [param for param, _ in pairs]

    def native_step(grads):
        # The optimizer writes at once; the step must write at its end, when everything has been read.
        variables = [param.value for param in params]
        before = [tf.identity(variable) for variable in variables]
        optimizer.apply_gradients(list(zip(grads, variables)))
        after = [tf.identity(variable) for variable in variables]
        for variable, value in zip(variables, before):
            variable.assign(value)
        return after

    # Its slots change from run to run: nothing to compute ahead or to share.
    values = record(native_step, ([grad for _, grad in pairs],), name="native_step", random=True)
    return list(zip(params, values))
