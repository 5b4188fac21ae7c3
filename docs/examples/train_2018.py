"""A script as they were written in 2018, for Keras 2.2 on TensorFlow 1."""
import numpy as np

np.random.seed(1337)

from keras import backend as K
from keras.engine.topology import Layer
from keras.layers import Dense, Dropout, Input
from keras.models import Model
from keras.optimizers import SGD


class Gate(Layer):
    def build(self, input_shape):
        self.w = self.add_weight('w', (input_shape[-1],), initializer='ones')
        super(Gate, self).build(input_shape)

    def call(self, x):
        self.gate = K.hard_sigmoid(x * self.w)
        return x * self.gate


x = np.random.rand(1000, 20)
y = (x[:, :3].sum(axis=1) > x[:, 3:6].sum(axis=1)).astype('float32')

inputs = Input(shape=(20,))
gate = Gate()
hidden = gate(Dense(64, activation='tanh')(inputs))
hidden = Dropout(0.2)(hidden)
model = Model(inputs=inputs, outputs=Dense(1, activation='sigmoid')(hidden))
model.compile(loss='binary_crossentropy', optimizer=SGD(lr=0.5), metrics=['accuracy'])
model.fit(x, y, batch_size=50, epochs=2, validation_split=0.2, verbose=2)

open_gates = K.function([model.input, K.learning_phase()], [K.mean(gate.gate)])
print('gates are open by %.6f' % open_gates([x, 0])[0])
