"""Surgery: a trained network is cut in two; the front runs once, the back is trained on what it gave."""
from common import arguments, digits, measured

from compat import get_outputs_of, keras

arguments(__doc__)
(x, y), (x_test, y_test) = digits()
x, x_test = x.reshape(-1, 8, 8, 1), x_test.reshape(-1, 8, 8, 1)
low, low_test = y < 5, y_test < 5

# A residual network, trained on the digits 0 to 4 only.
x_in = keras.layers.Input((8, 8, 1))
first = keras.layers.Conv2D(12, 3, padding="same", activation="relu")(x_in)
second = keras.layers.Conv2D(12, 3, padding="same", activation="relu")(first)
joint = keras.layers.MaxPooling2D(2)(keras.layers.add([first, second]))
hidden = keras.layers.Dense(32, activation="relu")(keras.layers.Flatten()(joint))
model = keras.models.Model(x_in, keras.layers.Dense(10, activation="softmax")(hidden))
model.compile(keras.optimizers.Adam(0.003), "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x[low], y[low], batch_size=64, epochs=6, verbose=0)
print("after training on 0 to 4: accuracy %.3f on these, %.3f on all ten" % (
    model.evaluate(x_test[low_test], y_test[low_test], verbose=0)[1], model.evaluate(x_test, y_test, verbose=0)[1]))

# The cut: everything up to `joint`, and everything behind it. Both hold the model's own layers.
front = keras.models.Model(x_in, joint)
input_layers, outputs = get_outputs_of(model, joint)
back = keras.models.Model(input_layers, outputs)
features, features_test = front.predict(x), front.predict(x_test)
difference = abs(back.predict(features_test) - model.predict(x_test)).max()
print("front, then back, against the whole: %.1e apart" % difference)

# The back learns all ten digits on features that are computed once; the whole model has learnt with it.
weights_of_front = front.get_weights()
back.compile(keras.optimizers.Adam(0.003), "sparse_categorical_crossentropy")
back.fit(features, y, batch_size=64, epochs=12, verbose=0)
accuracy = model.evaluate(x_test, y_test, verbose=0)[1]
moved = max(abs(a - b).max() for a, b in zip(weights_of_front, front.get_weights()))
print("after training the back alone: accuracy of the whole model %.3f; the front moved by %g" % (accuracy, moved))
measured(difference=difference, accuracy=accuracy, moved=moved, layers=len(back.layers))
