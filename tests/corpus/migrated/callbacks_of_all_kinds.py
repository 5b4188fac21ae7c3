"""Callbacks: the best weights by a number of one's own, files, plateaus, an early end, a cosine, the six hooks."""
import json
import math
import os
import pickle

import numpy as np
from compat import K
from compat.keras.callbacks import (
    Callback,
    CSVLogger,
    EarlyStopping,
    LambdaCallback,
    LearningRateScheduler,
    ModelCheckpoint,
    ReduceLROnPlateau,
)
from compat.keras.layers import Dense
from compat.keras.models import Sequential
from compat.keras.optimizers import SGD

rng = np.random.RandomState(34)
x, y = rng.randn(24, 4), rng.randint(0, 3, 24)
x_test, y_test = rng.randn(9, 4), rng.randint(0, 3, 9)


class Best(Callback):
    def __init__(self):
        self.accs, self.highest = [], 0.

    def on_epoch_end(self, epoch, logs=None):
        acc = np.mean(model.predict(x_test).argmax(axis=1) == y_test)
        self.accs.append(acc)
        if acc >= self.highest:
            self.highest = acc
            model.save_weights('best_model.weights')


class Hooks(Callback):
    def __init__(self):
        self.seen = []


def noting(name):
    def hook(self, *args):
        logs = args[-1] if args and isinstance(args[-1], dict) else {}
        self.seen.append([name, args[0] if isinstance(args[0], int) else -1, sorted(logs)])
    return hook


for _name in ('on_train_begin', 'on_train_end', 'on_epoch_begin', 'on_epoch_end', 'on_batch_begin', 'on_batch_end'):
    setattr(Hooks, _name, noting(_name))


class Cosine(Callback):
    def on_epoch_begin(self, epoch, logs=None):
        K.set_value(self.model.optimizer.lr, 0.1 * (1 + math.cos(math.pi * epoch / 5)) / 2)

    def on_epoch_end(self, epoch, logs=None):
        logs['lr'] = K.get_value(self.model.optimizer.lr)


def made():
    model = Sequential([Dense(6, activation='tanh', input_shape=(4,)), Dense(3, activation='softmax')])
    start = np.random.RandomState(3)
    model.set_weights([start.randn(*w.shape) for w in model.get_weights()])
    model.compile(SGD(0.3), 'sparse_categorical_crossentropy', metrics=['accuracy'])
    return model


def fitted(callbacks, epochs, **kwargs):
    history = model.fit(x, y, batch_size=10, epochs=epochs, shuffle=False, verbose=0, callbacks=callbacks,
                        validation_data=(x_test, y_test), **kwargs)
    return history, {key: np.array(values).tolist() for key, values in history.history.items()}


model, best, hooks = made(), Best(), Hooks()
checkpoint = ModelCheckpoint('w.{epoch:02d}-{val_loss:.2f}.hdf5', monitor='val_acc', save_best_only=True,
                             save_weights_only=True, mode='auto', period=1)
history, first = fitted([best, checkpoint, hooks, Cosine()], 3)
with open('hist.pkl', 'wb') as f:
    pickle.dump(history.history, f)
with open('hist.pkl', 'rb') as f:
    kept = sorted(pickle.load(f))
model.load_weights('best_model.weights')
restored = model.predict(x_test)

model = made()
seen = []
plateau = ReduceLROnPlateau(monitor='val_loss', factor=0.1, patience=1, min_delta=0.02, cooldown=1, min_lr=1e-4)
stop = EarlyStopping(monitor='val_loss', min_delta=0, patience=3, mode='auto', restore_best_weights=True)
_, second = fitted([plateau, stop, CSVLogger('log.csv'), LambdaCallback(
    on_epoch_end=lambda epoch, logs: seen.append(epoch))], 25)
with open('log.csv') as f:
    log = [line.strip() for line in f][0]
_, third = fitted([LearningRateScheduler(lambda epoch, lr: lr * 0.5)], 4, initial_epoch=1)
_, fourth = fitted([EarlyStopping(monitor='acc', baseline=2., patience=1)], 6)
print(json.dumps({'accs': best.accs, 'first': first, 'files': sorted(os.listdir('.')), 'kept': kept,
                  'epochs': history.epoch, 'hooks': hooks.seen, 'params': sorted(hooks.params),
                  'restored': restored.tolist(), 'second': second, 'stopped': stop.stopped_epoch, 'seen': seen,
                  'log': log, 'third': third, 'fourth': len(fourth['acc'])}))
