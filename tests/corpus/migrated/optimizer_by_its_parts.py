"""What an optimizer consists of: updates, weights, config; its state taken out, put in, saved or left out of a file."""
import json

import h5py
import numpy as np
from compat import K
from compat.keras.layers import Dense, Input, Lambda
from compat.keras.models import Model, Sequential, load_model
from compat.keras.optimizers import SGD, Adam, Optimizer

rng = np.random.RandomState(83)
x, y = rng.randn(8, 3), rng.randn(8, 2)


def made(optimizer):
    start = np.random.RandomState(84)
    model = Sequential([Dense(2, activation='tanh', input_shape=(3,))])
    model.set_weights([start.randn(*w.shape) for w in model.get_weights()])
    model.compile(optimizer, 'mse')
    return model


def error_of(action):
    try:
        action()
        return ''
    except Exception as error:
        return type(error).__name__ + (', None for gradient' if '`None` for gradient' in str(error) else '')


found = {}
model = made(Adam(0.05))
found['before'] = [len(model.optimizer.weights), len(model.optimizer.updates)]
trace = [float(model.train_on_batch(x, y)) for _ in range(3)]
found['after'] = [len(model.optimizer.weights), len(model.optimizer.updates)]
state, weights = model.optimizer.get_weights(), model.get_weights()
model.save('with.h5')
model.save('without.h5', include_optimizer=False)
found['on'] = [float(model.train_on_batch(x, y)) for _ in range(2)]
found['state'] = [np.array(w).tolist() for w in state]
with h5py.File('with.h5', 'r') as one, h5py.File('without.h5', 'r') as other:
    found['in files'] = ['optimizer_weights' in one, 'optimizer_weights' in other]
again = made(Adam(0.05))
again._make_train_function()
again.optimizer.set_weights(state)
again.set_weights(weights)
found['resumed by hand'] = [float(again.train_on_batch(x, y)) for _ in range(2)]
loaded = load_model('with.h5')
found['resumed from a file'] = [float(loaded.train_on_batch(x, y)) for _ in range(2)]
fresh = load_model('without.h5')
fresh.compile(Adam(0.05), 'mse')
found['without the state'] = [float(fresh.train_on_batch(x, y)) for _ in range(2)]
found['wrong state'] = error_of(lambda: again.optimizer.set_weights(state[:-2] + [np.zeros((7,)), np.zeros((7,))]))
found['config'] = {key: float(value) for key, value in SGD(0.1, clipnorm=2.).get_config().items()}
found['from config'] = sorted(SGD.from_config({'lr': 0.5, 'clipvalue': 0.5}).get_config())
found['abstract'] = error_of(lambda: Optimizer().get_updates(None, []))
x_in = Input(shape=(3,))
chosen = Model(x_in, Lambda(lambda t: K.cast(K.expand_dims(K.argmax(t, axis=-1)), 'float32'))(Dense(2)(x_in)))
chosen.compile('sgd', 'mse')
found['no gradient'] = error_of(lambda: chosen.train_on_batch(x, np.zeros((8, 1))))
found['trace'], found['lr'] = trace, float(K.get_value(model.optimizer.lr))
print(json.dumps(found))
