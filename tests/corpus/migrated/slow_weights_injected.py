"""A training function put together by hand: slow copies of the weights, normed gradients, a wrapped optimizer."""
import json

import numpy as np
from compat import K
from compat.keras.layers import Dense
from compat.keras.models import Sequential
from compat.keras.optimizers import SGD, Adam, Optimizer

rng = np.random.RandomState(53)


class SlowWeights:
    def __init__(self, k=3, alpha=0.5):
        self.k, self.alpha, self.count = k, alpha, 0

    def inject(self, model):
        model._check_trainable_weights_consistency()
        inputs = model._feed_inputs + model._feed_targets + model._feed_sample_weights
        if model._uses_dynamic_learning_phase():
            inputs += [K.learning_phase()]
        fast = model._collected_trainable_weights
        with K.name_scope('training'):
            with K.name_scope(model.optimizer.__class__.__name__):
                updates = model.optimizer.get_updates(params=fast, loss=model.total_loss)
                slow = [K.variable(p) for p in fast]
        K.batch_set_value(zip(slow, K.batch_get_value(fast)))
        step = K.function(inputs, [model.total_loss] + model.metrics_tensors, name='fast_train_function',
                          updates=model.updates + updates + model.metrics_updates, **model._function_kwargs)
        follow = K.function([], [], updates=[K.update(q, q + self.alpha * (p - q)) for p, q in zip(fast, slow)])
        copy = K.function([], [], updates=[K.update(p, q) for p, q in zip(fast, slow)])

        def train(arrays):
            self.count += 1
            found = step(arrays)
            if self.count % self.k == 0:
                follow([])
                copy([])
            return found

        model.train_function = train


class Wrapped(Optimizer):
    """Takes the steps of another optimizer and shrinks weights beside."""

    def __init__(self, optimizer, decay=0.01, **kwargs):
        super(Wrapped, self).__init__(**kwargs)
        self.optimizer, self.shrink = optimizer, decay
        self.optimizer.get_gradients = self.get_gradients
        for attribute in optimizer.__dict__:
            if not hasattr(self, attribute):
                setattr(self, attribute, getattr(optimizer, attribute))

    def get_gradients(self, loss, params):
        grads = K.gradients(loss, params)
        norm = K.sqrt(sum([K.sum(K.square(g)) for g in grads]))
        return [g / (norm + K.epsilon()) for g in grads]

    def get_updates(self, loss, params):
        plain = K.update

        def shrunk(x, new_x):
            return plain(x, new_x * (1 - self.shrink) if any(x is p for p in params) else new_x)

        K.update = shrunk
        try:
            return self.optimizer.get_updates(loss, params)
        finally:
            K.update = plain


x, y = rng.randn(16, 3), rng.randn(16, 1)
found = {}
for name, optimizer in [('adam', Adam(0.1)), ('wrapped', Wrapped(SGD(0.1, momentum=0.9)))]:
    start = np.random.RandomState(8)
    model = Sequential([Dense(4, activation='tanh', input_shape=(3,)), Dense(1)])
    model.set_weights([start.randn(*w.shape) for w in model.get_weights()])
    model.compile(optimizer, 'mse', metrics=['mae'])
    SlowWeights().inject(model)
    history = model.fit(x, y, batch_size=4, epochs=3, shuffle=False, verbose=0).history
    found[name] = [np.array(history['loss']).tolist(), np.array(history['mean_absolute_error']).tolist(),
                   [w.tolist() for w in model.get_weights()]]
print(json.dumps(found))
