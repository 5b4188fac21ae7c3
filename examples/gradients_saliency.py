"""Gradients with respect to the input: which pixels a digit owes its class to, checked by rubbing them out."""
import numpy as np
from common import arguments, digits, measured

from compat import K, function, gradients, keras

arguments(__doc__)
(x, y), (x_test, y_test) = digits()

x_in = keras.layers.Input((64,))
logits = keras.layers.Dense(10)(keras.layers.Dense(48, activation="tanh")(x_in))
model = keras.models.Model(x_in, keras.layers.Activation("softmax")(logits))
model.compile(keras.optimizers.Adam(0.005), "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, batch_size=64, epochs=15, verbose=0)

chosen = keras.layers.Input((10,))
saliency, = gradients(K.sum(logits * chosen), [x_in])
fetch = function([x_in, chosen], [saliency * x_in])
share, = fetch([x_test, np.eye(10)[model.predict(x_test).argmax(1)]])


def accuracy_without(order, count=6):
    """The accuracy without the first `count` pixels of an order that each picture has for itself."""
    blank = x_test.copy()
    np.put_along_axis(blank, order[:, :count], 0.0, axis=1)
    return model.evaluate(blank, y_test, verbose=0)[1]


inked = np.where(x_test > 0, share, np.nan)
accuracy = model.evaluate(x_test, y_test, verbose=0)[1]
top = accuracy_without(np.argsort(np.where(np.isnan(inked), -np.inf, inked), axis=1)[:, ::-1])
drawn = accuracy_without(np.argsort(np.where(x_test > 0, np.random.rand(*x_test.shape), 2.0), axis=1))
bottom = accuracy_without(np.argsort(np.where(np.isnan(inked), np.inf, inked), axis=1))
print("accuracy %.3f" % accuracy)
print("without the 6 inked pixels that speak most for the class: %.3f" % top)
print("without 6 inked pixels at random: %.3f" % drawn)
print("without the 6 that speak most against it: %.3f" % bottom)
measured(accuracy=accuracy, top=top, random=drawn, bottom=bottom)
