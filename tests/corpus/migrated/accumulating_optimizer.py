"""Gradients of several small batches summed up before a step: an optimizer written with get_updates."""
import json

import numpy as np
from compat import K
from compat.keras.layers import Dense
from compat.keras.legacy import interfaces
from compat.keras.models import Sequential
from compat.keras.optimizers import Optimizer

rng = np.random.RandomState(6)


class PatientSGD(Optimizer):
    def __init__(self, lr=0.1, every=3, **kwargs):
        super(PatientSGD, self).__init__(**kwargs)
        with K.name_scope(self.__class__.__name__):
            self.iterations = K.variable(0, dtype='int64', name='iterations')
            self.lr = K.variable(lr, name='lr')
        self.every = every

    @interfaces.legacy_get_updates_support
    def get_updates(self, loss, params):
        self.updates = [K.update_add(self.iterations, 1)]
        due = K.cast(K.equal((self.iterations + 1) % self.every, 0), K.floatx())
        sums = [K.zeros(K.int_shape(p)) for p in params]
        self.weights = [self.iterations] + sums
        for p, g, s in zip(params, self.get_gradients(loss, params), sums):
            total = s + g / self.every
            self.updates.append(K.update(p, p - due * self.lr * total))
            self.updates.append(K.update(s, (1 - due) * total))
        return self.updates

    def get_config(self):
        config = super(PatientSGD, self).get_config()
        config.update({'lr': float(K.get_value(self.lr)), 'every': self.every})
        return config


model = Sequential([Dense(3, activation='tanh', input_shape=(4,)), Dense(1)])
model.set_weights([rng.randn(*w.shape) for w in model.get_weights()])
model.compile(PatientSGD(0.2, clipnorm=5.), 'mse')
x, y = rng.randn(12, 4), rng.randn(12, 1)
trace = []
for i in range(9):
    at = slice(2 * (i % 6), 2 * (i % 6) + 2)
    trace.append(float(model.train_on_batch(x[at], y[at])))
print(json.dumps({'losses': trace, 'weights': [w.tolist() for w in model.get_weights()],
                  'steps': int(K.get_value(model.optimizer.iterations)),
                  'every': model.optimizer.get_config()['every']}))
