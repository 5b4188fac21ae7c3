"""A choice between two functions that write variables, in JAX: their new values are what the branches give."""
import jax
import keras

__all__ = ["one_of"]


def one_of(condition, first, second, variables):
    """Calls one of two functions; see the module of TensorFlow."""
    present = [(variable, variable.value) for variable in variables]

    def values_after(function):
        with keras.StatelessScope(state_mapping=present) as scope:
            function()
        return [value if scope.get_current_value(variable) is None else scope.get_current_value(variable)
                for variable, value in present]

    values = jax.lax.cond(condition, lambda: values_after(first), lambda: values_after(second))
    for (variable, _), value in zip(present, values):
        variable.assign(value)
