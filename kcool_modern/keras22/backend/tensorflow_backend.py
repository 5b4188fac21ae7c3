"""``keras.backend.tensorflow_backend``: the same functions as ``keras.backend``."""
from . import *  # noqa: F403
from . import __all__  # noqa: F401
