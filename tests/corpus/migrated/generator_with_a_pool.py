"""A generator that has processes of its own: batches by the main thread, by one thread, and by a Sequence."""
import json
import multiprocessing

import numpy as np
from compat.keras.layers import Dense
from compat.keras.models import Sequential
from compat.keras.optimizers import SGD
from compat.keras.utils import Sequence

rng = np.random.RandomState(67)
x, y = rng.randn(12, 3), rng.randn(12, 1)


def doubled(rows):
    return rows * 2


def endless(pool):
    while True:
        for start in range(0, 12, 4):
            yield np.concatenate(pool.map(doubled, [x[i:i + 1] for i in range(start, start + 4)])), y[start:start + 4]


class Batches(Sequence):
    def __len__(self):
        return 3

    def __getitem__(self, i):
        return doubled(x[i * 4:i * 4 + 4]), y[i * 4:i * 4 + 4]


def made():
    start = np.random.RandomState(68)
    model = Sequential([Dense(1, input_shape=(3,))])
    model.set_weights([start.randn(*w.shape) for w in model.get_weights()])
    model.compile(SGD(0.05), 'mse')
    return model


found = {}
pool = multiprocessing.Pool(2)
for workers in (0, 1):
    model = made()
    losses = model.fit_generator(endless(pool), steps_per_epoch=3, epochs=2, workers=workers, max_queue_size=2,
                                 use_multiprocessing=False, verbose=0).history['loss']
    found['workers %d' % workers] = [np.array(losses).tolist(), model.get_weights()[0].tolist()]
pool.terminate()
pool.join()
model = made()
model.fit_generator(Batches(), epochs=2, workers=2, use_multiprocessing=True, shuffle=False, verbose=0)
found['sequence'] = model.get_weights()[0].tolist()
print(json.dumps(found))
