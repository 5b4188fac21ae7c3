"""A choice between two functions that write variables, in TensorFlow."""
import tensorflow as tf

__all__ = ["one_of"]


def one_of(condition, first, second, variables):
    """Calls one of two functions.

    Args:
        condition: bool tensor.
        first, second: functions without arguments that write `variables`.
        variables: all that they may write.
    """
    def carried_out(function):
        function()
        return tf.constant(True)

    tf.cond(condition, lambda: carried_out(first), lambda: carried_out(second))
