"""Attention with positions, heads and masks, all in one layer of K; what it looks at is fetched by K.function."""
import json

import numpy as np
from compat import K
from compat.keras.layers import Layer
from compat.keras.layers import Dense, Dropout, Embedding, GlobalAveragePooling1D, Input
from compat.keras.models import Model
from compat.keras.optimizers import Adam

rng = np.random.RandomState(46)


class Positions(Layer):
    def __init__(self, size=None, mode='sum', **kwargs):
        self.size, self.mode = size, mode
        super(Positions, self).__init__(**kwargs)

    def call(self, x):
        if self.size is None or self.mode == 'sum':
            self.size = int(x.shape[-1])
        rate = 1. / K.pow(10000., 2 * K.arange(self.size / 2, dtype='float32') / self.size)
        place = K.cumsum(K.ones_like(x[:, :, 0]), 1) - 1
        place = K.dot(K.expand_dims(place, 2), K.expand_dims(rate, 0))
        place = K.concatenate([K.cos(place), K.sin(place)], 2)
        return place + x if self.mode == 'sum' else K.concatenate([place, x], 2)

    def compute_output_shape(self, input_shape):
        return input_shape if self.mode == 'sum' else (input_shape[0], input_shape[1], input_shape[2] + self.size)


class Heads(Layer):
    def __init__(self, heads, head_size, **kwargs):
        self.heads, self.head_size = heads, head_size
        super(Heads, self).__init__(**kwargs)

    def build(self, input_shape):
        for name, shape in zip('QKV', input_shape):
            setattr(self, 'W' + name, self.add_weight(name='W' + name, initializer='glorot_uniform', trainable=True,
                                                      shape=(shape[-1], self.heads * self.head_size)))
        super(Heads, self).build(input_shape)

    def masked(self, inputs, length, mode='mul'):
        if length is None:
            return inputs
        mask = K.one_hot(K.cast(length[:, 0], 'int32'), K.shape(inputs)[1])
        mask = 1 - K.cumsum(mask, 1)
        for _ in range(len(inputs.shape) - 2):
            mask = K.expand_dims(mask, 2)
        return inputs * mask if mode == 'mul' else inputs - (1 - mask) * 1e12

    def split(self, x, kernel):
        x = K.reshape(K.dot(x, kernel), (-1, K.shape(x)[1], self.heads, self.head_size))
        return K.permute_dimensions(x, (0, 2, 1, 3))

    def call(self, x):
        query, key, value = [self.split(one, kernel) for one, kernel in zip(x, (self.WQ, self.WK, self.WV))]
        scores = K.batch_dot(query, key, axes=[3, 3]) / self.head_size ** 0.5
        turn = (0, 3, 2, 1)
        scores = K.permute_dimensions(self.masked(K.permute_dimensions(scores, turn), x[3], 'add'), turn)
        self.scores = K.softmax(scores)
        out = K.permute_dimensions(K.batch_dot(self.scores, value, axes=[3, 2]), (0, 2, 1, 3))
        out = K.reshape(out, (-1, K.shape(out)[1], self.heads * self.head_size))
        return self.masked(out, x[3])

    def compute_output_shape(self, input_shape):
        return (input_shape[0][0], input_shape[0][1], self.heads * self.head_size)


words, length = Input(shape=(None,), dtype='int32'), Input(shape=(1,))
x = Positions(4, 'concat')(Positions()(Embedding(9, 6)(words)))
heads = Heads(3, 2, name='heads')
x = GlobalAveragePooling1D()(heads([x, x, x, length]))
model = Model([words, length], Dense(1, activation='sigmoid')(Dropout(0.5, seed=2)(x)))
model.set_weights([rng.randn(*w.shape) * 0.5 for w in model.get_weights()])
model.compile(Adam(0.02), 'binary_crossentropy', metrics=['accuracy'])
data = [rng.randint(0, 9, (8, 5)), rng.randint(1, 6, (8, 1))]
history = model.fit(data, rng.randint(0, 2, (8, 1)), batch_size=4, epochs=3, shuffle=False, verbose=0).history
seen = K.function([words, length, K.learning_phase()], [heads.scores, heads.output])(data + [0])
print(json.dumps({'loss': np.array(history['loss']).tolist(), 'acc': np.array(history['acc']).tolist(),
                  'seen': seen[0][:2].tolist(), 'out': seen[1][:2].tolist(), 'p': model.predict(data).tolist()}))
