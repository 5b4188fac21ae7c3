"""A layer with weights and two outputs, shapes left open; attributes set before the constructor of Layer."""
import json

import numpy as np
from compat import K
from compat.keras.layers import Layer
from compat.keras.layers import *  # noqa: F403
from compat.keras.models import Model

rng = np.random.RandomState(33)


class Mixed(Layer):
    def __init__(self, output_dim, **kwargs):
        self.output_dim = output_dim
        super(Mixed, self).__init__(**kwargs)

    def build(self, input_shape):
        self.kernel = self.add_weight(name='kernel', shape=(input_shape[1], self.output_dim), initializer='uniform',
                                      trainable=True)

    def call(self, x):
        return K.dot(x, self.kernel)

    def compute_output_shape(self, input_shape):
        return (input_shape[0], self.output_dim)


class Halves(Layer):
    def call(self, inputs):
        size = K.int_shape(inputs)[1]
        return [inputs[:, :size // 2], inputs[:, size // 2:]]

    def compute_output_shape(self, input_shape):
        size = input_shape[1]
        return [(None, size // 2), (None, size - size // 2)]


class Product(Layer):
    def call(self, inputs, training=None, mask=None):
        one, other = inputs
        return K.in_train_phase(K.batch_dot(one, other, axes=1), K.sum(one * other, 1, keepdims=True) * 2,
                                training=training)

    def compute_output_shape(self, input_shape):
        return (input_shape[0][0], 1)


x_in = Input(shape=(5,))  # noqa: F405
left, right = Halves()(Mixed(6)(x_in))
product = Product()([left, right])
model = Model(inputs=x_in, outputs=[Lambda(lambda x: x + 2)(left), right, product])  # noqa: F405
model.set_weights([rng.randn(*w.shape) for w in model.get_weights()])
model.compile('sgd', ['mse', 'mae', 'mse'], loss_weights=[1., 0.5, 2.], metrics=['mae'])
x = rng.randn(6, 5)
targets = [rng.randn(6, 3), rng.randn(6, 3), rng.randn(6, 1)]
history = model.fit(x, targets, batch_size=3, epochs=2, shuffle=False, verbose=0).history
print(json.dumps({'names': model.metrics_names, 'shapes': [list(s) for s in model.output_shape],
                  'history': {key: np.array(values).tolist() for key, values in history.items()},
                  'out': [p.tolist() for p in model.predict(x[:2])]}))
