"""The average that is kept inside the training step is the one that the formula gives for the weights of each step."""
import warnings

import numpy as np

from ....dispatch import load
from ..network import arranged, largest, learn
from ..picture import Curve
from . import Proof, weighed

__all__ = ["prove"]

EPOCHS = 8
MOMENTUM = 0.98

_BATCH = 32

# Steps between two looks at the validation accuracy.
_LOOK = 8


def prove(problem):
    """Trains the model and compares.

    Args:
        problem: a `Problem`; its model is compiled and trained.

    Returns:
        A `Proof`; its extra is the `Curve` of the training.
    """
    model = problem.network.model
    learn(problem.keras, model)
    ema = load("ExponentialMovingAverage")(model, MOMENTUM)
    ema.inject()
    trajectory, curve = _train(problem, model, ema)
    averaged, restored = _averaged(model, ema)
    off = largest(averaged, _closed_form(trajectory))
    late = largest(averaged, _closed_form(trajectory[:1] + trajectory[:-1]))
    holds = weighed(off, late, max(np.abs(w).max() for w in averaged)) and restored
    lines = ("off the closed form by %.1e" % off, "(one step late: %.1e)" % late,
             "accuracy %.1f %%, averaged %.1f %%" % (_lately(curve, curve.raw), _lately(curve, curve.averaged)))
    return Proof(holds, lines + (() if restored else ("raw weights did not come back",)), curve)


def _train(problem, model, ema):
    """The weights before the first step and after each, and the `Curve`."""
    recorder = _recorder(problem, ema)
    trajectory = [model.get_weights()]
    pixels, one_hot = arranged(problem.data, EPOCHS, problem.seed)
    with warnings.catch_warnings():
        # Keras 2 finds that recording takes longer than a step of so small a model.
        warnings.filterwarnings("ignore", message="Method .* is slow")
        model.fit(pixels, one_hot, batch_size=_BATCH, shuffle=False, verbose=0, callbacks=[recorder])
    return trajectory + recorder.trajectory, Curve(*zip(*recorder.looks), momentum=MOMENTUM)


def _recorder(problem, ema):
    per_epoch = len(problem.data.pixels) / float(_BATCH)

    class Recorder(problem.keras.callbacks.Callback):
        """Keeps all weights after every step, and looks at the accuracies every few steps."""

        def __init__(self):
            super(Recorder, self).__init__()
            self.trajectory, self.looks = [], []

        def on_batch_end(self, batch, logs=None):
            self.trajectory.append(self.model.get_weights())
            if (batch + 1) % _LOOK == 0:
                self.looks.append(((batch + 1) / per_epoch,) + _look(problem.data, self.model, ema))

    return Recorder()


def _look(data, model, ema):
    raw = _accuracy(data, model)
    ema.apply_ema_weights()
    averaged = _accuracy(data, model)
    ema.reset_old_weights()
    return raw, averaged


def _accuracy(data, model):
    guessed = np.argmax(np.asarray(model.predict_on_batch(data.val_pixels)), axis=-1)
    return float(np.mean(guessed == data.val_labels))


def _lately(curve, values):
    """Percent, mean over the last epoch: at a single step, luck decides."""
    return 100 * float(np.mean([value for epoch, value in zip(curve.epochs, values) if epoch > EPOCHS - 1]))


def _averaged(model, ema):
    """The averaged weights, and whether the raw ones came back bit for bit after they were read."""
    before = model.get_weights()
    ema.apply_ema_weights()
    averaged = model.get_weights()
    ema.reset_old_weights()
    return averaged, all(np.array_equal(a, b) for a, b in zip(before, model.get_weights()))


def _closed_form(trajectory):
    """``a**n * w[0] + (1 - a) * sum(a**(n - k) * w[k] for k in 1..n)`` for every weight, in float64."""
    last = len(trajectory) - 1
    factors = [MOMENTUM ** last] + [(1 - MOMENTUM) * MOMENTUM ** (last - k) for k in range(1, last + 1)]
    return [sum(factor * np.asarray(w, "float64") for factor, w in zip(factors, path)) for path in zip(*trajectory)]
