"""Spectral normalization: the power iteration moves a vector by the layer's updates, once for each batch."""
import json

import numpy as np
from compat import K
from compat.keras.layers import Dense, Input
from compat.keras.models import Model
from compat.keras.optimizers import SGD

rng = np.random.RandomState(12)


class SpectralDense(Dense):
    def build(self, input_shape):
        super(SpectralDense, self).build(input_shape)
        self.u = self.add_weight(name='u', shape=(1, self.units), initializer='ones', trainable=False)

    def call(self, inputs):
        v = K.l2_normalize(K.dot(self.u, K.transpose(self.kernel)))
        u = K.l2_normalize(K.dot(v, self.kernel))
        sigma = K.sum(K.dot(K.dot(K.stop_gradient(v), self.kernel), K.transpose(K.stop_gradient(u))))
        self.add_update([K.update(self.u, u)])
        return K.bias_add(K.dot(inputs, self.kernel / sigma), self.bias)


x_in = Input(shape=(4,))
layer = SpectralDense(3)
model = Model(x_in, layer(x_in))
start = [rng.randn(*w.shape) for w in model.get_weights()]
model.set_weights(start)
model.compile(SGD(0.1), 'mse')
x, y = rng.randn(8, 4), rng.randn(8, 3)
losses = [float(model.train_on_batch(x, y)) for _ in range(4)]
print(json.dumps({'losses': losses, 'u': K.get_value(layer.u).tolist(), 'kernel': K.get_value(layer.kernel).tolist()}))
