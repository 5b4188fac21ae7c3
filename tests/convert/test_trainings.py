"""A training that was cut by saving goes on in Keras 3 as it did on the real Keras 2.2.4."""
import pytest

from . import goldens
from .zoo import trainings


@pytest.mark.parametrize("name", ["adam", "rmsprop", "adagrad"])
def test_a_model_that_was_compiled_and_never_trained(name, tmp_path):
    import h5py

    from .exchange import follow

    path, losses = goldens.cut_training(name, tmp_path)
    with h5py.File(path, "r+") as file:
        del file["optimizer_weights"]
    told, distance = follow(path, losses)
    # Only the state is another one: the first loss comes before any update.
    assert not told and 1e-4 < distance < 1


@pytest.mark.parametrize("name", sorted(trainings.OPTIMIZERS))
def test_twenty_steps_follow_the_old_losses(name, tmp_path):
    from .exchange import follow

    told, distance = follow(*goldens.cut_training(name, tmp_path))
    assert not told and distance < 1e-4
