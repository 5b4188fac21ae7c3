"""The table of an embedding, transposed, is the kernel of the layer that predicts words."""
import json

import numpy as np
from compat import K
from compat.keras.layers import Layer
from compat.keras.layers import Activation, Dense, Embedding, GlobalAveragePooling1D, Input
from compat.keras.models import Model
from compat.keras.optimizers import SGD

rng = np.random.RandomState(14)


class WordScores(Layer):
    def __init__(self, embedding, activation='softmax', **kwargs):
        super(WordScores, self).__init__(**kwargs)
        self.kernel = K.transpose(embedding.embeddings)
        self.activation = activation
        self.units = K.int_shape(self.kernel)[1]

    def build(self, input_shape):
        super(WordScores, self).build(input_shape)
        self.bias = self.add_weight(name='bias', shape=(self.units,), initializer='zeros')

    def call(self, inputs):
        return Activation(self.activation).call(K.bias_add(K.dot(inputs, self.kernel), self.bias))

    def compute_output_shape(self, input_shape):
        return input_shape[:-1] + (self.units,)


words = Input(shape=(3,))
table = Embedding(7, 4)
mean = GlobalAveragePooling1D()(table(words))
out = WordScores(table)(Dense(4, activation='tanh')(mean))
model = Model(words, out)
model.set_weights([rng.randn(*w.shape) * 0.5 for w in model.get_weights()])
model.compile(SGD(0.5), 'sparse_categorical_crossentropy')
x, y = rng.randint(0, 7, (8, 3)), rng.randint(0, 7, (8, 1))
losses = model.fit(x, y, batch_size=4, epochs=3, shuffle=False, verbose=0).history['loss']
print(json.dumps({'losses': np.array(losses).tolist(), 'table': table.get_weights()[0].tolist(),
                  'parameters': model.count_params()}))
