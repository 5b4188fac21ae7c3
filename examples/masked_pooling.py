"""Masks in layers of one's own: digits as sets of inked points, of which every picture has another number.

A point is its place and its ink. Lists of points are padded with zeros; `Masking` marks these, a dense layer looks at
each point, and the pooling layer takes mean and maximum over the points that are there.
"""
import numpy as np
from common import arguments, digits, measured

from compat import K, keras


class MaskedPooling(keras.layers.Layer):
    """Mean and maximum over time, of the steps that the mask leaves. The mask ends here."""

    def __init__(self, **kwargs):
        super(MaskedPooling, self).__init__(**kwargs)
        self.supports_masking = True

    def call(self, x, mask=None):
        there = K.ones_like(x[:, :, :1]) if mask is None else K.expand_dims(K.cast(mask, K.dtype(x)), 2)
        mean = K.sum(x * there, axis=1) / K.maximum(K.sum(there, axis=1), 1.0)
        return K.concatenate([mean, K.max(x - 1e9 * (1 - there), axis=1)], axis=1)

    def compute_mask(self, inputs, mask=None):
        return None

    def compute_output_shape(self, input_shape):
        return input_shape[0], 2 * input_shape[2]


def points_of(pictures, longest):
    """Arrays (samples, longest, 3): row, column (from -1 to 1) and ink of the inked pixels, then zeros."""
    points = np.zeros((len(pictures), longest, 3), "float32")
    for i, picture in enumerate(pictures.reshape(-1, 8, 8)):
        rows, columns = np.nonzero(picture)
        points[i, :len(rows)] = np.stack([rows / 3.5 - 1, columns / 3.5 - 1, picture[rows, columns]], axis=1)
    return points


arguments(__doc__)
(x, y), (x_test, y_test) = digits()
counts = (np.concatenate([x, x_test]) > 0).sum(1)
print("points per picture: %d to %d" % (counts.min(), counts.max()))

points_in = keras.layers.Input((None, 3))
h = keras.layers.Masking()(points_in)
h = keras.layers.Dense(64, activation="relu")(keras.layers.Dense(64, activation="relu")(h))
h = keras.layers.Dense(64, activation="relu")(MaskedPooling()(h))
model = keras.models.Model(points_in, keras.layers.Dense(10, activation="softmax")(h))
model.compile(keras.optimizers.Adam(0.003), "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(points_of(x, counts.max()), y, batch_size=64, epochs=20, verbose=0)

short, long = points_of(x_test, counts.max()), points_of(x_test, counts.max() + 30)
accuracy = model.evaluate(short, y_test, verbose=0)[1]
difference = abs(model.predict(short) - model.predict(long)).max()
shuffled = short.copy()
for i, count in enumerate((x_test > 0).sum(1)):
    shuffled[i, :count] = short[i, np.random.permutation(count)]
order = abs(model.predict(short) - model.predict(shuffled)).max()
print("accuracy %.3f" % accuracy)
print("30 more steps of padding change the output by %.1e, another order of the points by %.1e" % (difference, order))
measured(accuracy=accuracy, padding=difference, order=order)
