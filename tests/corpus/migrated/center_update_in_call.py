"""Centers that are no trained weights: the layer moves them in call by add_update."""
import json

import numpy as np
from compat import K
from compat.keras.layers import Layer
from compat.keras.layers import Dense, Input
from compat.keras.models import Model
from compat.keras.optimizers import SGD

rng = np.random.RandomState(25)


class MovingCenters(Layer):
    def __init__(self, alpha=0.5, **kwargs):
        super(MovingCenters, self).__init__(**kwargs)
        self.alpha = alpha

    def build(self, input_shape):
        self.centers = self.add_weight(name='centers', shape=(3, 2), initializer='uniform', trainable=False)
        super(MovingCenters, self).build(input_shape)

    def call(self, x, mask=None):
        miss = K.dot(K.transpose(x[1]), K.dot(x[1], self.centers) - x[0])
        miss = miss / (K.sum(K.transpose(x[1]), axis=1, keepdims=True) + 1)
        self.add_update((self.centers, self.centers - self.alpha * miss), x)
        self.result = K.sum((x[0] - K.dot(x[1], self.centers)) ** 2, axis=1, keepdims=True)
        return self.result

    def compute_output_shape(self, input_shape):
        return K.int_shape(self.result)


x_in, label = Input(shape=(4,)), Input(shape=(3,))
features = Dense(2)(x_in)
layer = MovingCenters(name='miss')
model = Model([x_in, label], [Dense(3, activation='softmax', name='tags')(features), layer([features, label])])
model.set_weights([rng.randn(*w.shape) * 0.5 for w in model.get_weights()])
model.compile(SGD(0.1), ['categorical_crossentropy', lambda y_true, y_pred: y_pred], loss_weights=[1, 0.2])
x, y = rng.randn(9, 4), np.eye(3)[rng.randint(0, 3, 9)]
trace = [np.array(model.train_on_batch([x, y], [y, np.zeros((9, 1))])).tolist() for _ in range(4)]
print(json.dumps({'trace': trace, 'centers': K.get_value(layer.centers).tolist()}))
