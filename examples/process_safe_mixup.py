"""Process-safe data: digits mixed in pairs (mixup) by watched worker processes, with and without trouble.

The same network is trained on 500 digits as they are and on mixed ones, which are made anew in every epoch. Then a
worker is killed in the middle of an epoch.
"""
import argparse
import json
import multiprocessing
import os
import signal
import time

import numpy as np

import compat
from compat import keras, process_safe

parser = argparse.ArgumentParser(description=__doc__.strip().split("\n")[0])
parser.add_argument("--seed", type=int, default=1)
np.random.seed(parser.parse_args().seed)
print("on", compat.stack())

archive = np.load(os.path.join(os.path.dirname(compat.__file__), "data", "digits.npz"))
x = archive["images"].reshape(-1, 64).astype("float32") / 16.0
y = np.eye(10, dtype="float32")[archive["labels"].astype("int64")]
order = np.random.permutation(len(x))
train, test = order[:500], order[500:]


class Mixup(keras.utils.Sequence):
    """Batches whose rows are mixed with other rows of the same batch.

    Args:
        x, y: arrays of samples and of one-hot labels.
        batch_size: rows in a batch.
        alpha: how much is mixed: the parameter of the Beta distribution; 0 for not at all.
        trouble: function that is called before each batch, with its index.
    """

    def __init__(self, x, y, batch_size=25, alpha=0.0, trouble=None):
        super(Mixup, self).__init__()
        self.x, self.y, self.batch_size, self.alpha, self.trouble = x, y, batch_size, alpha, trouble
        self.order = np.arange(len(x))

    def __len__(self):
        return (len(self.x) + self.batch_size - 1) // self.batch_size

    def __getitem__(self, index):
        if self.trouble is not None:
            self.trouble(index)
        rows = self.order[index * self.batch_size:(index + 1) * self.batch_size]
        x, y = self.x[rows], self.y[rows]
        if not self.alpha:
            return x, y
        share = np.random.beta(self.alpha, self.alpha, size=(len(rows), 1)).astype("float32")
        others = np.random.permutation(len(rows))
        return share * x + (1 - share) * x[others], share * y + (1 - share) * y[others]

    def on_epoch_end(self):
        """Other rows come together in the next epoch."""
        np.random.shuffle(self.order)


def train_on(data, epochs):
    """A network trained on process-safe data, by what this Keras has for it; returns it."""
    model = keras.models.Sequential([
        keras.layers.Dense(64, activation="relu", input_shape=(64,)),
        keras.layers.Dense(10, activation="softmax")])
    model.compile(keras.optimizers.Adam(0.003), "categorical_crossentropy", metrics=["accuracy"])
    if compat.stack().family == "keras2":
        model.fit(data, epochs=epochs, verbose=0)
    else:
        model.fit_generator(data, steps_per_epoch=len(data), epochs=epochs, workers=0, verbose=0)
    return model


def killed(index):
    """What happens to a process when memory runs out."""
    if index == 7:
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    scores = {}
    for name, alpha in (("as they are", 0.0), ("mixed", 0.4)):
        with process_safe(Mixup(x[train], y[train], alpha=alpha), workers=2, use_multiprocessing=True) as data:
            scores[name] = train_on(data, 40).evaluate(x[test], y[test], verbose=0)
        print("digits %-11s loss %.3f, accuracy %.3f on %d others" % (
            name + ":", scores[name][0], scores[name][1], len(test)))

    start = time.time()
    broken = process_safe(Mixup(x[train], y[train], trouble=killed), workers=2, use_multiprocessing=True)
    try:
        train_on(broken, 1)
    except Exception:
        # On TensorFlow 2 it is TensorFlow's error that comes out, with the same text.
        print("after %.1f s: %s" % (time.time() - start, broken.failure.asked))
    left = multiprocessing.active_children()
    print("processes left: %d" % len(left))
    print(json.dumps({"accuracy_as_they_are": round(float(scores["as they are"][1]), 4),
                      "accuracy_mixed": round(float(scores["mixed"][1]), 4),
                      "loss_as_they_are": round(float(scores["as they are"][0]), 4),
                      "loss_mixed": round(float(scores["mixed"][0]), 4),
                      "failed_batch": broken.failure.batch, "processes_left": len(left)}, sort_keys=True))
