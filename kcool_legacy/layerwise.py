"""Layer-wise learning rates: some layers learn faster or slower than the optimizer says, without rewriting it.

The recipe (announced in Su Jianlin, "Make Keras Cooler" (index), 2019, and by two headings of the note): store a weight
divided by a number and multiply it where it is used; the gradient and the step then come out as if the learning rate
had been multiplied. For SGD the number is the root of the ratio, for optimizers that divide by the gradient's size it
is the ratio itself. `SetLearningRate` does so; `LRMultiplier` gives the same updates by name and leaves the weights as
they are.

What changed between stacks: none of it needs more than the API of Keras 2.2; later Keras keeps weights, not
expressions, in a layer's attributes.

Known differences from the recipe: regularizers and constraints see the weight that is used, not the divided one; parts
of recurrent kernels that a layer has cut out are divided, too.
"""
import keras
from keras import backend as K

from kcool_common.layerwise22 import Multiplying, Slowing

__all__ = ["LRMultiplier", "SetLearningRate"]


class LRMultiplier(Multiplying, keras.optimizers.Optimizer):
    """Any optimizer, with the steps of some weights multiplied.

        model.compile(LRMultiplier('adam', {'embedding_1': 0.1, 'dense_2/bias': 2, 'block1_': 0}), 'mse')

    Attributes of the optimizer are attributes of this one.

    Args:
        optimizer: an optimizer of Keras 2.2, its name or config.
        lr_multipliers: dict from the name of a layer or weight, or what such names begin with, to a number; 0 freezes.

    Raises:
        WrongValue: not an optimizer or not such a dict; when training begins, a name that stands for no weight.
    """

    _K, _optimizers = K, keras.optimizers


class SetLearningRate(Slowing):
    """A layer that learns `lamb` times as fast as the optimizer says.

        x = SetLearningRate(Dense(64), 0.1)(x)               # with SGD
        x = SetLearningRate(Dense(64), 0.1, is_ada=True)(x)  # with Adam and its like

    The layer's weights are stored divided: `get_weights` gives ``kernel / sqrt(lamb)`` (``kernel / lamb`` with
    `is_ada`), so a file of weights fits a model in which the layer is wrapped the same way.

    Args:
        layer: a layer of Keras 2.2, built or not.
        lamb: float above zero.
        is_ada: whether the optimizer divides by the size of the gradient (Adam, RMSprop, Adagrad ...).

    Raises:
        WrongValue: not a layer, or not such a number.
        WrongOrder: the layer has been wrapped before.
        TechniqueUnavailable: the layer is built and has regularizers.
    """

    _K, _Layer = K, keras.layers.Layer


keras.utils.get_custom_objects().update(LRMultiplier=LRMultiplier)
