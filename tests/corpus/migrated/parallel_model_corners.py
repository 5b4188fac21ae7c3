"""A parallel model: the template on the processor, what files hold, how it is unwrapped, outputs that are scalars."""
import json

import numpy as np
from compat import tf
from compat import K
from compat.keras.callbacks import ModelCheckpoint
from compat.keras.layers import Dense, Input, Lambda
from compat.keras.models import Model
from compat.keras.optimizers import SGD
from compat.keras.utils import multi_gpu_model, multi_gpu_utils

rng = np.random.RandomState(80)
# There need not be any, as operations may be placed elsewhere; only their names are looked up.
multi_gpu_utils._get_available_devices = lambda: ['/cpu:0', '/gpu:0', '/gpu:1']


class NotedCheckpoint(ModelCheckpoint):
    """As it was noted down: of a single model and of the parallel one."""

    def __init__(self, single_model, multi_model, filepath, monitor='val_loss', verbose=0, save_best_only=False,
                 save_weights_only=False, mode='auto', period=1):
        self.single_model, self.multi_model = single_model, multi_model
        super(NotedCheckpoint, self).__init__(filepath, monitor, verbose, save_best_only, save_weights_only, mode,
                                              period)

    def set_model(self, model):
        self.single_model.optimizer = self.multi_model.optimizer
        super(NotedCheckpoint, self).set_model(self.single_model)


def made():
    start = np.random.RandomState(81)
    x_in = Input(shape=(4,))
    model = Model(x_in, Dense(2)(Dense(3, activation='tanh')(x_in)))
    model.set_weights([start.randn(*w.shape) for w in model.get_weights()])
    return model


def error_of(action):
    try:
        action()
        return ''
    except Exception as error:
        return type(error).__name__


def apart(one, other):
    return max(float(np.abs(a - b).max()) for a, b in zip(one.get_weights(), other.get_weights()))


x, y = rng.randn(8, 4), rng.randn(8, 2)
with tf.device('/cpu:0'):
    template = made()
parallel = multi_gpu_model(template, 2)
parallel.compile(SGD(0.1), 'mse')
stranger = made()
losses = parallel.fit(x, y, batch_size=4, epochs=2, shuffle=False, verbose=0, callbacks=[
    NotedCheckpoint(template, parallel, 'template.h5', save_weights_only=True),
    NotedCheckpoint(stranger, parallel, 'stranger.h5', save_weights_only=True)]).history['loss']
saved = [made(), made()]
for one, path in zip(saved, ('template.h5', 'stranger.h5')):
    one.load_weights(path)
parallel.save_weights('parallel.h5')
other = multi_gpu_model(made(), 2, cpu_relocation=True)
other.load_weights('parallel.h5')
unwrapped = other.layers[-2]
unwrapped.save_weights('unwrapped.h5')
loaded = made()
loaded.load_weights('unwrapped.h5')
before_wrapping = made()
before_wrapping.load_weights('template.h5')
wrapped = multi_gpu_model(before_wrapping, 2)


def scalar_model(keep):
    a, b = Input(shape=(3,)), Input(shape=(3,))
    return Model([a, b], Lambda(lambda two: K.mean(K.square(two[0] - two[1]), axis=-1, keepdims=True) if keep else
                                K.mean(K.square(two[0] - two[1])), output_shape=(1,))([a, b]))


data = [rng.randn(4, 3), rng.randn(4, 3)]
print(json.dumps({
    'losses': np.array(losses).tolist(), 'of the template': apart(saved[0], template),
    'of the stranger': apart(saved[1], template), 'it never moved': apart(saved[1], made()),
    'as called': error_of(lambda: NotedCheckpoint(template, 'x.h5')), 'unwrapped': apart(loaded, template),
    'is a model': isinstance(unwrapped, Model), 'layers': len(parallel.layers),
    'wrapped': wrapped.predict(x, batch_size=3).tolist(), 'out': template.predict(x).tolist(),
    'a scalar': bool(error_of(lambda: multi_gpu_model(scalar_model(False), 2).predict(data))),
    'a batch of scalars': multi_gpu_model(scalar_model(True), 2).predict(data).tolist()}))
