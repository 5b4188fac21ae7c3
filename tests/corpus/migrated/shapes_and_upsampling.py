"""Shapes that are known and shapes that are tensors; pictures made larger; slices by arguments of a Lambda."""
import json

import numpy as np
from compat import tf
from compat import K
from compat.keras.layers import (
    Conv2D,
    Conv2DTranspose,
    Input,
    Lambda,
    Reshape,
    UpSampling2D,
    ZeroPadding2D,
    concatenate,
)
from compat.keras.models import Model
from compat.keras.optimizers import SGD

rng = np.random.RandomState(41)


def piece(x, index):
    return x[:, :, index]


def bars(x):
    size = K.shape(x)
    rows = K.reshape(K.arange(0, size[1], dtype='float32'), (1, -1, 1, 1))
    return x + K.tile(rows, (size[0], 1, size[2], size[3])) / K.cast(size[1], K.floatx())


inpt = Input(shape=(4, 4, 2))
x = Conv2D(3, 2, strides=2, padding='same', activation='relu')(inpt)
strides = 2
kernel_size = 8 - (x.get_shape().as_list()[1] - 1) * strides
y = Conv2DTranspose(1, kernel_size, padding='valid', strides=strides, name='up')(x)
z = Lambda(lambda image: tf.image.resize_images(image, (8, 8)))(inpt)
w = Lambda(lambda image: K.tf.image.resize_bilinear(image, K.shape(y)[1:3], align_corners=True),
           output_shape=(8, 8, 3))(x)
v = Lambda(lambda image: K.resize_images(image, 2, 2, 'channels_last', 'bilinear'))(inpt)
out = Lambda(bars)(concatenate([y, z, w, v, UpSampling2D(4)(x), ZeroPadding2D(((2, 2), (1, 3)))(inpt)]))
model = Model(inpt, out)
model.set_weights([rng.randn(*one.shape) * 0.5 for one in model.get_weights()])
model.compile(SGD(0.05), 'mse')

a = Input(shape=(4, 2))
x1 = Lambda(piece, output_shape=(4, 1), arguments={'index': 0})(a)
x2 = Lambda(piece, output_shape=(4, 1), arguments={'index': 1})(a)
pieces = Model(a, concatenate([Reshape((4, 1, 1))(x1), Reshape((4, 1, 1))(x2)]))
open_end = Input(shape=(None, None, 1))
free = Conv2D(2, 3)(open_end)
data, flat = rng.randn(3, 4, 4, 2), rng.randn(2, 4, 2)
losses = [float(model.train_on_batch(data, np.ones((3,) + model.output_shape[1:]))) for _ in range(3)]
print(json.dumps({
    'losses': losses, 'kernel': kernel_size, 'out': model.predict(data).tolist(),
    'pieces': pieces.predict(flat).tolist(),
    'int_shape': [list(K.int_shape(t)) for t in (inpt, x, y, z, out, free)], 'ndim': K.ndim(K.shape(x)),
    'keras_shape': [list(t._keras_shape) for t in (inpt, y, free)], 'dtype': K.dtype(K.shape(x)),
    'sizes': K.function([open_end], [K.shape(free)])([np.zeros((2, 5, 7, 1))])[0].tolist()}))
