"""What an adopted optimizer of tf.keras before 2.11 (`optimizers.legacy` after it) does otherwise."""
import tensorflow as tf

from kcool_common.layerwise import multipliers_of

from .optimizers2 import Transforming, kept_pairs
from .tensorflow.accumulation import one_of
from .tensorflow.one_replica import refuse_replicas

__all__ = ["Accumulating", "Multiplying", "Transforming"]

_SUM = "accumulated_gradient"  # Adagrad has a slot that it calls "accumulator"


class Accumulating:
    """One update in a number of batches; between two of them gradients are summed up."""

    def _create_slots(self, var_list):
        super()._create_slots(var_list)
        for variable in var_list:
            self.add_slot(variable, _SUM)
        if getattr(self, "_batches", None) is None:
            self._batches = self.add_weight("batches", shape=[], dtype=tf.int64, trainable=False, initializer="zeros",
                                            aggregation=tf.VariableAggregation.ONLY_FIRST_REPLICA)
            self._weights.append(self._batches)  # what is in this list is saved; `add_weight` leaves that to its caller

    def apply_gradients(self, grads_and_vars, *args, **kwargs):
        """Adds the gradients to the sums, and updates when it is time."""
        refuse_replicas("AccumOptimizer")
        pairs = kept_pairs(grads_and_vars)
        with tf.init_scope():
            self._create_all_weights([variable for _, variable in pairs])
        sums = [self.get_slot(variable, _SUM) for _, variable in pairs]
        totals = [(kept + gradient, variable) for kept, (gradient, variable) in zip(sums, pairs)]

        def update():
            super(Accumulating, self).apply_gradients(
                [(total / self.steps_per_update, variable) for total, variable in totals], *args, **kwargs)
            for kept in sums:
                kept.assign(tf.zeros_like(kept))

        def wait():
            for kept, (total, _) in zip(sums, totals):
                kept.assign(total)

        one_of(tf.equal((self._batches + 1) % self.steps_per_update, 0), update, wait, ())
        self._batches.assign_add(1)
        return self.iterations


class Multiplying:
    """Steps that are multiplied, weight by weight."""

    def apply_gradients(self, grads_and_vars, *args, **kwargs):
        """Updates what is not frozen."""
        pairs = list(grads_and_vars)
        found = multipliers_of([variable.name for _, variable in pairs], self.lr_multipliers)
        # By name: where a strategy keeps several copies of a variable, each of them is handed to the step.
        object.__setattr__(self, "_multipliers", {
            variable.name: multiplier for (_, variable), multiplier in zip(pairs, found)})
        return super().apply_gradients([pair for pair, one in zip(pairs, found) if one], *args, **kwargs)

    def _resource_apply_dense(self, grad, var, *args, **kwargs):
        return self._scaled(var, super()._resource_apply_dense, grad, var, *args, **kwargs)

    def _resource_apply_sparse_duplicate_indices(self, grad, var, *args, **kwargs):
        return self._scaled(var, super()._resource_apply_sparse_duplicate_indices, grad, var, *args, **kwargs)

    def _scaled(self, var, step, *args, **kwargs):
        multiplier = self._multipliers.get(var.name, 1)
        if multiplier == 1:
            return step(*args, **kwargs)
        before = tf.identity(var)
        with tf.control_dependencies([before]):
            done = step(*args, **kwargs)
        with tf.control_dependencies([done]):
            return var.assign(before + multiplier * (var.read_value() - before))
