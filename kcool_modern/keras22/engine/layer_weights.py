"""The variables of a layer."""
import numpy as np

from .. import backend as K
from .. import constraints, initializers, regularizers
from .._symbolic.context import describing
from .._symbolic.engines import outside_trace
from .._symbolic.record import unique

__all__ = ["LayerWeights"]


class LayerWeights(object):
    """Part of `Layer`: its variables, in two lists, and their values."""

    @property
    def trainable_weights(self):
        """The variables that training changes; none if the layer is not trainable."""
        return self._trainable_weights if getattr(self, "trainable", True) else []

    @trainable_weights.setter
    def trainable_weights(self, weights):
        self._trainable_weights = weights

    @property
    def non_trainable_weights(self):
        """The other variables; all of them if the layer is not trainable."""
        if getattr(self, "trainable", True):
            return self._non_trainable_weights
        return self._trainable_weights + self._non_trainable_weights

    @non_trainable_weights.setter
    def non_trainable_weights(self, weights):
        self._non_trainable_weights = weights

    @property
    def weights(self):
        """All variables, those that can be trained first."""
        return self.trainable_weights + self.non_trainable_weights

    @property
    def variables(self):
        """All variables, each one once; Keras 3 asks for them."""
        return unique(self.weights)

    @property
    def trainable_variables(self):
        """As `trainable_weights`."""
        return unique(self.trainable_weights)

    @property
    def non_trainable_variables(self):
        """As `non_trainable_weights`."""
        return unique(self.non_trainable_weights)

    def get_weights(self):
        """The variables' values, a list of arrays."""
        return K.batch_get_value(self.weights)

    def set_weights(self, weights):
        """Writes the variables.

        Args:
            weights: list of arrays in the order of `get_weights`.

        Raises:
            ValueError: wrong number or shape of arrays; nothing has been written.
        """
        params = self.weights
        if len(params) != len(weights):
            raise ValueError('You called `set_weights(weights)` on layer "%s" with a list of %d arrays, but the layer '
                             "has %d weights." % (self.name, len(weights), len(params)))
        for param, value in zip(params, weights):
            if K.int_shape(param) != np.shape(value):
                raise ValueError("Layer weight shape %s not compatible with provided weight shape %s (layer %s)." % (
                    K.int_shape(param), np.shape(value), self.name))
        K.batch_set_value(list(zip(params, weights)))

    def count_params(self):
        """The number of scalars in the weights.

        Raises:
            RuntimeError: the layer is not built.
        """
        if not self.built:
            raise RuntimeError("You tried to call `count_params` on %s, but the layer isn't built. "
                               "You can build it manually via: `%s.build(batch_input_shape)`." % (self.name, self.name))
        return sum(K.count_params(weight) for weight in self.weights)

    def add_weight(self, name, shape, dtype=None, initializer=None, regularizer=None, trainable=True,
                   constraint=None):
        """Makes a variable of the layer.

        Args:
            name: str.
            shape: tuple of int.
            dtype: str, ``floatx()`` by default.
            initializer: name or function of the shape.
            regularizer: optional; its penalty goes to `losses`.
            trainable: whether training changes it.
            constraint: optional function of the variable, applied after every update.
        """
        if isinstance(name, (tuple, list)) or isinstance(shape, str):
            name, shape = shape, name
        initializer = initializers.get(initializer)
        dtype = K.floatx() if dtype is None else dtype
        with describing(), outside_trace():
            weight = K.variable(initializer(tuple(shape)), dtype=dtype, name=name,
                                constraint=constraints.get(constraint))
            if regularizer is not None:
                self.add_loss(regularizers.get(regularizer)(weight) if not callable(regularizer)
                              else regularizer(weight))
        (self._trainable_weights if trainable else self._non_trainable_weights).append(weight)
        return weight
