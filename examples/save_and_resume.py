"""Saving: a training that is interrupted and resumed ends where an uninterrupted one does, with its optimizer."""
import os
import pickle
import shutil
import tempfile

import numpy as np
from common import arguments, digits, measured

from compat import keras

arguments(__doc__)
(x, y), (x_test, y_test) = digits()
folder = tempfile.mkdtemp()


def network():
    # One layer and no Adam: TensorFlow 1 orders no write of a step behind its reads, so that there the training of a
    # deeper network, or one that counts its steps, does not even repeat itself.
    model = keras.models.Sequential([keras.layers.Dense(10, activation="softmax", input_shape=(64,))])
    model.compile(keras.optimizers.RMSprop(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def train(model, epochs, first=0):
    return model.fit(x, y, batch_size=64, epochs=epochs, initial_epoch=first, shuffle=False, verbose=0)


def apart(model, other):
    return max(abs(a - b).max() for a, b in zip(model.get_weights(), other.get_weights()))


start = network().get_weights()
through = network()
through.set_weights(start)
train(through, 6)

model = network()
model.set_weights(start)
history = train(model, 3).history
whole, weights = os.path.join(folder, "model.h5"), os.path.join(folder, "weights.h5")
model.save(whole)
model.save_weights(weights)
state = model.optimizer.get_weights()
with open(os.path.join(folder, "history.pickle"), "wb") as file:
    pickle.dump(history, file)

# 1. The whole model: architecture, weights, optimizer with its moments.
resumed = keras.models.load_model(whole)
train(resumed, 6, 3)
# 2. The weights alone: the moments begin at zero again.
bare = network()
bare.load_weights(weights)
train(bare, 6, 3)
# 3. The weights, and the optimizer's own weights by hand, as for a subclassed model that cannot be saved as a whole.
by_hand = network()
by_hand.load_weights(weights)
by_hand._make_train_function()
by_hand.optimizer.set_weights(state)
train(by_hand, 6, 3)

with open(os.path.join(folder, "history.pickle"), "rb") as file:
    loaded = pickle.load(file)
shutil.rmtree(folder)
print("3 epochs, saved, 3 more, against 6 at once; largest difference of a weight:")
for name, other in (("whole model", resumed), ("weights alone", bare), ("weights and optimizer by hand", by_hand)):
    print("    %-30s %.1e" % (name, apart(through, other)))
accuracy = through.evaluate(x_test, y_test, verbose=0)[1]
print("accuracy %.3f; history of %d epochs read back" % (accuracy, len(loaded["loss"])))
measured(whole=apart(through, resumed), weights=apart(through, bare), by_hand=apart(through, by_hand),
         accuracy=accuracy, history=np.abs(np.subtract(loaded["loss"], history["loss"])).max())
