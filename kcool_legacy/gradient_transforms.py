"""Free gradient operations: other gradients for any optimizer.

The recipe (announced in Su Jianlin, "Make Keras Cooler" (index), 2019): Keras clips all gradients alike; to treat each
as one likes (clip it by itself, add noise, take its mean away) need not take an optimizer of one's own, for an
optimizer asks for its gradients in one place.

This side answers in that place.

Known differences from the recipe: none.
"""
import keras
from keras import backend as K

from kcool_common.gradient_transforms import AddGradientNoise, CentralizeGradients, ClipGradientsEach
from kcool_common.gradient_transforms22 import Transforming

__all__ = ["AddGradientNoise", "CentralizeGradients", "ClipGradientsEach", "TransformGradients"]


class TransformGradients(Transforming, keras.optimizers.Optimizer):
    """Any optimizer, with gradients that a function changes; the optimizer's own clipping comes after.

        model.compile(TransformGradients('adam', ClipGradientsEach(1.)), 'mse')
        model.compile(TransformGradients(SGD(0.1), lambda grads, weights: [K.sign(g) for g in grads]), 'mse')

    Args:
        optimizer: an optimizer of Keras 2.2, its name or config.
        transform: ``(gradients, weights) -> gradients``, lists of tensors, made with `K`; called while the graph is
            made. To load a saved model give the function by its name in `custom_objects`.

    Raises:
        WrongValue: not an optimizer, or not a function; when training begins, a function that gives another number of
            gradients, or an optimizer that never asks K.gradients.
    """

    _K, _optimizers = K, keras.optimizers

    @staticmethod
    def _find(name):
        return keras.utils.get_custom_objects().get(name)


keras.utils.get_custom_objects().update(TransformGradients=TransformGradients)
