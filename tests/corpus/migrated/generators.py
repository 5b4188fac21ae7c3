"""Batches by a generator, and by a Sequence, in fit_generator and its like."""
import json

import numpy as np
from compat.keras.layers import Dense
from compat.keras.models import Sequential
from compat.keras.optimizers import SGD
from compat.keras.utils import Sequence

rng = np.random.RandomState(16)
x, y = rng.randn(20, 3), rng.randn(20, 1)


def batches(size):
    while True:
        for start in range(0, len(x), size):
            yield x[start:start + size], y[start:start + size]


class Batches(Sequence):
    def __init__(self, size):
        self.size, self.ended = size, 0

    def __len__(self):
        return int(np.ceil(len(x) / float(self.size)))

    def __getitem__(self, i):
        return x[i * self.size:(i + 1) * self.size], y[i * self.size:(i + 1) * self.size]

    def on_epoch_end(self):
        self.ended += 1


model = Sequential([Dense(4, activation='tanh', input_shape=(3,)), Dense(1)])
model.set_weights([rng.randn(*w.shape) for w in model.get_weights()])
model.compile(SGD(0.05), 'mse', metrics=['mae'])
first = model.fit_generator(batches(5), steps_per_epoch=4, epochs=2, workers=0, verbose=0).history
second = model.fit_generator(Batches(6), epochs=2, shuffle=False, workers=1, max_queue_size=2, verbose=0,
                             validation_data=Batches(10), validation_steps=2).history
print(json.dumps({'first': np.array(first['loss']).tolist(), 'second': np.array(second['loss']).tolist(),
                  'val': np.array(second['val_mean_absolute_error']).tolist(),
                  'evaluate': np.array(model.evaluate_generator(Batches(6))).tolist(),
                  'predict': model.predict_generator(Batches(6))[:3].tolist()}))
