"""An invertible model: layers that know their inverses, share their weights with them and hand on a determinant."""
import json

import numpy as np
from compat import K
from compat.keras.layers import Layer
from compat.keras.layers import Concatenate, Dense, Input, Lambda
from compat.keras.models import Model
from compat.keras.optimizers import Adam

rng = np.random.RandomState(54)


class Shuffle(Layer):
    def __init__(self, ids, **kwargs):
        super(Shuffle, self).__init__(**kwargs)
        self.ids = list(ids)

    def call(self, inputs):
        return K.permute_dimensions(K.gather(K.permute_dimensions(inputs, (1, 0)), self.ids), (1, 0))

    def inverse(self):
        return Shuffle(np.argsort(self.ids).tolist())


class Couple(Layer):
    def __init__(self, back=False, **kwargs):
        super(Couple, self).__init__(**kwargs)
        self.back = back

    def call(self, inputs):
        part1, part2, shift, log_scale = inputs
        self.logdet = K.sum(log_scale) * 0. + K.mean(K.sum(log_scale, 1))
        if self.back:
            return [part1, (part2 - shift) * K.exp(-log_scale)]
        return [part1, K.exp(log_scale) * part2 + shift]

    def compute_output_shape(self, input_shape):
        return [input_shape[0], input_shape[1]]

    def inverse(self):
        return Couple(True)


class Scale(Layer):
    def build(self, input_shape):
        self.kernel = self.add_weight(name='kernel', shape=(1, input_shape[1]), initializer='glorot_normal')

    def call(self, inputs):
        self.logdet = K.sum(self.kernel)
        return K.exp(self.kernel) * inputs

    def inverse(self):
        scale = K.exp(-self.kernel)
        return Lambda(lambda x: scale * x)


def halves(x):
    return [Lambda(lambda t: t[:, :3])(x), Lambda(lambda t: t[:, 3:])(x)]


def coefficients():
    x_in = Input(shape=(3,))
    x = Dense(4, activation='tanh')(x_in)
    return Model(x_in, [Dense(3)(x), Dense(3, activation='tanh', kernel_initializer='zeros')(x)])


x_in = Input(shape=(6,))
x, logdets, steps = x_in, [], []
for ids in ([5, 4, 3, 2, 1, 0], [1, 0, 3, 2, 5, 4]):
    shuffle, network, couple = Shuffle(ids), coefficients(), Couple()
    one, other = halves(shuffle(x))
    x = Concatenate()(couple([one, other] + network(one)))
    logdets.append(couple.logdet)
    steps.append((shuffle, network, couple))
scale = Scale()
out = scale(x)
encoder = Model(x_in, out)
encoder.set_weights([rng.randn(*w.shape) * 0.5 for w in encoder.get_weights()])
total = sum(logdets) + scale.logdet
encoder.compile(Adam(0.01), lambda y_true, y_pred: K.sum(0.5 * y_pred ** 2, 1) - total)
x = z_in = Input(shape=(6,))
x = scale.inverse()(x)
for shuffle, network, couple in reversed(steps):
    one, other = halves(x)
    x = shuffle.inverse()(Concatenate()(couple.inverse()([one, other] + network(one))))
decoder = Model(z_in, x)
data = rng.randn(8, 6)
losses = encoder.fit(data, data, batch_size=4, epochs=3, shuffle=False, verbose=0).history['loss']
codes = encoder.predict(data)
back = decoder.predict(codes)
print(json.dumps({'losses': np.array(losses).tolist(), 'codes': codes.tolist(), 'back': back.tolist(),
                  'away': float(np.abs(back - data).max()) < 1e-5}))
