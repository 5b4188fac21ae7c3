"""What the carriers of moving averages share on every engine: reading, writing, and riding on a training step."""
import numpy as np


class Carrier:
    """Averages beside the weights of one model. A subclass sets ``variables``, one average for each weight.

    Args:
        model: a built model.
        momentum: share of the old average that is kept, in [0, 1).
    """

    def __init__(self, model, momentum):
        self.model = model
        self.alpha = 1.0 - momentum
        self.weights = list(model.weights)
        self.sources = [self.source(weight) for weight in self.weights]

    @staticmethod
    def source(weight):
        """What holds the values of a weight and has ``assign``."""
        return weight

    @staticmethod
    def array(variable):
        """A copy of an average, or of a source, as a NumPy array."""
        return np.array(variable.value)

    def names(self):
        """Names of the weights, for files and messages."""
        return [getattr(weight, "path", weight.name) for weight in self.weights]

    def read(self):
        """The averages as NumPy arrays."""
        return [self.array(variable) for variable in self.variables]

    def write(self, arrays):
        """Sets the averages from NumPy arrays."""
        for variable, array in zip(self.variables, arrays):
            variable.assign(array)

    def read_weights(self):
        """The model's weights as NumPy arrays."""
        return [self.array(source) for source in self.sources]

    def write_weights(self, arrays):
        """Sets the model's weights from NumPy arrays."""
        for source, array in zip(self.sources, arrays):
            source.assign(array)

    def ride_on(self, train_step, make_train_function):
        """Puts both on the one model, around Keras' own __setattr__: it would look for layers and weights in them."""
        object.__setattr__(self.model, "train_step", train_step)
        object.__setattr__(self.model, "make_train_function", make_train_function)
