"""Gradient accumulation: several small batches make one update, that of the large batch.

The recipe (announced in Su Jianlin, "Make Keras Cooler" (index), 2019; the note's ``SoftSGD``): batches that fit into
memory are computed one by one, their gradients are summed up, and every ``steps_per_update`` batches the optimizer
makes the step that it would have made for all of them at once. It takes as many times as long and no more memory.

On models of Keras 2.2 on Keras 3 the optimizer's whole step stands in a branch of the compiled training function. On
the others the optimizer keeps its class below a new one, whose `apply` decides whether there is a step.

Keras 3 has ``gradient_accumulation_steps`` of its own. It is not used here: it applies constraints and moving averages
after every small batch (a weight that starts outside of its constraint then gets other gradients); on JAX it computes
the whole step for every small batch; and in Keras 3.0 it clips each small gradient and lets Adam count small batches.

Known differences from the recipe: none in what its text says. Layers that move statistics themselves
(BatchNormalization) do so for every small batch.
"""
from kcool_common.accumulation import checked_steps

from .adopted import Adopted, register

__all__ = ["AccumOptimizer", "SoftSGD"]


class AccumOptimizer(Adopted):
    """Any optimizer, with the mean gradient of several batches.

        model.compile(AccumOptimizer(Adam(1e-3, clipnorm=1.), 8), 'mse')     # or AccumOptimizer('adam', 8)

    Attributes of the optimizer are attributes of this one: the learning rate, ``iterations`` (the number of updates).
    What was summed up is saved with a model; a run that is taken up again goes on in the middle.

    Args:
        optimizer: an optimizer; on Keras 3 a name means one of `compat.keras`. Its clipping sees the mean gradient, its
            learning rate schedule counts updates, and constraints and averages are applied at updates only. One of
            plain Keras is changed in place and given back.
        steps_per_update: int, the number of batches per update; each counts the same, also if it is smaller.

    Raises:
        WrongValue: not an optimizer, or not a number of batches.
        WrongOrder: the optimizer has been trained with, or accumulates already.
    """

    _technique, _behaviour = "accumulation", "Accumulating"

    @staticmethod
    def _take(steps_per_update):
        return {"steps_per_update": checked_steps(steps_per_update)}

    def _arguments(self):
        return {"steps_per_update": self.steps_per_update}


class SoftSGD:
    """The note's optimizer: SGD that updates once in `steps_per_update` batches, with the mean of their gradients.

    On Keras 3 it is one of `compat.keras`; for plain models: ``AccumOptimizer(keras.optimizers.SGD(...), n)``.

    Args:
        lr, momentum, decay, nesterov: as in Keras 2.2's `SGD`; `clipnorm` and `clipvalue` as well.
        steps_per_update: as in `AccumOptimizer`.
    """

    def __new__(cls, lr=0.01, momentum=0., decay=0., nesterov=False, steps_per_update=2, **kwargs):
        """Makes the optimizer of this stack."""
        import kcool

        if kcool.stack().family == "keras3":
            from .symbolic.accumulation import SoftSGD as symbolic
            return symbolic(lr, momentum, decay, nesterov, steps_per_update, **kwargs)
        optimizers = kcool.keras.optimizers
        rate = optimizers.schedules.InverseTimeDecay(lr, 1, decay) if decay else lr
        sgd = optimizers.SGD(learning_rate=rate, momentum=momentum, nesterov=nesterov, **kwargs)
        return AccumOptimizer(sgd, steps_per_update)

    @classmethod
    def from_config(cls, config):
        """Makes an optimizer from what `get_config` gave."""
        return cls(**config)


register(AccumOptimizer, SoftSGD)
