"""A model by inheritance: what it cannot do, before and after it has seen data."""
import json

from compat import keras
import numpy as np

x, y = np.random.RandomState(88).randn(6, 3), np.random.RandomState(89).randn(6, 2)


class Net(keras.Model):
    def __init__(self):
        super(Net, self).__init__(name='net')
        self.first, self.last = keras.layers.Dense(4, activation='tanh'), keras.layers.Dense(2)

    def call(self, inputs, training=None, mask=None):
        return self.last(self.first(inputs))

    def compute_output_shape(self, input_shape):
        return (input_shape[0], 2)


def error_of(action):
    try:
        action()
        return ''
    except Exception as error:
        return type(error).__name__


def tried():
    return [error_of(action) for action in (
        net.to_json, net.to_yaml, net.get_config, lambda: net.save('net.h5'), net.summary,
        lambda: net.save_weights('net.weights'))] + [net.inputs is None, net.outputs is None, len(net.weights)]


net = Net()
before = tried()
net.compile('sgd', 'mse')
net.train_on_batch(x, y)
start = np.random.RandomState(90)
net.set_weights([start.randn(*w.shape) for w in net.get_weights()])
print(json.dumps({'before': before, 'after': tried(), 'out': net.predict(x).tolist(),
                  'shapes': [list(w.shape) for w in net.get_weights()]}))
