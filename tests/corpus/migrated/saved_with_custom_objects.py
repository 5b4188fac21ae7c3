"""Layers and activations of one's own in files: what saves, what loads, what resumes, and what the file holds."""
import json

import h5py
import numpy as np
from compat import tf
from compat.keras.layers import Layer
from compat.keras.layers import Activation, Conv1D, Dense, GlobalMaxPooling1D, Input
from compat.keras.models import Model, load_model, model_from_json
from compat.keras.optimizers import Adam
from compat.keras.utils import CustomObjectScope, get_custom_objects

rng = np.random.RandomState(36)


def gelu(x):
    return x * 0.5 * (1.0 + tf.erf(x / tf.sqrt(2.0)))


class Scaled(Layer):
    def __init__(self, factor=2., **kwargs):
        super(Scaled, self).__init__(**kwargs)
        self.factor = factor

    def build(self, input_shape):
        self.shift = self.add_weight(name='shift', shape=(input_shape[-1],), initializer='zeros')
        super(Scaled, self).build(input_shape)

    def call(self, inputs):
        return inputs * self.factor + self.shift

    def get_config(self):
        config = super(Scaled, self).get_config()
        config['factor'] = self.factor
        return config


class Unsaved(Scaled):
    def __init__(self, factor, **kwargs):
        super(Unsaved, self).__init__(factor, **kwargs)

    def get_config(self):
        return Layer.get_config(self)


def made(layer):
    x_in = Input(shape=(5, 3))
    x = Activation(gelu)(Conv1D(4, 2, activation=gelu, name='first')(x_in))
    x = layer(GlobalMaxPooling1D()(x))
    model = Model(x_in, Dense(2, activation='softmax', name='last')(x))
    model.set_weights([rng.randn(*w.shape) * 0.5 for w in model.get_weights()])
    model.compile(Adam(0.05, decay=0.01), 'categorical_crossentropy', metrics=['accuracy'])
    return model


x, y = rng.randn(8, 5, 3), np.eye(2)[rng.randint(0, 2, 8)]
model = made(Scaled(3., name='scaled'))
losses = [float(model.train_on_batch(x, y)[0]) for _ in range(3)]
model.save('model.h5')
model.save_weights('weights.h5')
losses += [float(model.train_on_batch(x, y)[0]) for _ in range(3)]
try:
    load_model('model.h5')
    refused = ''
except ValueError as error:
    refused = type(error).__name__
again = load_model('model.h5', custom_objects={'gelu': gelu, 'Scaled': Scaled})
resumed = [float(again.train_on_batch(x, y)[0]) for _ in range(3)]
get_custom_objects().update({'gelu': gelu})
with CustomObjectScope({'Scaled': Scaled}):
    third = model_from_json(model.to_json())
third.load_weights('weights.h5')
other = made(Unsaved(3., name='scaled'))
other.load_weights('weights.h5', by_name=True)
other.save('other.h5')
try:
    load_model('other.h5', custom_objects={'Unsaved': Unsaved})
    unsaved = ''
except TypeError as error:
    unsaved = type(error).__name__
with h5py.File('model.h5', 'r') as f:
    layers = [name.decode() for name in f['model_weights'].attrs['layer_names']]
    names = [name.decode() for key in layers for name in f['model_weights'][key].attrs['weight_names']]
    kernel = f['model_weights']['last']['last/kernel:0'][()].tolist()
    slots = [name.decode() for name in f['optimizer_weights'].attrs['weight_names']]
    config = json.loads(f.attrs['training_config'])
print(json.dumps({'losses': losses, 'resumed': resumed, 'refused': refused, 'unsaved': unsaved,
                  'third': third.predict(x).tolist(), 'other': other.predict(x).tolist(), 'layers': layers,
                  'names': names, 'kernel': kernel, 'slots': slots, 'config': sorted(config),
                  'optimizer': [w.tolist() for w in again.optimizer.get_weights()],
                  'factor': again.get_layer('scaled').factor}))
