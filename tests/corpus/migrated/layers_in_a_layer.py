"""A layer made of other layers, whose weights and losses it takes over by hand."""
import json

import numpy as np
from compat import K
from compat.keras.layers import Layer
from compat.keras.layers import Conv1D, Dense, Input
from compat.keras.models import Model
from compat.keras.optimizers import SGD

rng = np.random.RandomState(17)


class Reusing(Layer):
    def reuse(self, layer, *args, **kwargs):
        if not layer.built:
            inputs = args[0] if args else kwargs['inputs']
            shape = [K.int_shape(t) for t in inputs] if isinstance(inputs, list) else K.int_shape(inputs)
            layer.build(shape)
            self._trainable_weights.extend(layer._trainable_weights)
            self._non_trainable_weights.extend(layer._non_trainable_weights)
        return layer.call(*args, **kwargs)


class GatedBlock(Reusing):
    def build(self, input_shape):
        super(GatedBlock, self).build(input_shape)
        self.values = Conv1D(4, 3, padding='same')
        self.gates = Conv1D(4, 3, padding='same', activation='sigmoid')
        self.mix = Dense(2, activation='tanh')

    def call(self, inputs):
        x = self.reuse(self.values, inputs) * self.reuse(self.gates, inputs)
        return self.reuse(self.mix, x)

    def compute_output_shape(self, input_shape):
        return input_shape[:-1] + (2,)


x_in = Input(shape=(5, 3))
block = GatedBlock()
model = Model(x_in, block(x_in))
model.set_weights([rng.randn(*w.shape) * 0.5 for w in model.get_weights()])
model.compile(SGD(0.1), 'mse')
x, y = rng.randn(6, 5, 3), rng.randn(6, 5, 2)
losses = model.fit(x, y, batch_size=3, epochs=3, shuffle=False, verbose=0).history['loss']
print(json.dumps({'losses': np.array(losses).tolist(), 'count': len(block.trainable_weights),
                  'out': model.predict(x[:1]).tolist()}))
