"""Free gradient operations: one bad batch in ten, and what gradients that are clipped or signed make of it.

Every tenth batch is multiplied by a thousand, as a broken sensor would do. Plain gradient descent does not survive it;
with every weight's gradient clipped by itself, or only its signs used, the same optimizer learns.
"""
import numpy as np
from common import arguments, digits, measured

from compat import ClipGradientsEach, K, TransformGradients, keras

arguments(__doc__)
(x, y), (x_test, y_test) = digits()
targets = np.eye(10)[y]


def network(optimizer):
    x_in = keras.layers.Input((64,))
    hidden = keras.layers.Dense(48, activation="relu")(x_in)
    model = keras.models.Model(x_in, keras.layers.Dense(10)(hidden))
    model.compile(optimizer, "mse")
    return model


def signs(gradients, weights):
    """The direction of every element, and nothing of its size."""
    return [0.005 * K.sign(gradient) for gradient in gradients]


def sgd():
    return keras.optimizers.SGD(0.2)


found = {}
for name, optimizer in (("plain", sgd()), ("clipped", TransformGradients(sgd(), ClipGradientsEach(0.1))),
                        ("signs", TransformGradients(sgd(), signs))):
    model, order = network(optimizer), np.random.RandomState(0)
    for step in range(400):
        rows = order.choice(len(x), 32)
        model.train_on_batch(x[rows] * (1000.0 if step % 10 == 5 else 1.0), targets[rows])
    found[name] = (model.predict(x_test).argmax(1) == y_test).mean()
    print("%-8s test accuracy %.3f" % (name, found[name]))
measured(**found)
