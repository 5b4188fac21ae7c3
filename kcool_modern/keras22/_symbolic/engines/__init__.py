"""What differs between TensorFlow, JAX and PyTorch: stand-ins, compiled functions, gradients."""
import importlib

import keras

__all__ = ["engine", "outside_trace", "value_of"]


def engine():
    """The module for Keras's backend."""
    return importlib.import_module("%s.%s" % (__name__, keras.config.backend()))


def value_of(variable):
    """A variable's value now, as a tensor of the engine."""
    return engine().read(variable)


def outside_trace():
    """A context for making variables: what is made inside it outlives the trace under way."""
    return engine().outside_trace()
