"""A training that was cut by saving goes on in Keras 3 as it did on the real Keras 2.2.4."""
import pytest

from . import goldens
from .zoo import trainings


@pytest.mark.parametrize("name", sorted(trainings.OPTIMIZERS))
def test_twenty_steps_follow_the_old_losses(name, tmp_path):
    from .exchange import follow

    told, distance = follow(*goldens.cut_training(name, tmp_path))
    assert not told and distance < 1e-4
