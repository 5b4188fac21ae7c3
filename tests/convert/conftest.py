"""What the tests of `kcool convert` share: they need Keras 3."""
import glob
import os
import shutil

import pytest

import compat

from . import goldens


def pytest_collection_modifyitems(config, items):
    """`kcool convert` runs on Keras 3.15 and later; elsewhere only the tests of the refusal are left."""
    if not old_keras(compat.stack()):
        return
    for item in items:
        if "tests/convert" in str(item.fspath).replace(os.sep, "/") and "elsewhere" not in item.name:
            item.add_marker(pytest.mark.skip(reason="needs Keras 3.15"))


def old_keras(stack):
    """Whether files are not converted on a stack."""
    return stack.family != "keras3" or tuple(map(int, stack.keras.split(".")[:2])) < (3, 15)


@pytest.fixture(scope="session")
def zoo(tmp_path_factory):
    """Gives the paths of a model of the zoo, and of its recorded answers, as the real Keras 2.2.4 wrote them."""
    folder = tmp_path_factory.mktemp("zoo")
    return lambda name: goldens.unpacked(name, folder)


@pytest.fixture
def saved(zoo, tmp_path):
    """A copy of a model's file that a test may spoil: ``saved(name)`` gives its path."""
    def copy(name):
        path = str(tmp_path / (name + ".h5"))
        shutil.copy(zoo(name)[0], path)
        return path

    return copy


@pytest.fixture
def nothing_left(tmp_path):
    """Fails if a test leaves a new model or a part of one behind."""
    yield
    left = glob.glob(str(tmp_path / "*.keras")) + glob.glob(str(tmp_path / ".*"))
    assert not left


@pytest.fixture(autouse=True)
def _devices(_four_devices):
    """The devices of the session have to be there before anything is computed."""
