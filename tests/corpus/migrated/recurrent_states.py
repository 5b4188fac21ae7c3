"""Recurrent layers: sequences, states handed on and kept, both directions, layers and models at every step."""
import json

import numpy as np
from compat.keras.layers import (
    GRU,
    LSTM,
    RNN,
    Bidirectional,
    Conv2D,
    Dense,
    Flatten,
    GRUCell,
    Input,
    LSTMCell,
    MaxPooling2D,
    TimeDistributed,
)
from compat.keras.models import Model, Sequential
from compat.keras.optimizers import SGD

rng = np.random.RandomState(39)


def filled(model):
    model.set_weights([rng.randn(*w.shape) * 0.5 for w in model.get_weights()])
    return model


def fitted(model, x, y):
    model.compile(SGD(0.1), 'mse')
    return np.array(model.fit(x, y, batch_size=3, epochs=2, shuffle=False, verbose=0).history['loss']).tolist()


frames = rng.randn(6, 3, 8, 8, 1)
cnn = Sequential([Conv2D(2, 3, activation='relu', input_shape=(8, 8, 1)), MaxPooling2D(2), Flatten()])
inpt = Input((3, 8, 8, 1))
x = TimeDistributed(cnn, input_shape=(3, 8, 8, 1))(inpt)
x = LSTM(4, return_sequences=True)(x)
x = Bidirectional(GRU(3, return_sequences=True, reset_after=True), merge_mode='ave')(x)
crnn = filled(Model(inpt, TimeDistributed(Dense(2))(x)))

steps = Input(shape=(5, 2))
sequence, h, c = LSTM(3, return_sequences=True, return_state=True, unit_forget_bias=True)(steps)
decoded = LSTM(3, implementation=2, go_backwards=True)(steps, initial_state=[h, c])
deep, deep_h, deep_c = RNN([GRUCell(3), LSTMCell(3)], return_state=True)(sequence)[:3]
states = filled(Model(steps, [sequence, h, c, decoded, deep]))

kept = filled(Sequential([GRU(3, stateful=True, batch_input_shape=(3, 5, 2), recurrent_activation='sigmoid'),
                          Dense(1)]))
data = rng.randn(6, 5, 2)
runs = [kept.predict(data[:3]).tolist() for _ in range(2)]
kept.reset_states()
runs.append(kept.predict(data[:3]).tolist())
kept.compile('sgd', 'mse')
trained = [float(kept.train_on_batch(data[3:], np.ones((3, 1)))) for _ in range(2)]
many = Sequential([LSTM(3, input_shape=(5, 1), return_sequences=True), TimeDistributed(Dense(1))])
filled(many)
print(json.dumps({
    'crnn': fitted(crnn, frames, rng.randn(6, 3, 2)), 'frames': crnn.predict(frames[:2]).tolist(),
    'states': [p.tolist() for p in states.predict(data[:2])], 'runs': runs, 'trained': trained,
    'many': fitted(many, data[:, :, :1], data[:, :, 1:])}))
