"""Free gradient operations: other gradients for any optimizer.

The recipe (announced in Su Jianlin, "Make Keras Cooler" (index), 2019): Keras clips all gradients alike; to treat each
as one likes (clip it by itself, add noise, take its mean away) need not take an optimizer of one's own, for an
optimizer asks for its gradients in one place.

An optimizer of Keras 2.2 asks for gradients; a later one is handed them. This side changes them on the way.

Known differences from the recipe: none.
"""
from kcool_common.gradient_transforms import (
    AddGradientNoise,
    CentralizeGradients,
    ClipGradientsEach,
    checked_transform,
    serialized,
)

from .adopted import Adopted, register, saving

__all__ = ["AddGradientNoise", "CentralizeGradients", "ClipGradientsEach", "TransformGradients"]


class TransformGradients(Adopted):
    """Any optimizer, with gradients that a function changes; the optimizer's own clipping comes after.

        model.compile(TransformGradients('adam', ClipGradientsEach(1.)), 'mse')
        model.compile(TransformGradients(SGD(0.1), lambda grads, weights: [K.sign(g) for g in grads]), 'mse')

    Args:
        optimizer: an optimizer; on Keras 3 a name means one of `compat.keras`. One of plain Keras is changed in place
            and given back.
        transform: ``(gradients, weights) -> gradients``, lists of tensors; `compat.K` computes on every stack. Called
            while the step is compiled (on PyTorch in every step). To load a saved model give the function by its name
            in `custom_objects`.

    Raises:
        WrongValue: not an optimizer, or not a function; when training begins, a function that gives another number of
            gradients.
        WrongOrder: the optimizer has been trained with, or transforms already.
    """

    _technique, _behaviour = "gradient_transforms", "Transforming"

    @staticmethod
    def _take(transform):
        return {"transform": checked_transform(transform, saving().get_registered_object)}

    def _arguments(self):
        return {"transform": serialized(self.transform)}


register(TransformGradients)
