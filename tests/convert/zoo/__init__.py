"""Small models for every layer and structure of Keras 2.2.4: functions of a ``keras`` namespace, by name.

`MODELS` maps a name to ``make(keras)``. Weights are set by `filled`, from the name alone. `EDITED` has models whose
files are changed after saving.
"""
import numpy as np

from . import customs, edited, images, parallel, sequences, structures, vectors

__all__ = ["EDITED", "MODELS", "filled"]

EDITED = edited.EDITED
MODELS = {}
for _module in (vectors, images, sequences, structures, customs, parallel):
    MODELS.update(_module.MODELS)


def filled(model, name):
    """Gives a model weights that depend on the name alone; those that have to be positive are."""
    random = np.random.RandomState(sum(ord(c) * 31 ** i for i, c in enumerate(name)) % (2 ** 31))
    for layer in model.layers:
        layer.set_weights([_value(weight, random) for weight in layer.get_weights()])
    return model


def _value(weight, random):
    if weight.ndim == 1:
        return random.uniform(0.2, 1.2, weight.shape).astype(weight.dtype)
    return random.normal(size=weight.shape, scale=0.5).astype(weight.dtype)
