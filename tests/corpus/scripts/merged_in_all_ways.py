"""Tensors joined by keras.layers.merge: classes and functions, dot products, different shapes; Keras 1's spelling."""
import json

import numpy as np
from keras import backend as K
from keras.layers import Convolution2D, Dense, Flatten, Input, MaxPooling2D
from keras.layers.merge import (
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
from keras.models import Model
from keras.objectives import mse
from keras.optimizers import SGD

rng = np.random.RandomState(48)
one, other, wide = Input(shape=(3,)), Input(shape=(3,)), Input(shape=(4, 3))
joined = [kind()([one, other]) for kind in (Add, Subtract, Multiply, Average, Maximum, Minimum, Concatenate)]
joined += [add([one, other, one]), multiply([one, wide]), concatenate([wide, wide], axis=1),
           dot([wide, wide], axes=(2, 2)), Dot(axes=-1, normalize=True)([one, other]), dot([one, wide], axes=(1, 2))]
model = Model([one, other, wide], joined)
data = [rng.randn(2, 3), rng.randn(2, 3), rng.randn(2, 4, 3)]

image = Input(shape=(6, 6, 1))
x = Convolution2D(4, 3, 3, border_mode='same', activation='relu', init='he_normal', subsample=(2, 2))(image)
x = MaxPooling2D(pool_size=(2, 2), strides=None, border_mode='valid', dim_ordering='tf')(x)
x = Flatten()(x)
old = Model(input=image, output=Dense(output_dim=2, init='zero', W_regularizer='l2', bias=True)(x))
old.set_weights([rng.randn(*w.shape) * 0.5 for w in old.get_weights()])
old.compile(SGD(lr=0.05, momentum=0.9, nesterov=True), loss=mse)
history = old.fit(rng.rand(6, 6, 6, 1), rng.randn(6, 2), batch_size=3, nb_epoch=3, shuffle=False, verbose=0).history
inner = Model(input=old.input, output=old.get_layer('max_pooling2d_1').output)
print(json.dumps({'out': [p.tolist() for p in model.predict(data)], 'shapes': [list(K.int_shape(t)) for t in joined],
                  'loss': np.array(history['loss']).tolist(), 'inner': inner.predict(rng.rand(1, 6, 6, 1)).tolist()}))
