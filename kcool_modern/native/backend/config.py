"""Settings, names of the backend, and the learning phase."""
import keras
from keras.config import epsilon, floatx, image_data_format, set_epsilon, set_floatx, set_image_data_format

from kcool.errors import NotEmulated

from ...phase import LEARNING_PHASE

__all__ = ["backend", "clear_session", "epsilon", "floatx", "image_data_format", "in_test_phase", "in_train_phase",
           "learning_phase", "set_epsilon", "set_floatx", "set_image_data_format"]


def backend():
    """The name of the backend: ``tensorflow``, ``jax`` or ``torch``."""
    return keras.backend.backend()


def clear_session():
    """Forgets names and global state."""
    keras.utils.clear_session()


def learning_phase():
    """The learning phase, to be listed among a function's inputs."""
    return LEARNING_PHASE


def in_train_phase(x, alt, training=None):
    """`x` in training, `alt` in inference; either may be a function without arguments.

    Raises:
        NotEmulated: `training` is not given; Keras 3 passes it to ``call``.
    """
    if training is None or training is LEARNING_PHASE:
        raise NotEmulated("K.in_train_phase needs to know the learning phase.", found=f"Keras {keras.__version__}",
                          do="let `call` take training=None and pass it: K.in_train_phase(x, alt, training=training)")
    chosen = x if training else alt
    return chosen() if callable(chosen) else chosen


def in_test_phase(x, alt, training=None):
    """`x` in inference, `alt` in training; see `in_train_phase`."""
    return in_train_phase(alt, x, training=training)
