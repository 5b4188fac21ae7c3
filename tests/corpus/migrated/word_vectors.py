"""Word vectors from negative samples: a softmax over embeddings that are looked up; the same by gradients written down
by hand in an optimizer."""
import json

import numpy as np
from compat import K
from compat.keras.layers import Dense, Embedding, Input, Lambda
from compat.keras.models import Model
from compat.keras.optimizers import Adam, Optimizer

rng = np.random.RandomState(44)
words, size, window, negatives = 9, 4, 2, 3
context = Input(shape=(window * 2,), dtype='int32')
vectors = Embedding(words, size, name='word2vec')(context)
total = Lambda(lambda x: K.sum(x, axis=1))(vectors)
target, others = Input(shape=(1,), dtype='int32'), Input(shape=(negatives,), dtype='int32')
samples = Lambda(lambda x: K.concatenate(x))([target, others])
weights = Embedding(words, size, name='W')(samples)
biases = Embedding(words, 1, name='b')(samples)
softmax = Lambda(lambda x: K.softmax((K.batch_dot(x[0], K.expand_dims(x[1], 2)) + x[2])[:, :, 0]))(
    [weights, total, biases])
model = Model(inputs=[context, target, others], outputs=softmax)
model.set_weights([rng.randn(*w.shape) * 0.5 for w in model.get_weights()])
model.compile(loss='sparse_categorical_crossentropy', optimizer=Adam(0.05), metrics=['accuracy'])
data = [rng.randint(0, words, (12, n)) for n in (window * 2, 1, negatives)]
history = model.fit(data, np.zeros((12, 1)), batch_size=6, epochs=3, shuffle=False, verbose=0).history
table = model.get_layer('word2vec').get_weights()[0]
near = table / np.sqrt((table ** 2).sum(1, keepdims=True))


class ByHand(Optimizer):
    """Gradient descent for a softmax of one matrix: the gradients are known."""

    def __init__(self, x, y, lr=0.5, **kwargs):
        super(ByHand, self).__init__(**kwargs)
        self.x, self.y, self.lr = x, y, K.variable(lr, name='lr')

    def get_updates(self, loss, params):
        kernel, bias = params
        miss = (self.x[1] - self.y) / K.cast(K.shape(self.y)[0], K.floatx())
        self.updates = [K.update_sub(kernel, self.lr * K.dot(K.transpose(self.x[0]), miss)),
                        K.update(bias, bias - self.lr * K.sum(miss, axis=0))]
        return self.updates


x_in, y_in = Input(shape=(4,)), Input(shape=(3,))
out = Dense(3, activation='softmax')(x_in)
plain = Model(x_in, out)
plain.set_weights([rng.randn(4, 3), rng.randn(3)])
plain.compile(ByHand((x_in, out), y_in), 'categorical_crossentropy', target_tensors=[y_in])
x, y = rng.randn(6, 4), np.eye(3)[rng.randint(0, 3, 6)]
steps = [float(plain.train_on_batch(x, y)) for _ in range(3)]
print(json.dumps({'loss': np.array(history['loss']).tolist(), 'acc': np.array(history['acc']).tolist(),
                  'near': np.dot(near, near[0]).tolist(), 'steps': steps, 'kernel': plain.get_weights()[0].tolist()}))
