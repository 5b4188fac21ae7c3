"""Three inputs through one network, spread over two devices; the single model is what is saved."""
import json

import numpy as np
from compat import tf
from compat import K
from compat.keras import layers
from compat.keras.callbacks import ModelCheckpoint
from compat.keras.layers import LSTM, Activation, Conv1D, Dense, GlobalMaxPooling1D, Input, concatenate
from compat.keras.models import Model, Sequential, load_model
from compat.keras.optimizers import SGD
from compat.keras.utils import multi_gpu_model, multi_gpu_utils

rng = np.random.RandomState(38)
# There need not be any, as operations may be placed elsewhere; only their names are looked up.
multi_gpu_utils._get_available_devices = lambda: ['/cpu:0', '/gpu:0', '/gpu:1']


class SingleCheckpoint(ModelCheckpoint):
    def __init__(self, single, path, **kwargs):
        self.single = single
        super(SingleCheckpoint, self).__init__(path, **kwargs)

    def set_model(self, model):
        self.single.optimizer = model.optimizer
        super(SingleCheckpoint, self).set_model(self.single)


def triplet_loss(y_true, y_pred):
    anchor, near, far = y_pred[:, :4], y_pred[:, 4:8], y_pred[:, 8:]
    return K.maximum(K.sum(K.square(anchor - near), -1) - K.sum(K.square(anchor - far), -1) + 1., 0.)


def made():
    shared = Sequential([Conv1D(5, 2, activation='relu', input_shape=(6, 3)), GlobalMaxPooling1D(), Dense(4)])
    inputs = [Input(shape=(6, 3)) for _ in range(3)]
    codes = [shared(one) for one in inputs]
    tags = Dense(3, activation='softmax', name='tags')(codes[0])
    merged = concatenate([Activation('sigmoid')(code) for code in codes], axis=-1, name='triplets')
    model = Model(inputs, [tags, merged])
    start = np.random.RandomState(5)
    model.set_weights([start.randn(*w.shape) * 0.5 for w in model.get_weights()])
    return model


x, y = [rng.randn(8, 6, 3) for _ in range(3)], [np.eye(3)[rng.randint(0, 3, 8)], np.zeros((8, 12))]
with tf.device('/cpu:0'):
    single = made()
parallel = multi_gpu_model(single, 2)
found = {}
for name, model in [('alone', made()), ('parallel', parallel)]:
    model.compile(SGD(0.2), ['categorical_crossentropy', triplet_loss])
    callbacks = [SingleCheckpoint(single, 'best.h5', save_weights_only=True)] if name == 'parallel' else []
    history = model.fit(x, y, batch_size=4, epochs=3, shuffle=False, verbose=0, callbacks=callbacks).history
    found[name] = np.array(history['loss']).tolist()
again = made()
again.load_weights('best.h5')
single.save('single.h5', include_optimizer=False)
inner = parallel.layers[-3] if isinstance(parallel.layers[-3], Model) else parallel.layers[-4]

one, other = Input(shape=(4, 2)), Input(shape=(4, 2))
lstm = LSTM(3)
with tf.device('/gpu:0'):
    first = lstm(one)
with tf.device('/gpu:1'):
    second = lstm(other)
with tf.device('/cpu:0'):
    both = layers.concatenate([first, second], axis=-1)
branches = Model([one, other], both)
branches.set_weights([rng.randn(*w.shape) * 0.5 for w in branches.get_weights()])
found.update({'out': [p.tolist() for p in parallel.predict(x, batch_size=3)],
              'again': [p.tolist() for p in again.predict(x)],
              'loaded': [p.tolist() for p in load_model('single.h5').predict(x)],
              'names': parallel.output_names, 'inner': inner is single, 'count': len(parallel.layers),
              'branches': branches.predict([rng.randn(2, 4, 2), rng.randn(2, 4, 2)]).tolist()})
print(json.dumps(found))
