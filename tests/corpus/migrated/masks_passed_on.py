"""Masks that go along with tensors: made by Embedding and Masking, used, passed on and stopped by layers."""
import json

import numpy as np
from compat import tf
from compat import K
from compat.keras.layers import Layer
from compat.keras.layers import (
    GRU,
    LSTM,
    Bidirectional,
    Dense,
    Embedding,
    Input,
    Lambda,
    Masking,
    RepeatVector,
    TimeDistributed,
    add,
)
from compat.keras.models import Model, Sequential
from compat.keras.optimizers import SGD

rng = np.random.RandomState(49)


class MaskedMean(Layer):
    def __init__(self, **kwargs):
        super(MaskedMean, self).__init__(**kwargs)
        self.supports_masking = True

    def compute_mask(self, inputs, mask=None):
        return None

    def call(self, x, mask=None):
        if mask is not None:
            mask = K.expand_dims(K.cast(mask, K.floatx()), 2)
            return K.sum(x * mask, 1) / K.sum(mask, 1)
        return K.mean(x, 1)

    def compute_output_shape(self, input_shape):
        return (input_shape[0], input_shape[2])


class NoMask(Layer):
    def __init__(self, **kwargs):
        super(NoMask, self).__init__(**kwargs)
        self.supports_masking = True

    def compute_mask(self, inputs, mask=None):
        return None


class OwnRNN(Layer):
    """Runs both ways by hand, the way back on sequences turned round up to their own ends."""

    def build(self, input_shape):
        self.forth, self.back = GRU(3, return_sequences=True), GRU(3, return_sequences=True)
        for one in (self.forth, self.back):
            one.build(input_shape[0])
            self._trainable_weights += one.trainable_weights
        super(OwnRNN, self).build(input_shape)

    def call(self, inputs):
        x, mask = inputs
        length = K.cast(K.sum(mask[:, :, 0], 1), 'int32')
        turned = tf.reverse_sequence(x, length, seq_dim=1)
        back = tf.reverse_sequence(self.back.call(turned), length, seq_dim=1)
        return K.concatenate([self.forth.call(x), back], 2) * mask

    def compute_output_shape(self, input_shape):
        return input_shape[0][:2] + (6,)


words = Input(shape=(5,))
x = Embedding(8, 4, mask_zero=True)(words)
x = add([x, Bidirectional(LSTM(2, return_sequences=True))(x)])
x = TimeDistributed(Dense(3, activation='tanh'))(x)
kept = GRU(3, return_sequences=True)(x)
mean = MaskedMean()(kept)
bare = Lambda(lambda t: K.max(t, 1))(NoMask()(kept))
mask = Lambda(lambda t: K.cast(K.greater(K.expand_dims(t, 2), 0), 'float32'))(words)
own = MaskedMean()(OwnRNN()([Embedding(8, 4)(words), mask]))
model = Model(words, [Dense(1)(mean), bare, own, kept])
model.set_weights([rng.randn(*w.shape) * 0.5 for w in model.get_weights()])
model.compile(SGD(0.1), 'mse', sample_weight_mode=[None, None, None, 'temporal'])
data = rng.randint(1, 8, (6, 5)) * (np.arange(5) < rng.randint(1, 6, (6, 1)))
targets = [rng.randn(6, 1), rng.randn(6, 3), rng.randn(6, 6), rng.randn(6, 5, 3)]
history = model.fit(data, targets, batch_size=3, epochs=3, shuffle=False, verbose=0).history
skipping = Sequential([Masking(mask_value=-1., input_shape=(4, 2)), LSTM(3, return_sequences=True), GRU(2),
                       RepeatVector(2)])
skipping.set_weights([rng.randn(*w.shape) * 0.5 for w in skipping.get_weights()])
gaps = rng.randn(3, 4, 2)
gaps[0, 2:] = gaps[1, 1] = -1.
print(json.dumps({'history': {key: np.array(value).tolist() for key, value in history.items()},
                  'out': [p.tolist() for p in model.predict(data)], 'skipping': skipping.predict(gaps).tolist(),
                  'mask': K.function([words], [K.cast(model.layers[1].output_mask, 'int32')])([data])[0].tolist(),
                  'none': bare._keras_history[0].output_mask is None}))
