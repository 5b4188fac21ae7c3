"""Choices and loops on TensorFlow."""
import tensorflow as tf

from ..._symbolic.context import branch, branches

__all__ = ["cond", "fold", "loop", "map_fn"]


def cond(condition, first, second):
    """The value of one of two functions."""
    return tf.cond(condition, first, second)


def _repeated(function):
    """A function that is given the same random generators whenever a loop calls it."""
    places = branches()
    # Code of a graph chooses between tensors by K.switch; nothing is to be rewritten for it.
    return tf.autograph.experimental.do_not_convert(lambda *args: branch(places, 0, lambda: function(*args)))


def map_fn(fn, elems, dtype):
    """See ``K.map_fn``."""
    return tf.map_fn(_repeated(fn), elems, fn_output_signature=dtype)


def fold(fn, elems, initializer, backwards):
    """See ``K.foldl`` and ``K.foldr``."""
    return (tf.foldr if backwards else tf.foldl)(_repeated(fn), elems, initializer=initializer)


def loop(step, inputs, mask, states, output, limit):
    """Recurrence.

    Args:
        step: takes an input, its mask or None, and a tuple of states; gives an output and a list of states.
        inputs: time first.
        mask: bool, time first, or None.
        states: list of tensors.
        output: a tensor like the outputs.
        limit: the greatest number of steps, or None.

    Returns:
        The last output, all outputs with the time first, and a list of states.
    """
    count = tf.shape(inputs)[0]
    array = tf.TensorArray(output.dtype, size=count, element_shape=output.shape)
    fed = tf.TensorArray(inputs.dtype, size=count).unstack(inputs)
    masks = None if mask is None else tf.TensorArray(tf.bool, size=count).unstack(mask)
    step = _repeated(step)

    def body(time, array, *states):
        output, new_states = step(fed.read(time), None if masks is None else masks.read(time), states)
        for new, old in zip(new_states, states):
            new.set_shape(old.shape)
        return (time + 1, array.write(time, output)) + tuple(new_states)

    found = tf.while_loop(lambda time, *_: time < count, body, (tf.constant(0), array) + tuple(states),
                          maximum_iterations=limit, swap_memory=True)
    outputs = found[1].stack()
    outputs.set_shape(inputs.shape[:1].concatenate(output.shape))
    last = found[1].read(found[0] - 1)
    last.set_shape(output.shape)
    return last, outputs, list(found[2:])
