"""What penalties come to: of kernels, biases and outputs, for one batch and for another."""
import json

import numpy as np
from compat import K
from compat.keras import regularizers
from compat.keras.layers import Dense, Input
from compat.keras.models import Model


def mine(x):
    return 1e-3 * K.sum(K.square(x))


class Mine(regularizers.Regularizer):
    def __init__(self, strength):
        self.strength = strength

    def __call__(self, x):
        return self.strength * K.sum(K.square(x))

    def get_config(self):
        return {'strength': self.strength}


def losses(rows=5, **kwargs):
    x_in = Input(shape=(5,))
    layer = Dense(5, kernel_initializer='ones', **kwargs)
    model = Model(x_in, layer(x_in))
    values = K.function([x_in], model.losses)([np.ones((rows, 5)) * 2.])
    model.compile('sgd', 'mse')
    whole = model.evaluate(np.ones((rows, 5)) * 2., np.ones((rows, 5)) * 10., batch_size=rows, verbose=0)
    return [float(value) for value in values] + [float(whole)]


l1, l2, l1_l2 = regularizers.l1, regularizers.l2, regularizers.l1_l2
print(json.dumps({
    'kernel and activity': losses(kernel_regularizer=l1(0.01), activity_regularizer=l2(0.01)),
    'a smaller batch': losses(2, kernel_regularizer=l1(0.01), activity_regularizer=l2(0.01)),
    'bias': losses(bias_initializer='ones', bias_regularizer=l1_l2(l1=0.01, l2=0.02)),
    'by name': losses(kernel_regularizer='l1_l2'), 'a function': losses(kernel_regularizer=mine),
    'a class': losses(kernel_regularizer=Mine(0.01)), 'nothing': losses(),
    'config': [regularizers.l1_l2().get_config()['l1'] > 0, Mine(0.5).get_config()]}))
