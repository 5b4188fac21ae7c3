"""A model by inheritance, trained and resumed by hand; layers that make weights in their constructors."""
import json

from compat import keras
import numpy as np
from compat import tf
from compat import K
from compat.keras.layers import Layer
from compat.keras.layers import Input
from compat.keras.models import Model

rng = np.random.RandomState(51)
np.random.seed(2)


class SimpleMLP(keras.Model):
    def __init__(self, num_classes=3):
        super(SimpleMLP, self).__init__(name='mlp')
        self.num_classes = num_classes
        self.dense1 = keras.layers.Dense(5, activation='relu')
        self.dense2 = keras.layers.Dense(num_classes, activation='softmax')
        self.dp = keras.layers.Dropout(0.5, seed=3)
        self.bn = keras.layers.BatchNormalization(axis=-1)

    def call(self, inputs, training=None, mask=None):
        x = self.dense1(inputs)
        x = self.dp(x)
        x = self.bn(x, training=training)
        return self.dense2(x)

    def compute_output_shape(self, input_shape):
        batch, dim = input_shape
        return (batch, self.num_classes)


class InConstructor(Layer):
    def __init__(self, units=3, input_dim=4):
        super(InConstructor, self).__init__()
        self.w = self.add_weight(name='w', shape=(input_dim, units), initializer='ones', trainable=True)
        self.b = tf.Variable(tf.zeros((units,)), trainable=True)

    def call(self, inputs):
        return tf.matmul(inputs, self.w) + self.b

    def compute_output_shape(self, input_shape):
        return input_shape[:-1] + (3,)


def made():
    model = SimpleMLP()
    model.compile('adam', loss='categorical_crossentropy', metrics=['accuracy'])
    return model


def filled(model):
    start = np.random.RandomState(6)
    model.set_weights([np.abs(start.randn(*w.shape)) for w in model.get_weights()])


x, y = rng.uniform(0, 1, (12, 6)), np.eye(3)[rng.randint(0, 3, 12)]
model = made()
model.train_on_batch(x, y)
filled(model)
history = model.fit(x, y, batch_size=4, epochs=2, shuffle=False, verbose=0).history
model.save_weights('mlp.h5')
state = model.optimizer.get_weights()
again = made()
again.train_on_batch(x, y)
again.load_weights('mlp.h5')
again.optimizer.set_weights(state)
refused = []
for wrong in (lambda: model.to_json(), lambda: model.get_config(), lambda: model.save('whole.h5')):
    try:
        wrong()
    except NotImplementedError:
        refused.append('NotImplementedError')
lines = []
model.summary(print_fn=lines.append)

x_in = Input(shape=(4,))
layer = InConstructor()
small = Model(x_in, layer(x_in))
small.compile('sgd', 'mse')
steps = [float(small.train_on_batch(x[:, :4], y)) for _ in range(2)]
print(json.dumps({'loss': np.array(history['loss']).tolist(), 'acc': np.array(history['acc']).tolist(),
                  'out': model.predict(x[:3]).tolist(), 'same': bool(np.allclose(model.predict(x), again.predict(x))),
                  'iterations': int(K.get_value(again.optimizer.iterations)), 'refused': refused,
                  'lines': [line for line in lines if '(' in line or 'params' in line],
                  'steps': steps, 'weights': len(layer.weights), 'bias': K.eval(layer.b).tolist()}))
