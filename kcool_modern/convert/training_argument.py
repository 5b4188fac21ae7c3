"""Layers that were called with ``training=True`` or ``False``, and stay so.

``Dropout(0.5)(x, training=True)`` samples in every phase in Keras 2, and ``BatchNormalization()(x, training=False)``
keeps its averages while a model is trained. A functional model of Keras 3 (3.0 to 3.15 at least) hands every layer the
phase in which it runs itself, in the place of what the layer was called with, without a word. So these layers take one
argument more, with another name.
"""
import functools
import inspect

import keras

from . import recurrent
from .numerics import BatchNormalization, registered

__all__ = ["ARGUMENT", "is_unsteady", "kept", "matters"]

#: What the value of ``training`` in a call goes by in the new graph.
ARGUMENT = "training_as_called"

_GATED = ("SimpleRNN", "LSTM", "GRU", "ConvLSTM2D", "SimpleRNNCell", "LSTMCell", "GRUCell")
_NAMES = ("SimpleRNN", "LSTM", "GRU", "ConvLSTM2D", "RNN", "Dropout", "SpatialDropout1D", "SpatialDropout2D",
          "SpatialDropout3D", "AlphaDropout", "GaussianDropout", "GaussianNoise", "Bidirectional", "TimeDistributed",
          "BatchNormalization")


def _keeping(stock, name=None):
    @functools.wraps(stock.call)
    def call(self, *args, training=None, **kwargs):
        called = kwargs.pop(ARGUMENT, None)
        return stock.call(self, *args, training=training if called is None else called, **kwargs)

    # Keras reads there which arguments it may hand over.
    signature = inspect.signature(stock.call)
    own = inspect.Parameter(ARGUMENT, inspect.Parameter.KEYWORD_ONLY, default=None)
    call.__signature__ = signature.replace(parameters=[*signature.parameters.values(), own])
    return registered(type("%sAsCalled" % (name or stock.__name__), (stock,), {
        "__doc__": "``keras.layers.%s`` that goes by ``%s`` in a call, if it is given, in every phase." % (
            stock.__name__, ARGUMENT), "__module__": __name__, "call": call}))


_CLASSES = {getattr(keras.layers, name): _keeping(getattr(keras.layers, name)) for name in _NAMES}
_CLASSES[recurrent.Bidirectional] = _keeping(recurrent.Bidirectional, "MaskedBidirectional")
#: Standalone Keras moved averages in training only, tf.keras does so wherever a layer is called with ``training=True``.
_STANDALONE = dict.fromkeys((keras.layers.BatchNormalization, BatchNormalization), BatchNormalization)


def matters(kind, config):
    """Whether an old layer computes something else in training.

    Args:
        kind: str, its class.
        config: dict, its configuration.
    """
    return any(kind not in _GATED or config.get("dropout") or config.get("recurrent_dropout")
               for kind, config in _innermost(kind, config))


def is_unsteady(kind, config, standalone):
    """Whether an old layer, called with ``training=True``, answers otherwise each time.

    Args:
        kind, config: as for `matters`.
        standalone: whether standalone Keras wrote the file, which moved no averages but in training.
    """
    return matters(kind, config) and any(kind != "BatchNormalization" or not standalone
                                         for kind, _ in _innermost(kind, config))


def _innermost(kind, config):
    """Pairs of class and configuration: of a layer itself, or of what it wraps."""
    inner = config.get("cells") or [config[key] for key in ("layer", "cell") if isinstance(config.get(key), dict)]
    if not inner:
        return [(kind, config)]
    return [pair for one in inner for pair in _innermost(one.get("class_name"), one.get("config") or {})]


def kept(layer, standalone=True):
    """A layer of the same configuration that takes `ARGUMENT`; None if there is none for its class.

    Args:
        layer: a layer of Keras 3 that was not called yet.
        standalone: whether standalone Keras wrote the file.
    """
    cls = (standalone and _STANDALONE.get(type(layer))) or _CLASSES.get(type(layer))
    return None if cls is None else cls.from_config(layer.get_config())
