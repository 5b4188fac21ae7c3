"""A schedule with a second argument of its own: what it gets, and when it is asked."""
import json
import math

import numpy as np
from compat import K
from compat.keras.callbacks import Callback, LearningRateScheduler
from compat.keras.layers import Dense
from compat.keras.models import Sequential
from compat.keras.optimizers import SGD

rng = np.random.RandomState(72)
asked = []


def warmup(epoch, mode='power_decay'):
    asked.append([epoch, mode if isinstance(mode, str) else float(mode)])
    return min(1e-5 * math.pow(10, epoch), 1e-4)


def one_argument(epoch):
    asked.append([epoch, 'nothing'])
    return 1e-3 / (epoch + 1)


class Order(Callback):
    def __init__(self):
        self.seen = []

    def on_batch_begin(self, batch, logs=None):
        self.seen.append([len(asked), float(K.get_value(self.model.optimizer.lr))])


model = Sequential([Dense(1, input_shape=(3,))])
model.set_weights([rng.randn(*w.shape) for w in model.get_weights()])
model.compile(SGD(0.5), 'mse')
x, y, order = rng.randn(8, 3), rng.randn(8, 1), Order()
history = [model.fit(x, y, batch_size=4, epochs=3, shuffle=False, verbose=0,
                     callbacks=[LearningRateScheduler(schedule), order]).history['lr']
           for schedule in (warmup, one_argument)]
print(json.dumps({'asked': asked, 'seen': order.seen, 'lr': np.array(history).tolist(),
                  'weights': model.get_weights()[0].tolist()}))
