"""Recurrence: a step applied to one time after another."""
from keras import ops

from .._symbolic.record import record
from .._symbolic.spec import is_backend_tensor, static_shape
from .engines import native
from .inspection import ndim

__all__ = ["rnn"]


def rnn(step_function, inputs, initial_states, go_backwards=False, mask=None, constants=None, unroll=False,
        input_length=None):
    """Applies a function to one time step after another.

    Args:
        step_function: takes the input of a step, ``(batch, ...)``, and a list of states followed by `constants`;
            gives an output, ``(batch, ...)``, and a list of new states.
        inputs: ``(batch, time, ...)``, at least three axes.
        initial_states: list of tensors ``(batch, ...)``.
        go_backwards: whether to begin at the last step; outputs are in the order of computation.
        mask: ``(batch, time)`` or ``(batch, time, 1)``; where it is zero, states stay and the former output is
            repeated.
        constants: list of tensors handed to every step.
        unroll: whether to write all steps down instead of looping; needs a known length.
        input_length: at most so many steps are taken.

    Returns:
        The last output, all outputs ``(batch, time, ...)``, and the list of last states.
    """
    if ndim(inputs) < 3:
        raise ValueError("Input should be at least 3D.")
    if unroll and not static_shape(inputs)[1]:
        raise ValueError("Unrolling requires a fixed number of timesteps.")
    if mask is not None and not unroll and not initial_states:
        raise ValueError("No initial states provided! When using masking in an RNN, you should provide initial states "
                         "(and your step function should return as its first state at time `t` the output at time "
                         "`t-1`).")
    return record(_run, (step_function, inputs, list(initial_states), go_backwards, mask, list(constants or []), unroll,
                         input_length), name="rnn")


def _run(step_function, inputs, states, go_backwards, mask, constants, unroll, input_length):
    inputs, states = _time_first(inputs), [_tensor(state) for state in states]
    if mask is not None:
        mask = ops.cast(mask, "bool")
        mask = _time_first(ops.expand_dims(mask, -1) if ndim(mask) == 2 else mask)
    if unroll:
        found = _unrolled(step_function, inputs, states, go_backwards, mask, constants)
    else:
        if go_backwards:
            inputs = ops.flip(inputs, axis=0)
            mask = None if mask is None else ops.flip(mask, axis=0)
        found = _looped(step_function, inputs, states, mask, constants, input_length)
    last, outputs, states = found
    return last, _time_first(outputs), states


def _tensor(state):
    return state if is_backend_tensor(state) else ops.convert_to_tensor(state)


def _time_first(x):
    return ops.transpose(x, [1, 0] + list(range(2, ndim(x))))


def _where(mask, new, old):
    # As many axes of size 1 as it takes: masks are (batch, 1).
    for _ in range(ndim(new) - ndim(mask)):
        mask = ops.expand_dims(mask, -1)
    return native().where(mask, new, old)


def _unrolled(step_function, inputs, states, go_backwards, mask, constants):
    times = list(range(static_shape(inputs)[0]))
    outputs = []
    for time in times[::-1] if go_backwards else times:
        output, new_states = step_function(inputs[time], list(states) + constants)
        if mask is not None:
            output = _where(mask[time], output, outputs[-1] if outputs else ops.zeros_like(output))
            new_states = [_where(mask[time], new, old) for new, old in zip(new_states, states)]
        outputs.append(output)
        states = new_states
    return outputs[-1], native().stack(outputs, 0), list(states)


def _looped(step_function, inputs, states, mask, constants, input_length):
    # Once outside of the loop, as Keras 2.2 does: the dtype of the outputs is told by it, and what a cell keeps for
    # all steps (its dropout masks) is made here.
    output, _ = step_function(inputs[0], list(states) + constants)

    def step(current, mask_now, states):
        output, new_states = step_function(current, tuple(states) + tuple(constants))
        if mask_now is not None:
            output = _where(mask_now, output, states[0])
            new_states = [_where(mask_now, new, old) for new, old in zip(new_states, states)]
        return output, list(new_states)

    return native().loop(step, inputs, mask, list(states), output, input_length)
