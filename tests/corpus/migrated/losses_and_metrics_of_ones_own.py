"""Losses with arguments, of the backend, by closures; metrics that are functions, and one that keeps counts."""
import json

import numpy as np
from compat import K
from compat.keras import losses, metrics
from compat.keras.layers import Layer
from compat.keras.layers import Dense
from compat.keras.models import Sequential
from compat.keras.optimizers import SGD

rng = np.random.RandomState(35)


def smoothed(y_true, y_pred, e=0.1):
    return (1 - e) * K.categorical_crossentropy(y_true, y_pred) + e * K.categorical_crossentropy(
        K.ones_like(y_pred) / 3, y_pred)


def dice_loss(smooth, thresh):
    def dice(y_true, y_pred):
        hard = K.cast(K.greater(y_pred, thresh), K.floatx())
        both = K.sum(y_true * y_pred, axis=-1)
        return 1 - (2 * both + smooth) / (K.sum(y_true + y_pred, axis=-1) + smooth) + 0. * K.sum(hard, -1)
    return dice


def focal(gamma=2., alpha=.25):
    def focal_loss(y_true, y_pred):
        p = K.clip(K.tf.where(K.equal(y_true, 1), y_pred, 1 - y_pred), 1e-7, 1 - 1e-7)
        return -K.sum(alpha * K.pow(1. - p, gamma) * K.log(p), axis=-1)
    return focal_loss


def precision(y_true, y_pred):
    hits = K.sum(K.round(K.clip(y_true * y_pred, 0, 1)))
    return hits / (K.sum(K.round(K.clip(y_pred, 0, 1))) + K.epsilon())


def recall(y_true, y_pred):
    hits = K.sum(K.round(K.clip(y_true * y_pred, 0, 1)))
    return hits / (K.sum(K.round(K.clip(y_true, 0, 1))) + K.epsilon())


class Hits(Layer):
    """Counts over all batches of an epoch."""

    def __init__(self, name='hits', **kwargs):
        super(Hits, self).__init__(name=name, **kwargs)
        self.stateful = True
        self.count = K.variable(value=0, dtype='int32')

    def reset_states(self):
        K.set_value(self.count, 0)

    def __call__(self, y_true, y_pred):
        hits = K.sum(K.cast(K.equal(K.argmax(y_true, -1), K.argmax(y_pred, -1)), 'int32'))
        before = self.count * 1
        self.add_update(K.update_add(self.count, hits), inputs=[y_true, y_pred])
        return before + hits


x, y = rng.randn(10, 4), np.eye(3)[rng.randint(0, 3, 10)]
found = {}
for name, loss in [('smoothed', smoothed), ('dice', dice_loss(smooth=1e-5, thresh=0.5)), ('focal', focal()),
                   ('swapped', lambda y_true, y_pred: K.categorical_crossentropy(y_pred, y_true)),
                   ('name', 'kullback_leibler_divergence'), ('logcosh', losses.logcosh)]:
    start = np.random.RandomState(4)
    model = Sequential([Dense(3, activation='softmax', input_shape=(4,))])
    model.set_weights([start.randn(*w.shape) for w in model.get_weights()])
    model.compile(SGD(0.05), loss, metrics=['accuracy', recall, precision, metrics.top_k_categorical_accuracy, Hits()])
    history = model.fit(x, y, batch_size=4, epochs=2, shuffle=False, verbose=0, validation_data=(x[:7], y[:7]))
    found[name] = {key: np.array(values).tolist() for key, values in history.history.items()}
    found[name]['kernel'] = model.get_weights()[0].tolist()
found['names'] = model.metrics_names
try:
    losses.get('categorical_crossentropy ')
except ValueError as error:
    found['blank'] = 'categorical_crossentropy ' in str(error)
print(json.dumps(found))
