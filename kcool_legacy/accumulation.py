"""Gradient accumulation: several small batches make one update, that of the large batch.

The recipe (announced in Su Jianlin, "Make Keras Cooler" (index), 2019; the note's ``SoftSGD``): batches that fit into
memory are computed one by one, their gradients are summed up, and every ``steps_per_update`` batches the optimizer
makes the step that it would have made for all of them at once. It takes as many times as long and no more memory.

The note's ``SoftSGD`` says ``K.switch(cond, K.update(a, b), a)``. In a graph both arguments exist, and the update runs
whatever the condition says: that class trains as plain SGD does. Here the optimizer's whole step stands in a branch of
``tf.cond`` and runs when it is due, and not otherwise.

Known differences from the recipe: none in what its text says. Layers that move statistics themselves
(BatchNormalization) do so for every small batch.
"""
import keras
import tensorflow as tf
from keras import backend as K

from kcool_common.accumulation22 import Accumulating

__all__ = ["AccumOptimizer", "SoftSGD"]


class AccumOptimizer(Accumulating, keras.optimizers.Optimizer):
    """Any optimizer, with the mean gradient of several batches.

        model.compile(AccumOptimizer(Adam(1e-3, clipnorm=1.), 8), 'mse')     # or AccumOptimizer('adam', 8)

    Attributes of the optimizer are attributes of this one: ``lr``, ``decay``, ``iterations`` (the number of updates).
    What was summed up is saved with a model; a run that is taken up again goes on in the middle.

    Args:
        optimizer: an optimizer of Keras 2.2, its name or config. Its `clipnorm` and `clipvalue` see the mean gradient,
            its `decay` counts updates, and constraints are applied at updates only.
        steps_per_update: int, the number of batches per update; each counts the same, also if it is smaller.

    Attributes:
        batches: int64 variable, the number of batches so far.

    Raises:
        WrongValue: not an optimizer, not a number of batches, or (when training begins) an optimizer that writes in
            another way than by K.update, as TFOptimizer does.
    """

    _K, _optimizers = K, keras.optimizers

    def _chosen(self, due, then, otherwise, variables, before):
        with tf.control_dependencies(before):
            # Nothing may be written before all that reads it is done: TensorFlow 1 orders no write behind a read.
            due = tf.identity(due, name="due")
        with tf.control_dependencies([due]):
            counted = K.update_add(self.batches, 1)
        return [counted, tf.cond(due, lambda: _write(then()), lambda: _write(otherwise()))]


def _write(pairs):
    # TensorFlow 2.0 takes no tensor from outside of the branch as a control dependency; an identity is inside.
    values = [tf.identity(value) for _, value in pairs]
    with tf.control_dependencies(values):
        return tf.group(*[K.update(variable, value) for (variable, _), value in zip(pairs, values)])


class SoftSGD(AccumOptimizer):
    """The note's optimizer: SGD that updates once in `steps_per_update` batches, with the mean of their gradients.

    Args:
        lr, momentum, decay, nesterov: as in `keras.optimizers.SGD`; `clipnorm` and `clipvalue` as well.
        steps_per_update: as in `AccumOptimizer`.
    """

    def __init__(self, lr=0.01, momentum=0., decay=0., nesterov=False, steps_per_update=2, **kwargs):
        sgd = keras.optimizers.SGD(lr=lr, momentum=momentum, decay=decay, nesterov=nesterov, **kwargs)
        super(SoftSGD, self).__init__(sgd, steps_per_update)

    def get_config(self):
        """The arguments of the constructor."""
        return dict(self.optimizer.get_config(), steps_per_update=self.steps_per_update)


keras.utils.get_custom_objects().update(AccumOptimizer=AccumOptimizer, SoftSGD=SoftSGD)
