"""The model of the demo, written once in the Keras 2.2 dialect, and its twin in NumPy.

64 pixels -> Dense 48 -> a residual branch with BatchNormalization -> a layer of our own -> Dense 10. The first weights
are drawn by NumPy, so that every stack begins at the same place.
"""
from collections import namedtuple

import numpy as np

__all__ = ["Network", "arranged", "build", "centred", "largest", "learn", "plain"]

UNITS = 48
_SOFTENER = 1e-3

#: ``model``: the Keras model. ``inner``: a tensor that came up inside a layer's `call`, shape (n, 48), which is no
#: layer's output.
Network = namedtuple("Network", "model inner")


def build(keras, K, seed):
    """Builds the model of the first three proofs.

    Args:
        keras, K: the facade's.
        seed: number for the first weights.

    Returns:
        A `Network`.
    """
    layers = keras.layers
    standardize = _standardize(keras, K)(name="standardize")
    pixels = layers.Input((64,), name="pixels")
    strokes = layers.Dense(UNITS, activation="relu", name="strokes")(pixels)
    branch = layers.BatchNormalization(name="normalize")(strokes)
    branch = layers.Dense(UNITS, activation="relu", name="combine")(branch)
    joined = layers.Add(name="join")([strokes, branch])
    # What a layer stores in `call` belongs to its latest call, so it is taken before the model is used any further.
    output = layers.Dense(10, activation="softmax", name="digit")(standardize(joined))
    network = Network(keras.models.Model(pixels, output), standardize.centred)
    _start(network.model, seed)
    return network


def plain(keras, seed):
    """Builds a model for the proof of data parallel training.

    It has no BatchNormalization: replicas normalise by their own share of a batch, by design.

    Args:
        keras: the facade's.
        seed: number for the first weights.

    Returns:
        A Keras model.
    """
    layers = keras.layers
    pixels = layers.Input((64,))
    output = layers.Dense(10, activation="softmax")(layers.Dense(UNITS, activation="relu")(pixels))
    model = keras.models.Model(pixels, output)
    _start(model, seed)
    return model


def learn(keras, model):
    """Compiles a model with the optimizer and loss of all proofs.

    Args:
        keras: the facade's.
        model: a Keras model.
    """
    model.compile(optimizer=keras.optimizers.SGD(0.2), loss="categorical_crossentropy")


def arranged(data, epochs, seed):
    """The training images of several epochs one after another, in an order that depends on the numbers alone.

    Args:
        data: `digits.Digits`.
        epochs, seed: numbers.

    Returns:
        Pixels of shape (epochs * n, 64) and one-hot labels of shape (epochs * n, 10).
    """
    random = np.random.RandomState(seed)
    order = np.concatenate([random.permutation(len(data.pixels)) for _ in range(epochs)])
    return data.pixels[order], data.one_hot[order]


def centred(model, pixels):
    """`Network.inner` once more, by NumPy alone, in float64.

    Args:
        model: the model of a `Network`; its weights are read.
        pixels: array of shape (n, 64).

    Returns:
        A float64 array of shape (n, 48).
    """
    weights = {layer.name: [np.asarray(w, "float64") for w in layer.get_weights()] for layer in model.layers}
    strokes = _dense(np.asarray(pixels, "float64"), *weights["strokes"])
    scale, offset, mean, variance = weights["normalize"]
    normalized = (strokes - mean) / np.sqrt(variance + model.get_layer("normalize").epsilon) * scale + offset
    joined = strokes + _dense(normalized, *weights["combine"])
    return joined - joined.mean(axis=-1, keepdims=True)


def largest(left, right):
    """The largest difference between two arrays, or between two lists of arrays, in float64."""
    if not isinstance(left, (list, tuple)):
        left, right = [left], [right]
    assert [np.shape(a) for a in left] == [np.shape(b) for b in right], "shapes differ"
    return max(float(np.abs(np.asarray(a, "float64") - b).max()) for a, b in zip(left, right))


def _dense(inputs, kernel, bias):
    return np.maximum(inputs.dot(kernel) + bias, 0)


def _start(model, seed):
    random = np.random.RandomState(seed)
    for layer in model.layers:
        layer.set_weights([_glorot(random, w.shape) if w.ndim == 2 else w for w in layer.get_weights()])


def _glorot(random, shape):
    limit = np.sqrt(6.0 / sum(shape))
    return random.uniform(-limit, limit, shape).astype("float32")


def _standardize(keras, K):
    class Standardize(keras.layers.Layer):
        """Centres and scales every row; what it has only centred is kept as an attribute."""

        def call(self, inputs):
            """Shape (n, units) in and out."""
            self.centred = inputs - K.mean(inputs, axis=-1, keepdims=True)
            return self.centred / K.sqrt(K.mean(K.square(self.centred), axis=-1, keepdims=True) + _SOFTENER)

        def compute_output_shape(self, input_shape):
            """The same."""
            return input_shape

    return Standardize
