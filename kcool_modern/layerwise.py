"""Layer-wise learning rates: some layers learn faster or slower than the optimizer says, without rewriting it.

The recipe (announced in Su Jianlin, "Make Keras Cooler" (index), 2019, and by two headings of the note): store a weight
divided by a number and multiply it where it is used; the gradient and the step then come out as if the learning rate
had been multiplied. For SGD the number is the root of the ratio, for optimizers that divide by the gradient's size it
is the ratio itself. `SetLearningRate` does so; `LRMultiplier` gives the same updates by name and leaves the weights as
they are.

What changed between stacks: in Keras 2.2 a layer's attribute can be any expression. Later Keras computes anew whenever
a layer is called, so this side puts a layer around the layer that multiplies the weights while it is called.

Known differences from the recipe: regularizers and constraints see the weight that is used, not the divided one
(plain and tf.keras layers with either are refused); parts of recurrent kernels that a layer has cut out are divided,
too.
"""
import kcool
from kcool_common.layerwise import checked_multipliers

from .adopted import Adopted, register
from .kinds import any_is_keras22, is_keras22

__all__ = ["LRMultiplier", "SetLearningRate"]


class LRMultiplier(Adopted):
    """Any optimizer, with the steps of some weights multiplied.

        model.compile(LRMultiplier('adam', {'embedding_1': 0.1, 'dense_2/bias': 2, 'block1_': 0}), 'mse')

    Attributes of the optimizer are attributes of this one.

    Args:
        optimizer: an optimizer; on Keras 3 a name means one of `compat.keras`. One of plain Keras is changed in place
            and given back.
        lr_multipliers: dict from the name of a layer or weight, or what such names begin with, to a number; 0 freezes.

    Raises:
        WrongValue: not an optimizer or not such a dict; when training begins, a name that stands for no weight.
        WrongOrder: the optimizer has been trained with, or has multipliers already.
    """

    _technique, _behaviour = "layerwise", "Multiplying"

    @staticmethod
    def _take(lr_multipliers):
        # A tuple: Keras tracks what an optimizer keeps in a dict.
        return {"_lr_multipliers": tuple(sorted(checked_multipliers(lr_multipliers).items()))}

    @property
    def lr_multipliers(self):
        """The dict that was given."""
        return dict(self._lr_multipliers)

    def _arguments(self):
        return {"lr_multipliers": self.lr_multipliers}


class SetLearningRate:
    """A layer that learns `lamb` times as fast as the optimizer says.

        x = SetLearningRate(Dense(64), 0.1)(x)               # with SGD
        x = SetLearningRate(Dense(64), 0.1, is_ada=True)(x)  # with Adam and its like

    The layer's weights are stored divided: `get_weights` gives ``kernel / sqrt(lamb)`` (``kernel / lamb`` with
    `is_ada`), so a file of weights fits a model in which the layer is wrapped the same way.

    Args:
        layer: a layer, built or not.
        lamb: float above zero.
        is_ada: whether the optimizer divides by the size of the gradient (Adam, RMSprop, Adagrad ...).

    Raises:
        WrongValue: not a layer, or not such a number.
        WrongOrder: the layer has been wrapped before.
        TechniqueUnavailable: the layer has regularizers, and is built or none of Keras 2.2.
    """

    def __new__(cls, layer, lamb, is_ada=False):
        """Wraps the layer in the way of its Keras."""
        if kcool.stack().family == "keras3" and (is_keras22(layer) or any_is_keras22([layer])):
            from .symbolic.layerwise import SetLearningRate as symbolic
            return symbolic(layer, lamb, is_ada)
        from .engines.slowed import slowed
        return slowed(layer, lamb, is_ada)


register(LRMultiplier)
