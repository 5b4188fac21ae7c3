"""Writes models in the middle of a training, and the losses of what follows, on an old stack.

    python -m tests.convert.write_trainings              the archive of the tests, on the real Keras 2.2.4
    python -m tests.convert.write_trainings FOLDER       on any old stack, for `tests.convert.exchange`

What is saved is loaded again by the old stack, which then goes on for 20 steps. On standalone Keras the steps are
put in order: for the archive as for the other goldens (`tests.goldens.write`).
"""
from __future__ import print_function

import os
import sys
import tempfile
import zipfile

import numpy as np

from .goldens import TRAININGS
from .write import recorder
from .zoo import trainings


def write(folder, keras, names, in_order):
    """Writes trainings; returns a dict from the names of those that the stack refused to the reason.

    Args:
        folder: where to.
        keras: the old Keras.
        names: of the trainings.
        in_order: function that takes the races out of the steps of a compiled model.
    """
    refused = {}
    if not os.path.isdir(folder):
        os.makedirs(folder)
    for name in sorted(names):
        path = os.path.join(folder, name + ".h5")
        steps = list(trainings.batches(trainings.BEFORE + trainings.AFTER))
        try:
            model = trainings.compiled(keras, name)
        except (TypeError, ValueError) as error:
            refused[name] = "%s: %s" % (type(error).__name__, str(error)[:200])
            continue
        in_order(model)
        for x, y in steps[:trainings.BEFORE]:
            model.train_on_batch(x, y)
        model.save(path)
        model = keras.models.load_model(path)
        in_order(model)
        losses = [model.train_on_batch(x, y)[0] for x, y in steps[trainings.BEFORE:]]
        np.save(os.path.join(folder, name + ".npy"), np.array(losses, "float64"))
    return refused


def pack(folder):
    """Writes the archive from a folder."""
    with zipfile.ZipFile(TRAININGS, "w", zipfile.ZIP_LZMA) as archive:
        for name in sorted(os.listdir(folder)):
            with open(os.path.join(folder, name), "rb") as file:
                info = zipfile.ZipInfo(name)
                info.compress_type = zipfile.ZIP_LZMA
                archive.writestr(info, file.read())
    print("%d bytes" % os.path.getsize(TRAININGS))


def main(arguments):
    """Writes the archive, or a folder."""
    keras, _ = recorder()._keras()
    if arguments:
        names = dict(trainings.OPTIMIZERS, **trainings.OF_TF_KERAS)
        in_order = _writes_last if keras.__name__ == "keras" else _as_it_is
        for name, reason in sorted(write(arguments[0], keras, names, in_order).items()):
            print("refused by the old stack: %s (%s)" % (name, reason))
        return
    from tests.goldens.write import use_ordered_updates

    use_ordered_updates()
    folder = tempfile.mkdtemp()
    write(folder, keras, trainings.OPTIMIZERS, _as_it_is)
    pack(folder)


def _as_it_is(model):
    """The steps have no races."""


def _writes_last(model):
    """The steps write after all that they read, on any standalone Keras."""
    from kcool_legacy.write_order import with_writes_last

    model = getattr(model, "model", model)  # until Keras 2.1 a Sequential held the model that trains
    # A model that was loaded has made its step already, and the optimizer's state with it.
    state = model.optimizer.get_weights()
    model.train_function = None
    with_writes_last(model)
    model._make_train_function()
    if state:
        model.optimizer.set_weights(state)


if __name__ == "__main__":
    main(sys.argv[1:])
