"""A training that was cut by saving goes on in Keras 3 as it did on the real Keras 2.2.4."""
import os
import zipfile

import numpy as np
import pytest

from .zoo import trainings

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "trainings224.zip")


@pytest.fixture
def cut(tmp_path):
    def unpack(name):
        with zipfile.ZipFile(PATH) as archive:
            return [archive.extract(name + ending, str(tmp_path)) for ending in (".h5", ".npy")]

    return unpack


@pytest.mark.parametrize("name", sorted(trainings.OPTIMIZERS))
def test_twenty_steps_follow_the_old_losses(name, cut, tmp_path):
    import keras

    from kcool_modern.convert import output
    from kcool_modern.convert.conversion import converted

    path, losses = cut(name)
    made = converted(path)
    target = str(tmp_path / "new.keras")
    output.written(made, target)
    model = keras.saving.load_model(target)
    steps = list(trainings.batches(trainings.BEFORE + trainings.AFTER))[trainings.BEFORE:]
    found = []
    for x, y in steps:
        # The loss of a batch, before its update: train_on_batch averages over what came before.
        model.reset_metrics()
        found.append(float(model.train_on_batch(x, y)[0]))
    assert np.abs(np.array(found) - np.load(losses)).max() < 1e-4
    assert "H204" not in made.repairs.by_code()
    assert "H205" not in made.repairs.by_code()
