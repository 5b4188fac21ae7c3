"""An optimizer whose updates stand inside of K.switch."""
import json

import numpy as np
from compat import K
from compat.keras.layers import Dense
from compat.keras.models import Sequential
from compat.keras.optimizers import SGD

rng = np.random.RandomState(7)


class EveryOther(SGD):
    def get_updates(self, loss, params):
        grads = self.get_gradients(loss, params)
        self.updates = [K.update_add(self.iterations, 1)]
        for p, g in zip(params, grads):
            new = K.switch(K.equal(self.iterations % 2, 0), p - self.lr * g, p + 0.)
            self.updates.append(K.update(p, new))
        return self.updates


model = Sequential([Dense(2, input_shape=(3,))])
model.set_weights([rng.randn(*w.shape) for w in model.get_weights()])
model.compile(EveryOther(lr=0.1), 'mse')
x, y = rng.randn(4, 3), rng.randn(4, 2)
losses = [float(model.train_on_batch(x, y)) for _ in range(6)]
print(json.dumps({'losses': losses, 'weights': [w.tolist() for w in model.get_weights()]}))
