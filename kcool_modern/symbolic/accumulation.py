"""Gradient accumulation for the optimizers of Keras 2.2 on Keras 3."""
from kcool_common.accumulation22 import Accumulating

from ..keras22 import backend as K
from ..keras22 import optimizers
from ..keras22._symbolic.context import branch, branches
from ..keras22._symbolic.engines import value_of
from ..keras22._symbolic.record import record, unique
from ..keras22.backend.engines import native

__all__ = ["AccumOptimizer", "SoftSGD"]


class AccumOptimizer(Accumulating, optimizers.Optimizer):
    """See `kcool_modern.accumulation.AccumOptimizer`."""

    _K, _optimizers = K, optimizers

    def _chosen(self, due, then, otherwise, variables, before):
        variables = unique(variables)

        def values(pairs):
            latest = {id(variable): value for variable, value in pairs}
            return [K.cast(latest.get(id(one), value_of(one)), one.dtype) for one in variables]

        chosen = record(_one_of, (due, lambda: values(then()), lambda: values(otherwise())), name="accumulate")
        return [K.update_add(self.batches, 1)] + [K.update(one, value) for one, value in zip(variables, chosen)]


def _one_of(due, then, otherwise):
    places = branches()
    return native().cond(due, lambda: branch(places, 0, then), lambda: branch(places, 1, otherwise))


class SoftSGD(AccumOptimizer):
    """See `kcool_modern.accumulation.SoftSGD`."""

    def __init__(self, lr=0.01, momentum=0., decay=0., nesterov=False, steps_per_update=2, **kwargs):
        sgd = optimizers.SGD(lr=lr, momentum=momentum, decay=decay, nesterov=nesterov, **kwargs)
        super(SoftSGD, self).__init__(sgd, steps_per_update)

    def get_config(self):
        """The arguments of the constructor."""
        return dict(self.optimizer.get_config(), steps_per_update=self.steps_per_update)
