"""Sequence to sequence: a bidirectional reader, attention, a prior of the input's letters; titles by beam search."""
import json

import numpy as np
from compat import K
from compat.keras.layers import Layer
from compat.keras.layers import LSTM, Bidirectional, Concatenate, Dense, Embedding, Input, Lambda
from compat.keras.models import Model
from compat.keras.optimizers import Adam

rng = np.random.RandomState(45)
chars, size = 10, 6


class ScaleShift(Layer):
    def build(self, input_shape):
        kernel_shape = (1,) * (len(input_shape) - 1) + (input_shape[-1],)
        self.log_scale = self.add_weight(name='log_scale', shape=kernel_shape, initializer='zeros')
        self.shift = self.add_weight(name='shift', shape=kernel_shape, initializer='zeros')

    def call(self, inputs):
        return K.exp(self.log_scale) * inputs + self.shift


class Attention(Layer):
    def build(self, input_shape):
        super(Attention, self).build(input_shape)
        self.kernel = self.add_weight(name='kernel', shape=(input_shape[0][-1], input_shape[1][-1]),
                                      initializer='glorot_uniform')

    def call(self, inputs):
        query, values, mask = inputs
        scores = K.batch_dot(K.dot(query, self.kernel), values, axes=[2, 2]) / size ** 0.5
        scores = scores - (1 - K.permute_dimensions(mask, (0, 2, 1))) * 1e10
        self.weights_seen = K.softmax(scores)
        return K.batch_dot(self.weights_seen, values, axes=[2, 1])

    def compute_output_shape(self, input_shape):
        return input_shape[0][:2] + (input_shape[1][-1],)


def prior(x):
    return K.sum(K.one_hot(K.cast(x, 'int32'), chars) * K.cast(K.greater(K.expand_dims(x, 2), 3), 'float32'), 1,
                 keepdims=True)


def masked(x):
    return K.cast(K.greater(K.expand_dims(x, 2), 0), 'float32')


x_in, y_in = Input(shape=(None,)), Input(shape=(None,))
x_mask, y_mask = Lambda(masked)(x_in), Lambda(masked)(y_in)
hints = ScaleShift()(Lambda(lambda x: K.minimum(x, 1.))(Lambda(prior)(x_in)))
embedding = Embedding(chars, size)
x = Bidirectional(LSTM(size // 2, return_sequences=True), merge_mode='concat')(embedding(x_in))
y = LSTM(size, return_sequences=True)(embedding(y_in))
attention = Attention(name='attention')
xy = Concatenate()([y, attention([y, x, x_mask])])
xy = Dense(chars)(Dense(size, activation='relu')(xy))
xy = Lambda(lambda two: (two[0] + two[1]) / 2)([xy, hints])
xy = Lambda(lambda t: K.softmax(t))(xy)
model = Model([x_in, y_in], xy)
model.set_weights([rng.randn(*w.shape) * 0.5 for w in model.get_weights()])
entropy = K.sparse_categorical_crossentropy(y_in[:, 1:], xy[:, :-1])
model.add_loss(K.sum(entropy * y_mask[:, 1:, 0]) / K.sum(y_mask[:, 1:, 0]))
model.compile(optimizer=Adam(1e-2))
texts, titles = rng.randint(4, chars, (8, 7)), rng.randint(4, chars, (8, 5))
texts[:, 5:] *= rng.randint(0, 2, (8, 1))
titles[:, 0], titles[:, 4] = 2, 3
losses = model.fit([texts, titles], None, batch_size=4, epochs=4, shuffle=False, verbose=0).history['loss']


def title_of(text, width=3, longest=5):
    read, beams, scores = np.array([text] * width), np.array([[2]] * width), np.zeros(width)
    for i in range(longest):
        log_p = np.log(model.predict([read, beams])[:, i, 3:] + 1e-6)
        order = log_p.argsort(axis=1)[:, -width:]
        found = [(list(beams[j]) + [k + 3], scores[j] + log_p[j][k])
                 for j in range(1 if i == 0 else width) for k in order[j]]
        found = sorted(found, key=lambda pair: pair[1])[-width:]
        beams, scores = np.array([pair[0] for pair in found]), np.array([pair[1] for pair in found])
        if beams[-1][-1] == 3:
            break
    return beams[-1].tolist(), float(scores[-1])


fetch = K.function([x_in, y_in], [attention.weights_seen])
print(json.dumps({'losses': np.array(losses).tolist(), 'titles': [title_of(text) for text in texts[:2]],
                  'seen': fetch([texts[:2], titles[:2]])[0].tolist()}))
