"""A layer without weights that adds the loss of an autoencoder; its output is not used."""
import json

import numpy as np
from compat import K
from compat.keras import metrics
from compat.keras.layers import Layer
from compat.keras.layers import Dense, Input, Lambda
from compat.keras.models import Model
from compat.keras.optimizers import SGD

rng = np.random.RandomState(28)
x_in, noise = Input(shape=(6,)), Input(shape=(2,))
hidden = Dense(5, activation='relu')(x_in)
mean, log_var = Dense(2)(hidden), Dense(2)(hidden)
z = Lambda(lambda three: three[0] + K.exp(three[1] / 2) * three[2])([mean, log_var, noise])
decoded = Dense(6, activation='sigmoid')(Dense(5, activation='relu')(z))


class Bound(Layer):
    def __init__(self, **kwargs):
        self.is_placeholder = True
        super(Bound, self).__init__(**kwargs)

    def call(self, inputs):
        x, back = inputs
        entropy = 6 * metrics.binary_crossentropy(x, back)
        divergence = -0.5 * K.sum(1 + log_var - K.square(mean) - K.exp(log_var), axis=-1)
        self.add_loss(K.mean(entropy + divergence), inputs=inputs)
        return x


model = Model([x_in, noise], Bound()([x_in, decoded]))
model.set_weights([rng.randn(*w.shape) * 0.4 for w in model.get_weights()])
model.compile(optimizer=SGD(0.05), loss=None)
x, e = rng.rand(8, 6), rng.randn(8, 2)
losses = model.fit([x, e], batch_size=4, epochs=3, shuffle=False, verbose=0).history['loss']
print(json.dumps({'losses': np.array(losses).tolist(), 'weights': model.get_weights()[0].tolist()}))
