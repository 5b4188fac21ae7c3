"""A chain of tags: the sum over all paths by K.rnn, the loss as a method of the layer."""
import json

import numpy as np
from compat import K
from compat.keras.layers import Layer
from compat.keras.layers import Dense, Embedding, Input
from compat.keras.models import Model
from compat.keras.optimizers import SGD

rng = np.random.RandomState(21)


class Chain(Layer):
    def build(self, input_shape):
        tags = input_shape[-1]
        self.moves = self.add_weight(name='moves', shape=(tags, tags), initializer='glorot_uniform')

    def call(self, inputs):
        return inputs

    def step(self, inputs, states):
        scores = K.expand_dims(states[0], 2) + K.expand_dims(self.moves, 0)
        total = K.logsumexp(scores, 1) + inputs
        return total, [total]

    def path_score(self, logits, tags):
        points = K.sum(K.sum(logits * tags, 2), 1, keepdims=True)
        before, after = K.expand_dims(tags[:, :-1], 3), K.expand_dims(tags[:, 1:], 2)
        moves = K.expand_dims(K.expand_dims(self.moves, 0), 0)
        return points + K.expand_dims(K.sum(K.sum(before * after * moves, [2, 3]), 1), 1)

    def loss(self, y_true, y_pred):
        _, _, (total,) = K.rnn(self.step, y_pred[:, 1:], [y_pred[:, 0]])
        return K.logsumexp(total, 1, keepdims=True) - self.path_score(y_pred, y_true)

    def accuracy(self, y_true, y_pred):
        return K.mean(K.cast(K.equal(K.argmax(y_true, 2), K.argmax(y_pred, 2)), 'float32'))


words = Input(shape=(5,), dtype='int32')
chain = Chain()
model = Model(words, chain(Dense(3)(Embedding(9, 4)(words))))
model.set_weights([rng.randn(*w.shape) * 0.5 for w in model.get_weights()])
model.compile(SGD(0.1), chain.loss, metrics=[chain.accuracy])
x, y = rng.randint(0, 9, (8, 5)), np.eye(3)[rng.randint(0, 3, (8, 5))]
history = model.fit(x, y, batch_size=4, epochs=3, shuffle=False, verbose=0).history
print(json.dumps({'losses': np.array(history['loss']).tolist(), 'accuracy': np.array(history['accuracy']).tolist(),
                  'moves': K.get_value(chain.moves).tolist()}))
