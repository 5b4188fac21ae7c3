"""Gradient accumulation for the optimizers of Keras 2.2, real or emulated."""
from .accumulation import checked_steps
from .optimizers22 import Observed, Wrapping, wrapped

__all__ = ["Accumulating"]


class Accumulating(Wrapping):
    """An optimizer that updates once in a number of batches, with the mean of their gradients.

    A subclass has ``_K`` (the backend), ``_optimizers`` (the module) and ``_chosen(due, then, otherwise, variables,
    before)``, which gives updates: those that one of two functions tells, as pairs of variable and new value.
    """

    _own = Wrapping._own | {"steps_per_update", "batches"}

    def __init__(self, optimizer, steps_per_update):
        """See `AccumOptimizer`."""
        super(Accumulating, self).__init__()
        self.steps_per_update = checked_steps(steps_per_update)
        self.optimizer = wrapped(optimizer, self._optimizers, "AccumOptimizer(optimizer, steps_per_update)")
        with self._K.name_scope(type(self).__name__):
            self.batches = self._K.variable(0, dtype="int64", name="batches")

    def _get_updates(self, loss, params):
        K = self._K
        gradients = K.gradients(loss, params)
        inner = Observed(K, self.optimizer, loss, params, gradients)
        # Keras 2.3 on TensorFlow 2 cannot read a file again in which two variables bear one name.
        sums = [K.zeros(K.int_shape(param), dtype=K.dtype(param), name="sum_%d" % index)
                for index, param in enumerate(params)]
        totals = [kept + gradient for kept, gradient in zip(sums, gradients)]
        self.weights = list(self.optimizer.weights) + [self.batches] + sums
        due = K.equal((self.batches + 1) % self.steps_per_update, 0)

        def update():
            means = [total / self.steps_per_update for total in totals]
            return inner.again(means) + [(kept, K.zeros_like(total)) for kept, total in zip(sums, totals)]

        def wait():
            return list(zip(sums, totals))

        self.updates = self._chosen(due, update, wait, inner.written + sums, totals + [loss])
        return self.updates

    def get_config(self):
        """The arguments of the constructor, the optimizer as its config."""
        return {"optimizer": self._optimizers.serialize(self.optimizer), "steps_per_update": self.steps_per_update}
