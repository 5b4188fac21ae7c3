"""Penalties and first values: of Keras, by functions and classes of one's own, for a whole model in a loop."""
import json

from compat import keras
import numpy as np
from compat import tf
from compat import K
from compat.keras import constraints, initializers, regularizers
from compat.keras.layers import Conv2D, Dense, Flatten, Input
from compat.keras.models import Model, Sequential
from compat.keras.optimizers import SGD

rng = np.random.RandomState(50)


def my_regularizer(x):
    return 1e-2 * tf.reduce_sum(tf.square(x))


class MyRegularizer(regularizers.Regularizer):
    def __init__(self, strength):
        self.strength = strength

    def __call__(self, x):
        return self.strength * tf.reduce_sum(tf.abs(x) ** 1.5)

    def get_config(self):
        return {'strength': self.strength}


def my_init(shape, dtype=None):
    return K.random_normal(shape, dtype=dtype, seed=11) * 2


class Centered(constraints.Constraint):
    def __call__(self, w):
        return w - K.mean(w, axis=0, keepdims=True)


by_config = {'class_name': 'VarianceScaling',
             'config': {'scale': 1. / 3., 'mode': 'fan_out', 'distribution': 'uniform', 'seed': 5}}
first = Dense(4, kernel_initializer=by_config, kernel_regularizer=my_regularizer, activation='tanh',
              bias_initializer=initializers.RandomNormal(mean=1., stddev=.05, seed=2), input_shape=(3,),
              kernel_constraint=Centered(), activity_regularizer=regularizers.l2(0.01))
second = Dense(2, kernel_initializer=my_init, kernel_regularizer=MyRegularizer(0.02),
               bias_regularizer=regularizers.l1_l2(0.1, 0.2), kernel_constraint='unit_norm')
model = Sequential([first, second])
started = [w.tolist() for w in model.get_weights()]
model.compile(SGD(0.1), 'mse')
x, y = rng.randn(8, 3), rng.randn(8, 2)
losses = [float(model.train_on_batch(x, y)) for _ in range(3)]
draws = {name: K.eval(initializers.get(dict(class_name=name, config=dict(config, seed=3)))((3, 4))).tolist()
         for name, config in [('RandomNormal', {}), ('RandomUniform', {}), ('TruncatedNormal', {}),
                              ('VarianceScaling', {'distribution': 'normal'})]}
draws.update({kind.__name__: K.eval(kind(seed=4)((2, 3))).tolist() for kind in (
    initializers.glorot_normal, initializers.glorot_uniform, initializers.he_normal, initializers.he_uniform,
    initializers.lecun_normal, initializers.lecun_uniform)})
draws.update(constant=K.eval(initializers.Constant(3.)((2,))).tolist(), eye=np.array(
    initializers.Identity(2.)((2, 2))).tolist())

x_in = Input(shape=(4, 4, 1))
whole = Model(x_in, Dense(1)(Flatten()(Conv2D(2, 2, use_bias=False)(x_in))))
whole.set_weights([rng.randn(*w.shape) for w in whole.get_weights()])
for layer in whole.layers:
    if isinstance(layer, (keras.layers.Conv2D, keras.layers.Dense)):
        layer.add_loss(keras.regularizers.l2(0.02)(layer.kernel))
    if hasattr(layer, 'bias_regularizer') and layer.use_bias:
        layer.add_loss(keras.regularizers.l2(0.02)(layer.bias))
whole.compile(SGD(0.01), 'mse')
pictures, numbers = rng.randn(4, 4, 4, 1), rng.randn(4, 1)
print(json.dumps({'started': started, 'losses': losses, 'weights': [w.tolist() for w in model.get_weights()],
                  'draws': draws, 'whole': [float(whole.train_on_batch(pictures, numbers)) for _ in range(3)],
                  'count': [len(model.losses), len(whole.losses)]}))
