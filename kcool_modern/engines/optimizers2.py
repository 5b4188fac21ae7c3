"""What an adopted optimizer of tf.keras (2.11 and later) or tf-keras does otherwise."""
import tensorflow as tf

from kcool_common.gradient_transforms import transformed
from kcool_common.layerwise import multipliers_of

from .tensorflow.accumulation import one_of
from .tensorflow.one_replica import refuse_replicas
from .weight_decay import DecayByMultiplier

__all__ = ["Accumulating", "Multiplying", "Transforming", "kept_pairs"]


def kept_pairs(grads_and_vars):
    """The pairs that have a gradient, as dense tensors."""
    return [(tf.convert_to_tensor(gradient), variable) for gradient, variable in grads_and_vars if gradient is not None]


class Accumulating:
    """One update in a number of batches; between two of them gradients are summed up."""

    def build(self, var_list):
        """Makes the optimizer's variables, the sums among them."""
        fresh = not getattr(self, "_built", False)
        super().build(var_list)
        if fresh:
            self._batches = self.add_variable(shape=(), dtype=tf.int64, initializer="zeros", name="batches")
            self._sums = [self.add_variable_from_reference(one, "accumulated_gradient") for one in var_list]

    def apply_gradients(self, grads_and_vars, *args, **kwargs):
        """Adds the gradients to the sums, and updates when it is time."""
        refuse_replicas("AccumOptimizer")
        pairs = list(grads_and_vars)
        with tf.init_scope():
            self.build([variable for _, variable in pairs])
        totals = [(self._sum_of(variable) + gradient, variable) for gradient, variable in kept_pairs(pairs)]

        def update():
            super(Accumulating, self).apply_gradients(
                [(total / self.steps_per_update, variable) for total, variable in totals], *args, **kwargs)
            for _, variable in totals:
                kept = self._sum_of(variable)
                kept.assign(tf.zeros_like(kept))

        def wait():
            for total, variable in totals:
                self._sum_of(variable).assign(total)

        one_of(tf.equal((self._batches + 1) % self.steps_per_update, 0), update, wait, ())
        self._batches.assign_add(1)
        return self.iterations

    def _sum_of(self, variable):
        return self._sums[self._index_dict[self._var_key(variable)]]


class Multiplying(DecayByMultiplier):
    """Steps that are multiplied, weight by weight."""

    def build(self, var_list):
        """Makes the optimizer's variables; looks the weights' names up."""
        fresh = not getattr(self, "_built", False)
        super().build(var_list)
        if fresh:
            multipliers = multipliers_of([variable.name for variable in var_list], self.lr_multipliers)
            object.__setattr__(self, "_multipliers", tuple(multipliers))

    def _multiplier(self, variable):
        return self._multipliers[self._index_dict[self._var_key(variable)]]

    def apply_gradients(self, grads_and_vars, *args, **kwargs):
        """Updates what is not frozen."""
        pairs = list(grads_and_vars)
        with tf.init_scope():
            self.build([variable for _, variable in pairs])
        return super().apply_gradients([pair for pair in pairs if self._multiplier(pair[1])], *args, **kwargs)

    def update_step(self, gradient, variable):
        """One weight's step at its own rate."""
        multiplier = self._multiplier(variable)
        before = None if multiplier == 1 else tf.convert_to_tensor(variable)
        super().update_step(gradient, variable)
        if before is not None:
            variable.assign(before + multiplier * (variable - before))


class Transforming:
    """Gradients that a function changes."""

    def apply_gradients(self, grads_and_vars, *args, **kwargs):
        """Applies other gradients."""
        refuse_replicas("TransformGradients")
        pairs = list(grads_and_vars)
        if hasattr(self, "build"):
            with tf.init_scope():
                self.build([variable for _, variable in pairs])
        pairs = kept_pairs(pairs)
        variables = [variable for _, variable in pairs]
        found = transformed(self.transform, [gradient for gradient, _ in pairs], variables)
        return super().apply_gradients(list(zip(found, variables)), *args, **kwargs)
