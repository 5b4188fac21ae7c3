"""A classifying layer whose own method is the loss, with centers of the classes among its weights."""
import json

import numpy as np
from compat import K
from compat.keras.layers import Layer
from compat.keras.layers import Dense, Input
from compat.keras.models import Model
from compat.keras.optimizers import SGD

rng = np.random.RandomState(8)


class CenteredDense(Layer):
    def __init__(self, classes, **kwargs):
        self.classes = classes
        super(CenteredDense, self).__init__(**kwargs)

    def build(self, input_shape):
        size = input_shape[1]
        self.kernel = self.add_weight(name='kernel', shape=(size, self.classes), initializer='glorot_normal')
        self.bias = self.add_weight(name='bias', shape=(self.classes,), initializer='zeros')
        self.centers = self.add_weight(name='centers', shape=(self.classes, size), initializer='glorot_normal')

    def call(self, inputs):
        self.features = inputs
        return K.dot(inputs, self.kernel) + self.bias

    def compute_output_shape(self, input_shape):
        return (input_shape[0], self.classes)

    def loss(self, y_true, y_pred, lamb=0.5):
        y_true = K.cast(y_true, 'int32')
        entropy = K.sparse_categorical_crossentropy(y_true, y_pred, from_logits=True)
        centers = K.gather(self.centers, y_true[:, 0])
        return entropy + lamb * K.sum(K.square(centers - self.features), axis=1)


x_in = Input(shape=(5,))
last = CenteredDense(3)
model = Model(x_in, last(Dense(2)(x_in)))
model.set_weights([rng.randn(*w.shape) * 0.5 for w in model.get_weights()])
model.compile(SGD(0.1), last.loss, metrics=['sparse_categorical_accuracy'])
x, y = rng.randn(12, 5), rng.randint(0, 3, (12, 1))
history = model.fit(x, y, batch_size=4, epochs=4, shuffle=False, verbose=0).history
print(json.dumps({'loss': np.array(history['loss']).tolist(),
                  'accuracy': np.array(history['sparse_categorical_accuracy']).tolist(),
                  'centers': K.get_value(last.centers).tolist()}))
