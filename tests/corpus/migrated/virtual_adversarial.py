"""Training against the direction that hurts most: an embedding is shifted along its gradient and trained there."""
import json

import numpy as np
from compat import K
from compat.keras.layers import Dense, Embedding, Flatten
from compat.keras.models import Sequential
from compat.keras.optimizers import SGD

rng = np.random.RandomState(24)
model = Sequential([Embedding(8, 3, input_length=4), Flatten(), Dense(2, activation='softmax')])
model.set_weights([rng.randn(*w.shape) * 0.5 for w in model.get_weights()])
model.compile(SGD(0.2), 'categorical_crossentropy')


def adversarial(model, table, epsilon):
    if model.train_function is None:
        model._make_train_function()
    plain = model.train_function
    gradient = K.gradients(model.total_loss, [table])[0]
    gradient = K.zeros_like(table) + gradient
    inputs = model._feed_inputs + model._feed_targets + model._feed_sample_weights
    slope = K.function(inputs, [gradient])

    def train(arrays):
        grads = slope(arrays[:len(inputs)])[0]
        delta = epsilon * grads / (np.sqrt((grads ** 2).sum()) + 1e-8)
        K.set_value(table, K.eval(table) + delta)
        outputs = plain(arrays)
        K.set_value(table, K.eval(table) - delta)
        return outputs

    model.train_function = train


adversarial(model, model.layers[0].embeddings, 0.5)
x, y = rng.randint(0, 8, (8, 4)), np.eye(2)[rng.randint(0, 2, 8)]
losses = model.fit(x, y, batch_size=4, epochs=3, shuffle=False, verbose=0).history['loss']
print(json.dumps({'losses': np.array(losses).tolist(), 'weights': [w.tolist() for w in model.get_weights()]}))
