"""A callback that sets the learning rate: a straight rise, then half a cosine; it writes the rate into the logs."""
import json
import math

import numpy as np
from compat import K
from compat.keras.callbacks import Callback
from compat.keras.layers import Dense
from compat.keras.models import Sequential
from compat.keras.optimizers import SGD

rng = np.random.RandomState(73)


class CosineAnnealing(Callback):
    def __init__(self, epochs, scale=1.6, shift=0., verbose=0):
        super(CosineAnnealing, self).__init__()
        self.epochs, self.scale, self.shift, self.verbose = epochs, scale, shift, verbose

    def on_epoch_begin(self, epoch, logs=None):
        if epoch <= 6:
            lr = self.scale / 5 * (epoch + 1)
        else:
            lr = self.shift + self.scale * (1 + math.cos(math.pi * (epoch + 1 - 5) / self.epochs)) / 2
        K.set_value(self.model.optimizer.lr, lr)
        if self.verbose > 0:
            print('\nEpoch %05d: the learning rate is %s.' % (epoch + 1, lr))

    def on_epoch_end(self, epoch, logs=None):
        logs = logs or {}
        logs['lr'] = K.get_value(self.model.optimizer.lr)


model = Sequential([Dense(1, input_shape=(3,))])
model.set_weights([rng.randn(*w.shape) for w in model.get_weights()])
model.compile(SGD(0.), 'mse')
history = model.fit(rng.randn(8, 3), rng.randn(8, 1), batch_size=8, epochs=12, shuffle=False, verbose=0,
                    callbacks=[CosineAnnealing(epochs=12, scale=0.016, verbose=1)]).history
lr = np.array(history['lr'])
print(json.dumps({'lr': lr.tolist(), 'rising': int((np.diff(lr) > 0).sum() + 1), 'highest': float(lr.max() / 0.016),
                  'loss': np.array(history['loss']).tolist()}))
