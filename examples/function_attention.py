"""K.function: the attention that a layer computes inside of `call`, fetched from the trained model and looked at.

A picture of a digit is read as a sequence of eight rows. The layer decides how much each row counts; the weights of the
rows are no output of any layer, only an attribute set in `call`.
"""
import numpy as np
from common import arguments, digits, measured, pyplot

from compat import K, function, keras


class Attention(keras.layers.Layer):
    """A weighted mean over time; the weights are ``self.attention``."""

    def build(self, input_shape):
        size = input_shape[-1]
        self.kernel = self.add_weight(name="kernel", shape=(size, size), initializer="glorot_uniform")
        self.query = self.add_weight(name="query", shape=(size, 1), initializer="glorot_uniform")
        super(Attention, self).build(input_shape)

    def call(self, x):
        scores = K.dot(K.tanh(K.dot(x, self.kernel)), self.query)
        self.attention = K.softmax(K.squeeze(scores, 2))
        return K.sum(K.expand_dims(self.attention, 2) * x, axis=1)

    def compute_output_shape(self, input_shape):
        return input_shape[0], input_shape[2]


given = arguments(__doc__, plot=True)
(x, y), (x_test, y_test) = digits()
x, x_test = x.reshape(-1, 8, 8), x_test.reshape(-1, 8, 8)

x_in = keras.layers.Input((8, 8))
places = keras.layers.Lambda(lambda t: K.concatenate([t, K.zeros_like(t) + K.constant(np.eye(8))], axis=2),
                             output_shape=(8, 16))(x_in)
rows = keras.layers.Dense(64, activation="relu")(places)
layer = Attention()
digest = keras.layers.Dense(64, activation="relu")(layer(rows))
model = keras.models.Model(x_in, keras.layers.Dense(10, activation="softmax")(digest))
model.compile(keras.optimizers.Adam(0.005), "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, batch_size=64, epochs=30, verbose=0)

fetch = function([model.input], [layer.attention])
attention, = fetch([x_test])


def accuracy_without(rows_to_blank):
    """The accuracy if one row of each picture is blank."""
    blank = x_test.copy()
    blank[np.arange(len(blank)), rows_to_blank] = 0
    return model.evaluate(blank, y_test, verbose=0)[1]


accuracy = model.evaluate(x_test, y_test, verbose=0)[1]
most, least = accuracy_without(attention.argmax(1)), accuracy_without(attention.argmin(1))
print("accuracy %.3f; without the row that got most attention %.3f, least attention %.3f" % (accuracy, most, least))
for digit in (0, 4, 7):
    shares = " ".join("%.2f" % share for share in attention[y_test == digit].mean(0))
    print("mean attention to the rows of a %d, from the top: %s" % (digit, shares))

if given.plot:
    plt = pyplot()
    figure, axes = plt.subplots(2, 10, figsize=(12, 3), gridspec_kw={"height_ratios": [1, 1]})
    for digit, (above, below) in enumerate(axes.T):
        above.imshow(x_test[y_test == digit].mean(0), cmap="gray_r")
        below.barh(range(8), attention[y_test == digit].mean(0))
        below.set_ylim(7.5, -0.5)
        for axis in (above, below):
            axis.set_xticks([])
            axis.set_yticks([])
    figure.suptitle("mean digit, and the attention that its rows get")
    figure.savefig(given.plot, dpi=100)
measured(accuracy=accuracy, without_most=most, without_least=least, sums=abs(attention.sum(1) - 1).max())
