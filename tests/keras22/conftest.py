"""The emulation of Keras 2.2 on Keras 3, under its own import path."""
import pytest


@pytest.fixture(scope="session")
def keras(stack, _four_devices):
    """``keras`` as an old script sees it; the devices have to be there before the first tensor."""
    if stack.family != "keras3":
        pytest.skip("the emulation runs on Keras 3")
    from kcool_modern import keras22
    return keras22


@pytest.fixture(scope="session")
def K(keras):
    """``keras.backend`` as an old script sees it."""
    return keras.backend


@pytest.fixture(autouse=True)
def _fresh(keras):
    keras.backend.clear_session()
