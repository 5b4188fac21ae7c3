"""The average of the weights as it was published: what it computes, when it moves; training does not notice."""
import json

import numpy as np
from compat import K
from compat.keras.layers import Dense
from compat.keras.models import Sequential
from compat.keras.optimizers import SGD

rng = np.random.RandomState(60)
x, y = rng.randn(12, 3), rng.randn(12, 2)


class Averager:
    def __init__(self, model, momentum=0.9999):
        self.momentum, self.model = momentum, model
        self.averages = [K.zeros(K.shape(w)) for w in model.weights]

    def inject(self):
        K.batch_set_value(zip(self.averages, K.batch_get_value(self.model.weights)))
        for average, weight in zip(self.averages, self.model.weights):
            self.model.metrics_updates.append(K.moving_average_update(average, weight, self.momentum))

    def values(self):
        return np.concatenate([np.ravel(v) for v in K.batch_get_value(self.averages)])


def made():
    start = np.random.RandomState(61)
    model = Sequential([Dense(4, activation='tanh', input_shape=(3,)), Dense(2)])
    model.set_weights([start.randn(*w.shape) for w in model.get_weights()])
    model.compile(SGD(0.1), 'mse')
    return model


def flat(model):
    return np.concatenate([np.ravel(w) for w in K.batch_get_value(model.weights)])


alone = made()
trace = [float(alone.train_on_batch(x, y)) for _ in range(5)]
model = made()
averager = Averager(model, 0.9)
averager.inject()
start = formula = flat(model)
same, off = [], []
for loss in trace:
    same.append(abs(model.train_on_batch(x, y) - loss) < 1e-6)
    formula = 0.9 * formula + 0.1 * flat(model)
    off.append(float(np.abs(averager.values() - formula).max() / np.abs(formula - start).max()))
before = averager.values()
model.evaluate(x, y, batch_size=6, verbose=0)
moved = float(np.abs(averager.values() - before).max())

late = made()
late.train_on_batch(x, y)
late_averager = Averager(late)
late_averager.inject()
before = late_averager.values()
late.train_on_batch(x, y)
unmoved = float(np.abs(late_averager.values() - before).max())
late.compile(SGD(0.1), 'mse')
print(json.dumps({'same': all(same), 'path': float(np.abs(flat(alone) - flat(model)).max()), 'off': off,
                  'moved by evaluate': moved, 'injected too late': unmoved, 'momentum': late_averager.momentum,
                  'left after compile': len(late.metrics_updates), 'averages': averager.values().tolist()}))
