"""Sequences of different length: masks are tensors of the model, used by Lambdas of two inputs."""
import json

import numpy as np
from compat import K
from compat.keras.layers import GRU, Bidirectional, Dense, Embedding, Input, Lambda
from compat.keras.models import Model
from compat.keras.optimizers import SGD

rng = np.random.RandomState(22)


def masked_max(two):
    seq, mask = two
    return K.max(seq - (1 - mask) * 1e10, 1)


def masked_mean(two):
    seq, mask = two
    return K.sum(seq * mask, 1) / K.sum(mask, 1)


words = Input(shape=(None,))
mask = Lambda(lambda t: K.cast(K.greater(K.expand_dims(t, 2), 0), 'float32'))(words)
seq = Embedding(9, 4)(words)
seq = Lambda(lambda two: two[0] * two[1])([seq, mask])
seq = Bidirectional(GRU(3, return_sequences=True))(seq)
best, mean = Lambda(masked_max)([seq, mask]), Lambda(masked_mean)([seq, mask])
both = Lambda(lambda two: K.concatenate(two, -1), output_shape=lambda shapes: (shapes[0][0], 12))([best, mean])
model = Model(words, Dense(1, activation='sigmoid')(both))
model.set_weights([rng.randn(*w.shape) * 0.4 for w in model.get_weights()])
model.compile(SGD(0.2), 'binary_crossentropy', metrics=['accuracy'])
x = rng.randint(1, 9, (8, 6)) * (np.arange(6) < rng.randint(2, 7, (8, 1)))
y = rng.randint(0, 2, (8, 1))
history = model.fit(x, y, batch_size=4, epochs=3, shuffle=False, verbose=0).history
print(json.dumps({'losses': np.array(history['loss']).tolist(), 'acc': np.array(history['acc']).tolist(),
                  'out': model.predict(x).tolist(), 'short': model.predict(x[:, :4]).tolist()}))
