"""Operations that keras.ops lacks or gives other numbers for, engine by engine."""
import importlib

import keras

__all__ = ["native"]


def native():
    """The module for Keras's backend."""
    return importlib.import_module("%s.%s" % (__name__, keras.config.backend()))
