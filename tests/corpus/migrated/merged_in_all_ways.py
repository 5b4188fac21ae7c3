"""Tensors joined by keras.layers.merge: classes and functions, dot products, different shapes; Keras 1's spelling."""
import json

import numpy as np
from compat import K
from compat.keras.layers import Convolution2D, Dense, Flatten, Input, MaxPooling2D
from compat.keras.layers import (
                                Add,
                                Average,
                                Concatenate,
                                Dot,
                                Maximum,
                                Minimum,
                                Multiply,
                                Subtract,
                                add,
                                concatenate,
                                dot,
                                multiply,
)
from compat.keras.models import Model
from compat.keras.losses import mse
from compat.keras.optimizers import SGD

rng = np.random.RandomState(48)
one, other, wide = Input(shape=(3,)), Input(shape=(3,)), Input(shape=(4, 3))
joined = [kind()([one, other]) for kind in (Add, Subtract, Multiply, Average, Maximum, Minimum, Concatenate)]
joined += [add([one, other, one]), multiply([one, wide]), concatenate([wide, wide], axis=1),
           dot([wide, wide], axes=(2, 2)), Dot(axes=-1, normalize=True)([one, other]), dot([one, wide], axes=(1, 2))]
model = Model([one, other, wide], joined)
data = [rng.randn(2, 3), rng.randn(2, 3), rng.randn(2, 4, 3)]

image = Input(shape=(6, 6, 1))
x = Convolution2D(4, (3, 3), padding='same', activation='relu', kernel_initializer='he_normal', strides=(2, 2))(image)
x = MaxPooling2D(pool_size=(2, 2), strides=None, padding='valid', data_format='channels_last')(x)
x = Flatten()(x)
old = Model(inputs=image, outputs=Dense(units=2, kernel_initializer='zero', kernel_regularizer='l2', use_bias=True)(x))
old.set_weights([rng.randn(*w.shape) * 0.5 for w in old.get_weights()])
old.compile(SGD(lr=0.05, momentum=0.9, nesterov=True), loss=mse)
history = old.fit(rng.rand(6, 6, 6, 1), rng.randn(6, 2), batch_size=3, epochs=3, shuffle=False, verbose=0).history
inner = Model(inputs=old.input, outputs=old.get_layer('max_pooling2d_1').output)
print(json.dumps({'out': [p.tolist() for p in model.predict(data)], 'shapes': [list(K.int_shape(t)) for t in joined],
                  'loss': np.array(history['loss']).tolist(), 'inner': inner.predict(rng.rand(1, 6, 6, 1)).tolist()}))
