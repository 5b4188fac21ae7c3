"""Weights are found by name: what each kind of layer, wrapper, model and optimizer calls them."""
import json

from compat import K
from compat.keras import layers
from compat.keras.layers import Layer
from compat.keras.layers import Dense, Input
from compat.keras.models import Model, Sequential, clone_model


class Scored(Layer):
    def build(self, input_shape):
        self.scale = self.add_weight(name='scale', shape=(input_shape[-1],), initializer='ones')
        self.inner = Dense(2)
        self.inner.build(input_shape)
        self._trainable_weights.extend(self.inner.trainable_weights)
        with K.name_scope('counts'):
            self.seen = self.add_weight(name='seen', shape=(), initializer='zeros', trainable=False)
        super(Scored, self).build(input_shape)

    def call(self, inputs):
        return self.inner.call(inputs * self.scale)

    def compute_output_shape(self, input_shape):
        return input_shape[:-1] + (2,)


class Unnamed(Layer):
    def build(self, input_shape):
        self.first, self.second = K.variable([1.]), K.variable([2.], name='second')
        self.trainable_weights = [self.first, self.second]
        self.built = True

    def call(self, inputs):
        return inputs * self.first + self.second


class Block(Layer):
    def __init__(self, **kwargs):
        super(Block, self).__init__(**kwargs)
        self.linear = Dense(2, name='linear')

    def call(self, inputs):
        return self.linear(K.relu(self.linear(inputs)))


def names(layer, shape):
    x_in = Input(shape=shape)
    return [w.name for w in Model(x_in, layer(x_in)).weights]


found = {
    'rnns': [names(kind(2), (3, 2)) for kind in (layers.SimpleRNN, layers.GRU, layers.LSTM)],
    'cells': names(layers.RNN([layers.LSTMCell(2), layers.GRUCell(3)]), (3, 2)),
    'one cell': names(layers.RNN(layers.SimpleRNNCell(2), name='wrapped'), (3, 2)),
    'both ways': names(layers.Bidirectional(layers.GRU(2, name='reader')), (3, 2)),
    'both ways, unnamed': names(layers.Bidirectional(layers.LSTM(2, return_sequences=True)), (3, 2)),
    'over time': names(layers.TimeDistributed(Dense(2)), (3, 2)),
    'over time, a model': names(layers.TimeDistributed(Sequential([Dense(2, input_shape=(4,))])), (3, 4)),
    'normalized': names(layers.BatchNormalization(), (3,)),
    'convolutions': [names(layers.Conv2D(2, 2), (4, 4, 1)), names(layers.SeparableConv2D(2, 2), (4, 4, 2)),
                     names(layers.DepthwiseConv2D(2), (4, 4, 2)), names(layers.Conv2DTranspose(1, 2), (4, 4, 2))],
    'others': [names(layers.PReLU(), (3,)), names(layers.LocallyConnected1D(1, 2), (4, 1)),
               names(layers.ConvLSTM2D(1, 2), (2, 4, 4, 1))],
    'own': [names(Scored(name='scored'), (3,)), names(Unnamed(), (3,))],
}

block = Block(name='block')
found['called inside'] = names(block, (2,)) + [w.name for w in block.linear.weights]
first = Dense(2, name='twice')
Dense(2, name='twice').build((None, 4))
first.build((None, 3))
found['one name twice'] = first.kernel.name
unnamed = Dense(2)
unnamed(Input(shape=(3,)))
unnamed(Input(shape=(3,)))
found['built by hand'] = [w.name for w in unnamed.weights]
with K.name_scope('outside'):
    found['in a scope'] = [names(Dense(1, name='scoped'), (2,)), K.variable(1., name='alone').name]

inner = Sequential([Dense(2, input_shape=(3,), name='deep'), Dense(1)], name='inner')
outer = Model(inner.input, Dense(1, name='top')(inner.output))
found['nested'] = [w.name for w in Model(inner.input, Dense(1)(inner(inner.input))).weights + outer.weights]
found['cloned'] = [w.name for w in clone_model(inner).weights]
outer.compile('adam', 'mse')
outer._make_train_function()
found['optimizer'] = [w.name for w in outer.optimizer.weights][:3] + [outer.optimizer.lr.name]
found['variables'] = [K.variable(0.).name, K.variable(0., name='own').name, K.variable(0., name='own').name,
                      K.zeros((2,)).name, K.zeros((2,), name='nothing').name, K.ones((2,)).name,
                      K.random_uniform_variable((2,), 0, 1, name='drawn').name]
print(json.dumps(found))
