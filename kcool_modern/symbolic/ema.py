"""Moving averages of the weights of a Keras 2.2 model: followers of its training function.

The recipe appends updates to ``model.metrics_updates``. Here every new value of a function is computed before any is
written, so that an update in that list would follow the weights of before the step. Followers come after.
"""
import keras
import numpy as np

from kcool_common.train_function import extend_train_function

from .. import keras22
from ..keras22._symbolic.record import unique
from ..keras22._symbolic.updates import Follower

__all__ = ["Average"]


class Average(object):
    """The averages of one model's weights.

    Args:
        model: a built model.
        momentum: share of the old average that is kept, in [0, 1).
    """

    def __init__(self, model, momentum):
        K = keras22.backend
        self.model, self.alpha = model, 1.0 - momentum
        self.weights = unique(model.weights)
        self.variables = [K.variable(value, dtype=_wide(weight.dtype), name="average")
                          for weight, value in zip(self.weights, self.read_weights())]

    def names(self):
        """Names of the weights, for files and messages."""
        return [weight.name for weight in self.weights]

    def read(self):
        """The averages as NumPy arrays."""
        return _arrays(self.variables)

    def write(self, arrays):
        """Sets the averages from NumPy arrays."""
        keras22.backend.batch_set_value(list(zip(self.variables, arrays)))

    def read_weights(self):
        """The model's weights as NumPy arrays."""
        return _arrays(self.weights)

    def write_weights(self, arrays):
        """Sets the model's weights from NumPy arrays."""
        keras22.backend.batch_set_value(list(zip(self.weights, arrays)))

    def inject(self, before_training):
        """Makes the model's training function update the averages, from its next batch on.

        Args:
            before_training: called before each fit, fit_generator or train_on_batch; may raise.
        """
        extend_train_function(self.model, before_training, self._extend)

    def _extend(self, function):
        function.follow([Follower(average, weight, self._moved) for average, weight in zip(
            self.variables, self.weights)])

    def _moved(self, average, latest):
        if "float" not in str(latest.dtype):
            return latest
        return average - self.alpha * (average - keras.ops.cast(latest, average.dtype))


def _arrays(variables):
    # Copies: an engine may lend the memory of its variables.
    return [np.array(keras22.backend.get_value(variable)) for variable in variables]


def _wide(dtype):
    return "float32" if str(dtype) in ("float16", "bfloat16") else str(dtype)
