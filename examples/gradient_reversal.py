"""Gradient reversal: features that serve to read a digit and do not tell whether its picture is clean or dirty.

Beside the classifier of digits there is one that tells clean from dirty pictures. Its gradient is turned round on
its way to the features, which therefore learn to hide what the two kinds of pictures differ in. Digits are learnt on
clean pictures only; whether hiding helps to read the dirty ones depends on the seed: often, not always.
"""
import numpy as np
from common import arguments, digits, measured

from compat import GradientReversal, K, keras

arguments(__doc__)
(x, y), (x_test, y_test) = digits()
half = len(x) // 2
stain = np.random.RandomState(5).rand(64).astype("float32")


def dirty(pictures):
    """The same stain on every picture, more or less strong."""
    return pictures + stain * np.random.uniform(0.6, 1.4, (len(pictures), 1)).astype("float32")


clean, labels, soiled, soiled_test = x[:half], y[:half], dirty(x[half:]), dirty(x_test)


def train(scale_at_end):
    """Accuracy on clean and on dirty pictures, the share of pictures whose kind the features give away."""
    x_in = keras.layers.Input((64,))
    features = keras.layers.Dense(32, activation="relu")(keras.layers.Dense(64, activation="relu")(x_in))
    digit = keras.layers.Dense(10, activation="softmax", name="digit")(features)
    reversal = GradientReversal(0.0, name="reversal")
    kind = keras.layers.Dense(64, activation="relu")(reversal(features))
    kind = keras.layers.Dense(1, activation="sigmoid", name="kind")(kind)
    model = keras.models.Model(x_in, [digit, kind])
    model.compile(keras.optimizers.SGD(0.02, momentum=0.9), ["sparse_categorical_crossentropy", "binary_crossentropy"],
                  loss_weights=[1.0, 0.3])
    epochs, count = 40, min(len(clean), len(soiled))
    both = np.concatenate([clean[:count], soiled[:count]])
    kinds = np.repeat([[1.0], [0.0]], count, axis=0)
    # Dirty pictures have no known digit: weight 0.
    digits_of_both = np.concatenate([labels[:count], np.zeros(count)]).reshape(-1, 1)
    for epoch in range(epochs):
        progress = epoch / (epochs - 1.0)
        K.set_value(reversal.scale, scale_at_end * (2 / (1 + np.exp(-10 * progress)) - 1))
        model.fit(both, [digits_of_both, kinds], batch_size=64, verbose=0,
                  sample_weight=[kinds[:, 0], np.ones(2 * count)])
    told = ((model.predict(both)[1] > 0.5) == kinds).mean()
    clean_right, dirty_right = [(model.predict(x)[0].argmax(1) == y_test).mean() for x in (x_test, soiled_test)]
    return clean_right, dirty_right, told


numbers = {}
for name, scale in (("plain", 0.0), ("adapted", 1.0)):
    numbers[name], numbers["dirty_" + name], numbers["told_" + name] = train(scale)
    print("scale %.1f: accuracy on clean pictures %.3f, on dirty ones %.3f; the kind is told for %.3f" % (
        scale, numbers[name], numbers["dirty_" + name], numbers["told_" + name]))
measured(**numbers)
