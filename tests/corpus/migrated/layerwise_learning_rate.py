"""A layer that learns at a rate of its own, by storing its kernel divided by a factor."""
import json

import numpy as np
from compat import K
from compat.keras.layers import Dense, Input
from compat.keras.models import Model
from compat.keras.optimizers import SGD

rng = np.random.RandomState(4)


class SetLearningRate:
    def __init__(self, layer, factor):
        self.layer, self.factor = layer, factor

    def __call__(self, inputs):
        with K.name_scope(self.layer.name):
            if not self.layer.built:
                self.layer.build(K.int_shape(inputs))
                self.layer.built = True
        lamb = self.factor
        for key in ['kernel', 'bias']:
            weight = getattr(self.layer, key)
            K.set_value(weight, K.eval(weight) / lamb)
            setattr(self.layer, key, weight * lamb)
        return self.layer(inputs)


def made(wrap):
    start = np.random.RandomState(5)
    x_in = Input(shape=(4,))
    hidden = Dense(3, use_bias=True, kernel_initializer=lambda shape, dtype=None: K.constant(start.randn(*shape)))
    h = SetLearningRate(hidden, 0.5)(x_in) if wrap else hidden(x_in)
    out = Dense(1, kernel_initializer=lambda shape, dtype=None: K.constant(start.randn(*shape)))(h)
    model = Model(x_in, out)
    model.compile(SGD(0.05), 'mse')
    return model


x, y = rng.randn(16, 4), rng.randn(16, 1)
found = {}
for wrap in [False, True]:
    model = made(wrap)
    before = model.predict(x[:2])
    history = model.fit(x, y, batch_size=8, epochs=3, shuffle=False, verbose=0)
    found['wrapped' if wrap else 'plain'] = [before.tolist(), np.array(history.history['loss']).tolist(),
                                             [np.array(w).tolist() for w in model.get_weights()]]
print(json.dumps(found))
