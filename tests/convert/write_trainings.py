"""Writes, on the real Keras 2.2.4, models in the middle of a training, and the losses of what follows.

    python -m tests.convert.write_trainings

The updates are ordered, as for the other goldens (`tests.goldens.write`): what is saved is loaded again by the
old stack, which then goes on for 20 steps.
"""
import io
import os
import tempfile
import zipfile

import numpy as np

from tests.goldens.write import use_ordered_updates

from .goldens import TRAININGS
from .zoo import trainings


def main():
    """Writes the archive."""
    use_ordered_updates()
    import keras

    with zipfile.ZipFile(TRAININGS, "w", zipfile.ZIP_LZMA) as archive:
        for name in sorted(trainings.OPTIMIZERS):
            model = trainings.compiled(keras, name)
            steps = list(trainings.batches(trainings.BEFORE + trainings.AFTER))
            for x, y in steps[:trainings.BEFORE]:
                model.train_on_batch(x, y)
            path = os.path.join(tempfile.mkdtemp(), "model.h5")
            model.save(path)
            model = keras.models.load_model(path)
            losses = [model.train_on_batch(x, y)[0] for x, y in steps[trainings.BEFORE:]]
            buffer = io.BytesIO()
            np.save(buffer, np.array(losses, "float64"))
            with open(path, "rb") as file:
                saved = file.read()
            for ending, content in ((".h5", saved), (".npy", buffer.getvalue())):
                info = zipfile.ZipInfo(name + ending)
                info.compress_type = zipfile.ZIP_LZMA
                archive.writestr(info, content)
    print("%d bytes" % os.path.getsize(TRAININGS))


if __name__ == "__main__":
    main()
