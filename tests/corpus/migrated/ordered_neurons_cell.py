"""A recurrent cell of one's own with ordered gates, run by RNN, and the same recurrence by K.rnn."""
import json

import numpy as np
from compat import K
from compat.keras.layers import Layer
from compat.keras.layers import RNN, Dense, Input
from compat.keras.models import Model
from compat.keras.optimizers import SGD

rng = np.random.RandomState(15)


def cumulated(x, reverse=False):
    size = K.int_shape(x)[-1]
    triangle = np.triu(np.ones((size, size)))
    return K.dot(K.softmax(x), K.constant(triangle.T if reverse else triangle))


class OrderedCell(Layer):
    def __init__(self, units, **kwargs):
        self.units = units
        self.state_size = (units, units)
        super(OrderedCell, self).__init__(**kwargs)

    def build(self, input_shape):
        self.kernel = self.add_weight(name='kernel', shape=(input_shape[-1], 5 * self.units), initializer='uniform')
        self.recurrent = self.add_weight(name='recurrent', shape=(self.units, 5 * self.units), initializer='uniform')
        self.built = True

    def call(self, inputs, states):
        h, c = states
        z = K.dot(inputs, self.kernel) + K.dot(h, self.recurrent)
        n = self.units
        f, i = cumulated(z[:, :n]), cumulated(z[:, n:2 * n], reverse=True)
        o = K.sigmoid(z[:, 2 * n:3 * n])
        both = f * i
        c = both * (K.hard_sigmoid(z[:, 3 * n:4 * n]) * c + K.tanh(z[:, 4 * n:])) + (f - both) * c
        h = o * K.tanh(c)
        return h, [h, c]


x_in = Input(shape=(4, 3))
cell = OrderedCell(5)
sequence, last_h, last_c = RNN(cell, return_sequences=True, return_state=True)(x_in)
model = Model(x_in, Dense(1)(last_h))
model.set_weights([rng.randn(*w.shape) * 0.4 for w in model.get_weights()])
model.compile(SGD(0.1), 'mse')
x, y = rng.randn(6, 4, 3), rng.randn(6, 1)
losses = model.fit(x, y, batch_size=3, epochs=3, shuffle=False, verbose=0).history['loss']
states = K.function([x_in], [sequence, last_c])([x[:2]])
_, by_hand, _ = K.rnn(lambda t, s: cell.call(t, s), x_in, [K.zeros_like(x_in[:, 0, :1]) + K.zeros((1, 5))] * 2)
print(json.dumps({'losses': np.array(losses).tolist(), 'sequence': states[0].tolist(), 'cell': states[1].tolist(),
                  'by_hand': K.function([x_in], [by_hand])([x[:2]])[0].tolist()}))
