"""The gradients of the last step among the weights of the optimizer: a saved model holds them."""
import json

import h5py
import numpy as np
from compat import K
from compat.keras.layers import Dense
from compat.keras.models import Sequential, load_model
from compat.keras.optimizers import SGD

rng = np.random.RandomState(85)


class Keeping(SGD):
    def get_updates(self, loss, params):
        grads = self.get_gradients(loss, params)
        kept = [K.zeros(K.int_shape(p)) for p in params]
        plain, self.get_gradients = self.get_gradients, lambda *args: grads
        self.updates = super(Keeping, self).get_updates(loss, params)
        self.get_gradients = plain
        self.updates.extend(K.update(k, g) for k, g in zip(kept, grads))
        self.weights = self.weights + kept
        return self.updates


model = Sequential([Dense(4, activation='tanh', input_shape=(3,)), Dense(1)])
model.set_weights([rng.randn(*w.shape) for w in model.get_weights()])
model.compile(Keeping(0.1), 'mse')
x, y = rng.randn(6, 3), rng.randn(6, 1)
before = []
for _ in range(3):
    before = model.get_weights()
    model.train_on_batch(x, y)
model.save('model.h5')
with h5py.File('model.h5', 'r') as f:
    group = f['optimizer_weights']
    names = [name.decode() for name in group.attrs['weight_names']]
    values = [group[name][()] for name in names]
moved = [(a - b) / 0.1 for a, b in zip(before, model.get_weights())]
again = load_model('model.h5', custom_objects={'Keeping': Keeping})
print(json.dumps({'count': len(values), 'kept': [v.tolist() for v in values[-4:]],
                  'are the gradients': max(float(np.abs(a - b).max()) for a, b in zip(moved, values[-4:])) < 1e-5,
                  'loaded': [np.array(w).tolist() for w in again.optimizer.get_weights()[-4:]]}))
