"""A penalty on the length of a gradient, taken by K.gradients inside of a loss."""
import json

import numpy as np
from compat import K
from compat.keras.layers import Dense, Input
from compat.keras.models import Model
from compat.keras.optimizers import SGD

rng = np.random.RandomState(23)
x_in = Input(shape=(4,))
model = Model(x_in, Dense(1)(Dense(6, activation='tanh')(x_in)))
model.set_weights([rng.randn(*w.shape) * 0.6 for w in model.get_weights()])


def penalized(y_true, y_pred):
    gradient = K.gradients(K.sum(model.output), [model.input])[0]
    length = K.sqrt(K.sum(K.square(gradient), 1, keepdims=True) + 1e-7)
    return K.square(y_true - y_pred) + 0.3 * K.square(length - 1)


model.compile(SGD(0.1), penalized)
x, y = rng.randn(8, 4), rng.randn(8, 1)
losses = model.fit(x, y, batch_size=4, epochs=4, shuffle=False, verbose=0).history['loss']
print(json.dumps({'losses': np.array(losses).tolist(), 'weights': [w.tolist() for w in model.get_weights()]}))
