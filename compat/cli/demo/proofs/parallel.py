"""Training on two devices gives the weights that training on one gives."""
import numpy as np

from ....dispatch import load
from ..host import DEVICES
from ..network import batches, largest, learn, plain
from . import Proof, weighed

__all__ = ["prove"]

EPOCHS = 2
_BATCH = 64


def prove(problem):
    """Trains one model on one device, its like on two, and compares their weights.

    Args:
        problem: a `Problem`; its model is left alone.

    Returns:
        A `Proof`.
    """
    keras = problem.keras
    single, halved, template = (plain(keras, problem.seed) for _ in range(3))
    parallel = load("multi_gpu_model")(template, devices=list(DEVICES))
    for model in (single, halved, parallel):
        learn(keras, model)
    steps = _train(problem, single, halved, parallel)
    trained = single.get_weights()
    off = largest(template.get_weights(), trained)
    yardstick = largest(halved.get_weights(), trained)
    lines = ("off one device by %.1e" % off, "(half of each batch: %.1e)" % yardstick,
             "%d steps on %s" % (steps, " and ".join(DEVICES)))
    return Proof(weighed(off, yardstick, max(np.abs(w).max() for w in trained)), lines, None)


def _train(problem, single, halved, parallel):
    """One step after another; `halved` sees what only the first of two devices would see."""
    steps = [batch for epoch in range(EPOCHS) for batch in batches(problem.data, epoch, problem.seed, _BATCH)]
    for pixels, one_hot in steps:
        single.train_on_batch(pixels, one_hot)
        parallel.train_on_batch(pixels, one_hot)
        half = (len(pixels) + 1) // 2
        halved.train_on_batch(pixels[:half], one_hot[:half])
    return len(steps)
