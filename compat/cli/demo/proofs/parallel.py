"""Training on two devices gives the weights that training on one gives."""
import numpy as np

from ....dispatch import load
from ..host import DEVICES
from ..network import arranged, largest, learn, plain
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
    """One epoch after another; `halved` sees what only the first of two devices would see. The number of steps."""
    pixels, one_hot = arranged(problem.data, EPOCHS, problem.seed)
    starts = range(0, len(pixels), _BATCH)
    first = np.concatenate([np.arange(start, min(start + _BATCH // 2, len(pixels))) for start in starts])
    for model in (single, parallel):
        model.fit(pixels, one_hot, batch_size=_BATCH, shuffle=False, verbose=0)
    halved.fit(pixels[first], one_hot[first], batch_size=_BATCH // 2, shuffle=False, verbose=0)
    return len(starts)
