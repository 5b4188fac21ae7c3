"""A tensor from inside a layer's ``call`` has the value that NumPy computes from the weights."""
import numpy as np

from ....dispatch import load
from ..network import centred, largest
from . import Proof, weighed

__all__ = ["prove"]


def prove(problem):
    """Reads the tensor for the validation images and compares.

    Args:
        problem: a `Problem`; its model may be trained or not.

    Returns:
        A `Proof`.
    """
    model, pixels = problem.network.model, problem.data.val_pixels
    inner = load("function")([model.input], [problem.network.inner])([pixels])[0]
    expected = centred(model, pixels)
    off = largest(inner, expected)
    # The mistake that is easily made: taking the output of the layer for the tensor inside it.
    outer = load("function")([model.input], [model.get_layer("standardize").output])([pixels])[0]
    yardstick = largest(outer, expected)
    lines = ("off NumPy by %.1e" % off, "(the layer's output: %.1e)" % yardstick,
             "%d x %d values" % np.shape(inner))
    return Proof(weighed(off, yardstick, np.abs(expected).max()), lines, None)
