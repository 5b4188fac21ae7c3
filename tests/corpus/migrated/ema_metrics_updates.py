"""An average of all weights that follows training, hung into the list of updates that every batch carries out."""
import json

import numpy as np
from compat import K
from compat.keras.layers import Dense
from compat.keras.models import Sequential
from compat.keras.optimizers import SGD

rng = np.random.RandomState(1)
x, y = rng.randn(24, 5), rng.randn(24, 2)


class Averager:
    def __init__(self, model, momentum):
        self.model, self.momentum = model, momentum
        self.averages = [K.zeros(K.shape(w)) for w in model.weights]

    def hook(self):
        self.kept = K.batch_get_value(self.model.weights)
        K.batch_set_value(zip(self.averages, self.kept))
        for average, weight in zip(self.averages, self.model.weights):
            self.model.metrics_updates.append(K.moving_average_update(average, weight, self.momentum))

    def swap_in(self):
        self.kept = K.batch_get_value(self.model.weights)
        K.batch_set_value(zip(self.model.weights, K.batch_get_value(self.averages)))

    def swap_out(self):
        K.batch_set_value(zip(self.model.weights, self.kept))


model = Sequential([Dense(4, activation='tanh', input_shape=(5,)), Dense(2)])
model.set_weights([rng.randn(*w.shape) * 0.3 for w in model.get_weights()])
model.compile(SGD(0.05), 'mse')
averager = Averager(model, 0.8)
averager.hook()
losses = model.fit(x, y, batch_size=8, epochs=3, shuffle=False, verbose=0).history['loss']
trained = model.predict(x[:2])
averager.swap_in()
averaged = model.predict(x[:2])
averager.swap_out()
print(json.dumps({'losses': np.array(losses).tolist(), 'trained': trained.tolist(), 'averaged': averaged.tolist(),
                  'back': model.predict(x[:2]).tolist()}))
