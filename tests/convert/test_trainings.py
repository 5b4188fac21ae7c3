"""A training that was cut by saving goes on in Keras 3 as it did on the real Keras 2.2.4."""
import numpy as np
import pytest

from . import goldens
from .zoo import trainings


@pytest.mark.parametrize("name", sorted(trainings.OPTIMIZERS))
def test_twenty_steps_follow_the_old_losses(name, tmp_path):
    import keras

    from kcool_modern.convert import output
    from kcool_modern.convert.conversion import converted

    path, losses = goldens.cut_training(name, tmp_path)
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
    assert np.abs(np.array(found) - losses).max() < 1e-4
    assert "H204" not in made.repairs.by_code()
    assert "H205" not in made.repairs.by_code()
