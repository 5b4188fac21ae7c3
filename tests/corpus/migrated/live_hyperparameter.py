"""A variable in the loss and the learning rate, both set by callbacks while training goes on."""
import json

import numpy as np
from compat import K
from compat.keras.callbacks import Callback, LearningRateScheduler
from compat.keras.layers import Dense
from compat.keras.models import Sequential
from compat.keras.optimizers import SGD

rng = np.random.RandomState(26)
smooth = K.variable(0.3)


def smoothed(y_true, y_pred):
    first = K.categorical_crossentropy(y_true, y_pred)
    return (1 - smooth) * first + smooth * K.categorical_crossentropy(K.ones_like(y_pred) / 3, y_pred)


class Schedule(Callback):
    def __init__(self):
        self.seen, self.batches = [], 0

    def on_batch_begin(self, batch, logs=None):
        steps = self.params['steps'] or np.ceil(1. * self.params['samples'] / self.params['batch_size'])
        self.batches += 1
        if self.batches <= steps:
            K.set_value(self.model.optimizer.lr, 0.1 * self.batches / steps)
        self.seen.append(float(K.get_value(self.model.optimizer.lr)))

    def on_epoch_end(self, epoch, logs=None):
        if epoch == 1:
            K.set_value(smooth, 0.01)


model = Sequential([Dense(3, activation='softmax', input_shape=(4,))])
model.set_weights([rng.randn(*w.shape) for w in model.get_weights()])
model.compile(SGD(0.5), smoothed, metrics=['accuracy'])
schedule = Schedule()
x, y = rng.randn(12, 4), np.eye(3)[rng.randint(0, 3, 12)]
history = model.fit(x, y, batch_size=4, epochs=4, shuffle=False, verbose=0, validation_data=(x, y),
                    callbacks=[LearningRateScheduler(lambda epoch: 0.2 if epoch < 2 else 0.05), schedule]).history
print(json.dumps({'seen': schedule.seen, 'loss': np.array(history['loss']).tolist(),
                  'val_acc': np.array(history['val_acc']).tolist(), 'lr': np.array(history['lr']).tolist()}))
