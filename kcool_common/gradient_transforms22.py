"""Free gradient operations for the optimizers of Keras 2.2, real or emulated."""
from kcool.errors import WrongValue
from kcool.stack import stack

from .gradient_transforms import checked_transform, serialized, transformed
from .optimizers22 import Wrapping, replaced, wrapped

__all__ = ["Transforming"]


class Transforming(Wrapping):
    """An optimizer that is given other gradients. Its own clipping comes after."""

    _own = Wrapping._own | {"transform"}

    def __init__(self, optimizer, transform):
        """See `TransformGradients`."""
        super(Transforming, self).__init__()
        self.transform = checked_transform(transform, self._find)
        self.optimizer = wrapped(optimizer, self._optimizers, "TransformGradients(optimizer, transform)")

    def _get_updates(self, loss, params):
        plain, asked = self._K.gradients, []

        def gradients(loss, variables):
            found = plain(loss, variables)
            asked.append(True)
            if any(gradient is None for gradient in found):
                return found  # the optimizer says what this means
            return transformed(self.transform, found, variables)

        with replaced(self._K, gradients=gradients):
            self.updates = self.optimizer.get_updates(loss=loss, params=params)
        if not asked:
            raise WrongValue("TransformGradients: %s gets its gradients in another way than by K.gradients." % (
                type(self.optimizer).__name__), found=str(stack()),
                supported="the optimizers of keras.optimizers but TFOptimizer, and your own that ask K.gradients")
        self.weights = list(self.optimizer.weights)
        return self.updates

    def get_config(self):
        """The arguments of the constructor: the optimizer as its config, a function as its name."""
        return {"optimizer": self._optimizers.serialize(self.optimizer), "transform": serialized(self.transform)}
