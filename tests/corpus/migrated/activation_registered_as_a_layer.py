"""A layer registered under the name of an activation: it computes, and cannot be saved; the function can."""
import json
import os

import numpy as np
from compat import K
from compat.keras.callbacks import ModelCheckpoint
from compat.keras.layers import Activation, Dense
from compat.keras.models import Sequential, load_model
from compat.keras.utils import get_custom_objects

rng = np.random.RandomState(86)
x, y = rng.randn(6, 3), rng.randn(6, 2)


def swish(t):
    return t * K.sigmoid(1.5 * t)


def tried(registered, **kwargs):
    get_custom_objects().update({'swish': registered})
    start = np.random.RandomState(87)
    model = Sequential([Dense(4, input_shape=(3,)), Activation('swish'), Dense(2)])
    model.set_weights([start.randn(*w.shape) for w in model.get_weights()])
    model.compile('sgd', 'mse')
    try:
        model.fit(x, y, epochs=1, verbose=0, callbacks=[ModelCheckpoint('model.h5', **kwargs)])
        message = ''
    except AttributeError as error:
        message = str(error)
    return model.predict(x).tolist(), message


as_layer = tried(Activation(swish))
weights_only = tried(Activation(swish), save_weights_only=True)
os.remove('model.h5')
as_function = tried(swish)
print(json.dumps({'as a layer': as_layer, 'its weights alone': weights_only[1], 'as a function': as_function,
                  'loaded': load_model('model.h5').predict(x).tolist()}))
