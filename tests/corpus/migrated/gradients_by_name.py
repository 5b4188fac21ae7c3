"""Gradients treated one by one: the optimizer's get_gradients is replaced."""
import json

import numpy as np
from compat import K
from compat.keras.layers import Dense
from compat.keras.models import Sequential
from compat.keras.optimizers import SGD

rng = np.random.RandomState(27)
model = Sequential([Dense(4, activation='tanh', input_shape=(3,), name='low'), Dense(1, name='high')])
model.set_weights([rng.randn(*w.shape) for w in model.get_weights()])
optimizer = SGD(0.1, momentum=0.9)
plain = optimizer.get_gradients


def treated(loss, params):
    found = []
    for p, g in zip(params, plain(loss, params)):
        found.append(K.clip(g, -0.05, 0.05) if 'low' in p.name else g * 0.5)
    return found


optimizer.get_gradients = treated
model.compile(optimizer, 'mse')
x, y = rng.randn(8, 3), rng.randn(8, 1)
losses = [float(model.train_on_batch(x, y)) for _ in range(5)]
print(json.dumps({'losses': losses, 'weights': [w.tolist() for w in model.get_weights()]}))
