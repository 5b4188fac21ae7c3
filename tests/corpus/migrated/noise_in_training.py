"""A layer that adds noise while training only: a random tensor in K.in_train_phase, dropout and noise of Keras."""
import json

import numpy as np
from compat import K
from compat.keras.layers import Dense, Dropout, GaussianNoise, Input, Lambda
from compat.keras.models import Model
from compat.keras.optimizers import SGD

rng = np.random.RandomState(32)


def noisy(x):
    return K.in_train_phase(x + 0.5 * K.random_normal(shape=K.shape(x), seed=7), x)


def dropped_rows(x):
    keep = K.random_binomial((K.shape(x)[0], 1), p=0.7, seed=5)
    return K.in_train_phase(x * keep / 0.7, x)


x_in = Input(shape=(4,))
x = Lambda(noisy)(x_in)
x = Dense(6, activation='relu')(x)
x = Lambda(dropped_rows)(x)
x = GaussianNoise(0.1)(x)
model = Model(x_in, Dense(1)(Dropout(0.3, seed=3)(x)))
model.set_weights([rng.randn(*w.shape) * 0.5 for w in model.get_weights()])
model.compile(SGD(0.0), 'mse')
data, y = rng.randn(8, 4), rng.randn(8, 1)
noise = K.function([x_in, K.learning_phase()], [model.layers[1].output, model.layers[3].output])
first, second = noise([data, 1]), noise([data, 1])
still = model.predict(data)
print(json.dumps({'uses': bool(model.uses_learning_phase), 'first': [v.tolist() for v in first],
                  'second': [v.tolist() for v in second], 'still': still.tolist(),
                  'test': [v.tolist() for v in noise([data, 0])], 'again': model.predict(data).tolist(),
                  'moved': bool(model.train_on_batch(data, y) != model.evaluate(data, y, verbose=0))}))
