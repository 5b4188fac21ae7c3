"""A regularizer of the largest singular value, found by a loop over the kernel in K."""
import json

import numpy as np
from compat import K
from compat.keras.layers import Dense
from compat.keras.models import Sequential
from compat.keras.optimizers import SGD

rng = np.random.RandomState(13)


def spectral_norm(w, rounds=5):
    w = K.reshape(w, (-1, K.int_shape(w)[-1]))
    u = K.ones((1, K.int_shape(w)[0]))
    for _ in range(rounds):
        v = K.l2_normalize(K.dot(u, w))
        u = K.l2_normalize(K.dot(v, K.transpose(w)))
    return K.sum(K.dot(K.dot(u, w), K.transpose(v)))


model = Sequential([Dense(3, input_shape=(4,), kernel_regularizer=lambda w: 0.1 * K.square(spectral_norm(w)))])
model.set_weights([rng.randn(*w.shape) for w in model.get_weights()])
model.compile(SGD(0.1), 'mse')
x, y = rng.randn(8, 4), rng.randn(8, 3)
losses = [float(model.train_on_batch(x, y)) for _ in range(4)]
print(json.dumps({'losses': losses, 'weights': [w.tolist() for w in model.get_weights()]}))
