"""Batch normalization: two phases, moving numbers, frozen before and after compile, shared, and averaged by an EMA."""
import json

import numpy as np
from compat import K
from compat.keras.layers import BatchNormalization, Conv2D, Dense, GlobalAveragePooling2D, Input
from compat.keras.models import Model, Sequential
from compat.keras.optimizers import SGD

rng = np.random.RandomState(52)


def made(frozen):
    start = np.random.RandomState(7)
    x_in = Input(shape=(5, 5, 2))
    x = BatchNormalization(axis=-1, momentum=0.8, name='first')(Conv2D(3, 2)(x_in))
    x = BatchNormalization(name='second', scale=False)(GlobalAveragePooling2D()(x))
    model = Model(x_in, Dense(1)(x))
    model.set_weights([np.abs(start.randn(*w.shape)) for w in model.get_weights()])
    model.get_layer('first').trainable = not frozen
    model.compile(SGD(0.05), 'mse')
    return model


x, y = rng.randn(9, 5, 5, 2), rng.randn(9, 1)
found = {}
for frozen in (False, True):
    model = made(frozen)
    phases = K.function([model.input, K.learning_phase()], [model.get_layer('first').output])
    history = model.fit(x, y, batch_size=4, epochs=2, shuffle=False, verbose=0, validation_data=(x, y)).history
    found['frozen' if frozen else 'free'] = {
        'loss': np.array(history['loss']).tolist(), 'val_loss': np.array(history['val_loss']).tolist(),
        'moving': [w.tolist() for w in model.get_layer('first').get_weights()],
        'phases': [float(phases([x, phase])[0].std()) for phase in (0, 1)], 'updates': len(model.updates)}

model = made(False)
averages = [K.zeros(K.shape(w)) for w in model.weights]
K.batch_set_value(zip(averages, K.batch_get_value(model.weights)))
for average, weight in zip(averages, model.weights):
    model.metrics_updates.append(K.update(average, 0.9 * average + 0.1 * weight))
model.fit(x, y, batch_size=3, epochs=1, shuffle=False, verbose=0)
shared = Sequential([BatchNormalization(input_shape=(3,)), Dense(2)])
one, other = Input(shape=(3,)), Input(shape=(3,))
pair = Model([one, other], [shared(one), shared(other)])
shared.set_weights([np.abs(rng.randn(*w.shape)) for w in shared.get_weights()])
pair.compile(SGD(0.1), 'mse')
a, b = rng.randn(6, 3), rng.randn(6, 3) + 3
trace = [np.array(pair.train_on_batch([a, b], [np.zeros((6, 2))] * 2)).tolist() for _ in range(3)]
K.set_learning_phase(0)
fixed = made(False)
fixed.fit(x, y, batch_size=3, epochs=1, shuffle=False, verbose=0)
found.update({'averages': [K.get_value(w).tolist() for w in averages], 'trace': trace,
              'shared': [w.tolist() for w in shared.get_weights()[:2]],
              'fixed': [w.tolist() for w in fixed.get_layer('first').get_weights()]})
print(json.dumps(found))
