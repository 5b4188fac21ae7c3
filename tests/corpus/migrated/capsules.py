"""Capsules: routing written in K with products over batches, a margin loss, the length of vectors as output."""
import json

import numpy as np
from compat.keras import activations
from compat import K
from compat.keras.layers import Layer
from compat.keras.layers import Conv2D, Input, Lambda, Reshape
from compat.keras.models import Model
from compat.keras.optimizers import Adam

rng = np.random.RandomState(47)


def squash(x, axis=-1):
    squared = K.sum(K.square(x), axis, keepdims=True) + K.epsilon()
    return K.sqrt(squared) / (0.5 + squared) * x


def softmax(x, axis=-1):
    ex = K.exp(x - K.max(x, axis=axis, keepdims=True))
    return ex / K.sum(ex, axis=axis, keepdims=True)


def margin(y_true, y_pred):
    lamb, m = 0.5, 0.1
    return K.sum(y_true * K.square(K.relu(1 - m - y_pred)) + lamb * (1 - y_true) * K.square(K.relu(y_pred - m)), -1)


class Capsule(Layer):
    def __init__(self, num_capsule, dim_capsule, routings=3, share_weights=True, activation='squash', **kwargs):
        super(Capsule, self).__init__(**kwargs)
        self.num_capsule, self.dim_capsule = num_capsule, dim_capsule
        self.routings, self.share_weights = routings, share_weights
        self.activation = squash if activation == 'squash' else activations.get(activation)

    def build(self, input_shape):
        first = 1 if self.share_weights else input_shape[-2]
        self.kernel = self.add_weight(name='capsule_kernel', initializer='glorot_uniform', trainable=True,
                                      shape=(first, input_shape[-1], self.num_capsule * self.dim_capsule))

    def call(self, inputs):
        make = K.conv1d if self.share_weights else lambda x, k: K.local_conv1d(x, k, [1], [1])
        hat = make(inputs, self.kernel)
        batch, count = K.shape(inputs)[0], K.shape(inputs)[1]
        hat = K.reshape(hat, (batch, count, self.num_capsule, self.dim_capsule))
        hat = K.permute_dimensions(hat, (0, 2, 1, 3))
        b = K.zeros_like(hat[:, :, :, 0])
        for i in range(self.routings):
            o = self.activation(K.batch_dot(softmax(b, 1), hat, [2, 2]))
            if i < self.routings - 1:
                b = b + K.batch_dot(o, hat, [2, 3])
        return o

    def compute_output_shape(self, input_shape):
        return (None, self.num_capsule, self.dim_capsule)


image = Input(shape=(6, 6, 1))
x = Reshape((-1, 4))(Conv2D(4, 3, strides=2, activation='relu')(image))
x = Capsule(5, 4, 2, True)(x)
capsule = Capsule(3, 4, 3, False, activation='tanh')(x)
model = Model(image, Lambda(lambda z: K.sqrt(K.sum(K.square(z), 2)), output_shape=(3,))(capsule))
model.set_weights([rng.randn(*w.shape) * 0.5 for w in model.get_weights()])
model.compile(Adam(0.01), margin, metrics=['accuracy'])
x, y = rng.rand(8, 6, 6, 1), np.eye(3)[rng.randint(0, 3, 8)]
history = model.fit(x, y, batch_size=4, epochs=3, shuffle=False, verbose=0).history
print(json.dumps({'loss': np.array(history['loss']).tolist(), 'acc': np.array(history['acc']).tolist(),
                  'lengths': model.predict(x).tolist()}))
