"""What is said of generators: arguments, ends, steps, epochs, threads; and what of it is so."""
import json
import time

import numpy as np
from compat.keras.layers import Dense
from compat.keras.models import Sequential
from compat.keras.optimizers import SGD
from compat.keras.utils import Sequence

rng = np.random.RandomState(65)
x, y = rng.randn(24, 3), rng.randn(24, 1)


def endless():
    while True:
        for start in range(0, 24, 6):
            yield x[start:start + 6], y[start:start + 6]


def slow():
    for pair in endless():
        time.sleep(0.5)
        yield pair


class Batches(Sequence):
    def __init__(self):
        self.ended = 0

    def __len__(self):
        return 4

    def __getitem__(self, i):
        return x[i * 6:i * 6 + 6], y[i * 6:i * 6 + 6]

    def on_epoch_end(self):
        self.ended += 1


def made():
    start = np.random.RandomState(66)
    model = Sequential([Dense(4, activation='tanh', input_shape=(3,)), Dense(1)])
    model.set_weights([start.randn(*w.shape) for w in model.get_weights()])
    model.compile(SGD(0.05), 'mse')
    return model


def error_of(action):
    try:
        action()
        return ''
    except Exception as error:
        return type(error).__name__


found = {}
model = made()
found['worker'] = error_of(lambda: model.fit_generator(endless(), steps_per_epoch=4, worker=0, verbose=0))
found['no steps'] = error_of(lambda: model.fit_generator(endless(), verbose=0))
found['it ends'] = error_of(lambda: model.fit_generator((pair for _, pair in zip(range(3), endless())),
                                                        steps_per_epoch=4, workers=0, verbose=0))
model = made()
found['threads'] = error_of(lambda: model.fit_generator(slow(), steps_per_epoch=4, workers=3, verbose=0))
for steps in (4, 2):
    model = made()
    history = model.fit_generator(endless(), steps_per_epoch=steps, epochs=8 // steps, workers=0, verbose=0).history
    found['%d steps' % steps] = [model.get_weights()[0].tolist(), len(history['loss'])]
for workers in (0, 1):
    batches, model = Batches(), made()
    model.fit_generator(batches, epochs=3, workers=workers, shuffle=False, verbose=0)
    # A thread that fetches ahead may have ended one more epoch when training is over.
    ended = batches.ended if workers == 0 else batches.ended > 1
    found['%d workers' % workers] = [model.get_weights()[0].tolist(), ended]
found['evaluated'] = float(model.evaluate_generator(Batches()))
found['vstack'] = error_of(lambda: np.vstack(x[:2], x[2:4]))
print(json.dumps(found))
