"""Layers and models used again: weights shared, copied, a part of a model cut out, the calls told apart."""
import json

import numpy as np
from compat import K
from compat.keras.layers import Activation, Dense, Input, Lambda, add
from compat.keras.models import Model, Sequential, clone_model
from compat.keras.optimizers import SGD

rng = np.random.RandomState(31)


def filled(model):
    model.set_weights([rng.randn(*w.shape) * 0.5 for w in model.get_weights()])
    return model


x_in = Input(shape=(4,))
shared = Dense(4, activation='tanh', name='shared')
x = shared(shared(shared(x_in)))
y = Dense(4, activation='tanh', name='other')(x)
model = filled(Model(x_in, Activation('softmax', name='end')(add([x, y]))))
middle = Model(x_in, y)
a_in = Input(shape=(3,))
outer = Model(a_in, model(Dense(4, name='before')(a_in)))
outer.get_layer('before').set_weights([rng.randn(3, 4), rng.randn(4)])
copy = clone_model(model)
data, small = rng.randn(5, 4), rng.randn(6, 3)
fresh = bool(np.allclose(copy.predict(data), model.predict(data)))
copy.set_weights(K.batch_get_value(model.weights))
outer.compile(SGD(0.3), 'categorical_crossentropy')
losses = [float(outer.train_on_batch(small, np.eye(4)[[0, 1, 2, 3, 0, 1]])) for _ in range(3)]

chain = filled(Sequential([Dense(5, input_shape=(4,)), Lambda(lambda x: x ** 2), Dense(3), Activation('tanh')]))
b_in = Input(shape=(5,))
b = b_in
for layer in chain.layers[2:]:
    b = layer(b)
cut = Model(b_in, b)

try:
    shared.output
    message = ''
except AttributeError as error:
    message = str(error)
lines = []
outer.summary(print_fn=lines.append)
model.summary(print_fn=lines.append)
print(json.dumps({
    'losses': losses, 'inner': model.predict(data).tolist(), 'middle': middle.predict(data).tolist(),
    'copy': copy.predict(data).tolist(), 'fresh': fresh, 'cut': cut.predict(rng.randn(2, 5)).tolist(),
    'outputs': [list(K.int_shape(shared.get_output_at(i))) for i in range(3)], 'ambiguous': message,
    'second': Model(x_in, shared.get_output_at(1)).predict(data).tolist(),
    'of the model': [outer.get_layer(model.name).get_output_at(i) is t for i, t in enumerate([
        model.outputs[0], outer.outputs[0]])],
    'summary': lines}))
