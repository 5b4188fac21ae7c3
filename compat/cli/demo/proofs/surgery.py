"""The tail of a model, cut off inside and fed at the cut, gives what the whole model gives."""
import numpy as np

from ....dispatch import load
from ..network import largest
from . import Proof, weighed

__all__ = ["prove"]


def prove(problem):
    """Cuts the model where its two branches begin and compares.

    Args:
        problem: a `Problem`; its model may be trained or not.

    Returns:
        A `Proof`.
    """
    keras, model, pixels = problem.keras, problem.network.model, problem.data.val_pixels
    cut = model.get_layer("strokes").output
    inputs, outputs = load("get_outputs_of")(model, cut)
    head, tail = keras.models.Model(model.input, cut), keras.models.Model(inputs, outputs)
    at_cut, whole = _predicted(head, pixels), _predicted(model, pixels)
    off = largest(_predicted(tail, at_cut), whole)
    yardstick = largest(_predicted(tail, np.zeros_like(at_cut)), whole)
    lines = ("off the whole model by %.1e" % off, "(fed with zeros: %.1e)" % yardstick,
             "tail: {:,} of {:,} weights".format(tail.count_params(), model.count_params()))
    return Proof(weighed(off, yardstick), lines, None)


def _predicted(model, inputs):
    predicted = model.predict_on_batch(inputs)
    return np.asarray(predicted[0] if isinstance(predicted, (list, tuple)) else predicted)
