"""A tensor that a layer computes on its way, fetched from the trained model."""
import json

import numpy as np
from compat import K
from compat.keras.layers import Layer
from compat.keras.layers import Dense, Dropout, Input
from compat.keras.models import Model

rng = np.random.RandomState(2)


class Scaled(Layer):
    def build(self, input_shape):
        self.scale = self.add_weight(name='scale', shape=(1,), initializer='ones', trainable=True)
        self.built = True

    def call(self, x):
        self.unit = K.l2_normalize(x, -1)
        return self.unit * self.scale


x_in = Input(shape=(6,))
x = Dense(4, activation='relu')(x_in)
x = Dropout(0.2)(x)
scaled = Scaled()
model = Model(x_in, Dense(3, activation='softmax')(scaled(x)))
model.set_weights([rng.randn(*w.shape) for w in model.get_weights()])
data = rng.randn(3, 6)
fetch = K.function([x_in], [scaled.unit, x])
unit, dense = fetch([data])
by_session = K.get_session().run(scaled.unit, feed_dict={x_in: data, K.learning_phase(): 0})
print(json.dumps({'unit': unit.tolist(), 'dense': dense.tolist(), 'session': by_session.tolist()}))
