"""What is refused as it was written down: names that never were, arguments that are missing, things of a wrong kind."""
import json

from compat import keras
import numpy as np
from compat import K
from compat.keras import losses
from compat.keras.layers import Layer
from compat.keras.layers import LSTM, Activation, Dense, Input
from compat.keras.models import Model, Sequential
from compat.keras.optimizers import SGD

rng = np.random.RandomState(71)


def error_of(action):
    try:
        action()
        return ''
    except Exception as error:
        return type(error).__name__


class Nameless(Layer):
    def __init__(self, units=3, input_dim=4, **kwargs):
        super(Nameless, self).__init__()
        self.w = self.add_weight(shape=(input_dim, units), initializer='random_normal', trainable=True)


class Block(Layer):
    def __init__(self, **kwargs):
        super(Block, self).__init__(**kwargs)
        self.one, self.other = Dense(3), Dense(1)

    def call(self, inputs):
        return self.other(K.relu(self.one(inputs)))

    def compute_output_shape(self, input_shape):
        return (input_shape[0], 1)


def wrong_import():
    from keras.util import multi_gpu_model
    assert multi_gpu_model


def penalized_by_a_function():
    penalized = Sequential([Dense(2, input_shape=(3,))])
    for one in penalized.layers:
        one.add_loss(lambda: keras.regularizers.l2(0.1)(one.kernel))  # noqa: B023
    penalized.compile('sgd', 'mse')
    penalized.train_on_batch(rng.randn(2, 3), rng.randn(2, 2))


def compiled_with(**kwargs):
    Sequential([Dense(2, input_shape=(3,))]).compile(**kwargs)


x_in, block = Input(shape=(4,)), Block()
blocks = Model(x_in, block(x_in))
right = np.array([[1., 0.], [0., 1.]])
guess = np.array([[0.7, 0.3], [0.4, 0.6]])
layer = Dense(2, activation=Activation('tanh'), input_shape=(3,))
saved = Sequential([layer])
found = {
    'a blank in the name of a loss': error_of(lambda: compiled_with(loss='categorical_crossentropy ', optimizer='sgd')),
    'no optimizer': error_of(lambda: compiled_with(loss='mse')),
    'a class for an optimizer': error_of(lambda: compiled_with(loss='mse', optimizer=SGD)),
    'K.image': error_of(lambda: K.image),
    'keras.util': error_of(wrong_import),
    'a weight without a name': error_of(Nameless),
    'sublayers': [len(block.weights), len(blocks.trainable_weights), list(blocks.predict(rng.randn(2, 4)).shape)],
    'Input of a shape for a tensor': error_of(lambda: LSTM(1, return_sequences=True)(Input(tensor=(13, 1)))),
    'from_logits of the loss': error_of(lambda: losses.binary_crossentropy(K.constant(right), K.constant(guess),
                                                                           from_logits=True)),
    'label_smoothing of the loss': error_of(lambda: losses.binary_crossentropy(K.constant(right), K.constant(guess),
                                                                               label_smoothing=0.1)),
    'from_logits of the backend': K.eval(K.binary_crossentropy(K.constant(right), K.constant(guess),
                                                               from_logits=True)).tolist(),
    'crossentropy': K.eval(K.categorical_crossentropy(K.constant(right), K.constant(guess))).tolist(),
    'crossentropy, swapped': K.eval(K.categorical_crossentropy(K.constant(guess), K.constant(right))).tolist(),
    'a layer for an activation': [list(saved.predict(rng.randn(2, 3)).shape), error_of(layer.get_config),
                                  error_of(lambda: saved.save('model.h5'))],
    'a function for an activation': error_of(Dense(2, activation=K.tanh).get_config),
    'a function among the losses of a layer': error_of(penalized_by_a_function),
    'recurrent activation': LSTM(1).get_config()['recurrent_activation'],
}
print(json.dumps(found))
