"""Moving averages that start from zero and are corrected for it, as in TensorFlow 1."""
import keras
import numpy as np

from .record import record
from .updates import update
from .variable import variable

__all__ = ["MovingAverage"]


class MovingAverage(object):
    """A kind of update: called with a variable and a value it gives the update.

    Attributes:
        biased: variable, the average without correction.
        steps: variable, the number of updates so far.
    """

    def __init__(self, of, momentum):
        shape, dtype = tuple(of.shape), str(of.dtype)
        self.decay = 1. - momentum
        self.biased = variable(np.zeros(shape), dtype, "biased", trainable=False)
        self.steps = variable(0., dtype, "local_step", trainable=False)

    def __call__(self, of, value):
        biased = update(self.biased, "subtract", record(_towards, (self.biased, value, self.decay), name="towards"))
        steps = update(self.steps, "add", 1.)
        return update(of, "set", record(_corrected, (biased, steps, self.decay), name="corrected"))


def _towards(biased, value, decay):
    return (biased - value) * keras.ops.cast(decay, biased.dtype)


def _corrected(biased, steps, decay):
    return biased / (1 - keras.ops.power(1.0 - keras.ops.cast(decay, steps.dtype), steps))
