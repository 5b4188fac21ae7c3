"""Layer-wise learning rates: a trained network learns new classes without forgetting what its first layer knows.

The network learns the digits 0 to 4, then 5 to 9. Its first layer is then frozen, slowed down to a tenth, or left at
the full rate, by name and without touching the optimizer. The slower it is, the less it moves.
"""
import numpy as np
from common import arguments, digits, measured, pyplot

from compat import LRMultiplier, keras

given = arguments(__doc__, plot=True)
(x, y), (x_test, y_test) = digits()
old, new, new_test = y < 5, y >= 5, y_test >= 5


def network():
    x_in = keras.layers.Input((64,))
    hidden = keras.layers.Dense(48, activation="relu", name="base")(x_in)
    return keras.models.Model(x_in, keras.layers.Dense(5, activation="softmax", name="head")(hidden))


first = network()
first.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
first.fit(x[old], y[old], batch_size=32, epochs=12, verbose=0)
moved, accuracies = {}, {}
for rate in (0.0, 0.1, 1.0):
    model = network()
    model.set_weights(first.get_weights()[:2] + model.get_weights()[2:])
    name = model.layers[1].weights[0].name.split("/")[0]  # a graph numbers layers of one name
    model.compile(LRMultiplier(keras.optimizers.Adam(0.01), {name: rate}), "sparse_categorical_crossentropy")
    model.fit(x[new], y[new] - 5, batch_size=32, epochs=12, verbose=0)
    moved[rate] = np.sqrt(np.mean((model.get_weights()[0] - first.get_weights()[0]) ** 2))
    accuracies[rate] = (model.predict(x_test[new_test]).argmax(1) + 5 == y_test[new_test]).mean()
    print("first layer at %3.1f of the rate: it moved by %.4f, test accuracy on 5 to 9 is %.3f" % (
        rate, moved[rate], accuracies[rate]))
if given.plot:
    plt = pyplot()
    figure, axes = plt.subplots(figsize=(5, 3))
    axes.bar(["frozen", "a tenth", "full rate"], [moved[rate] for rate in (0.0, 0.1, 1.0)])
    axes.set_ylabel("first layer's way (root mean square)")
    figure.tight_layout()
    figure.savefig(given.plot)
measured(frozen=moved[0.0], slowed=moved[0.1], full=moved[1.0], accuracy_frozen=accuracies[0.0],
         accuracy_slowed=accuracies[0.1])
