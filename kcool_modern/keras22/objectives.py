"""The name that `losses` had in Keras 1."""
from .losses import *  # noqa: F403 - all of it, by another name
from .losses import __all__  # noqa: F401
from .utils.generic_utils import deserialize_keras_object, serialize_keras_object  # noqa: F401 - 2.2.4 had it here too
