"""The name that `losses` had in Keras 1."""
from .losses import *  # noqa: F403 - all of it, by another name
from .losses import __all__  # noqa: F401
