"""A model that is compiled without a loss: it has one of its own."""
import json

import numpy as np
from compat import K
from compat.keras.layers import Dense, Input
from compat.keras.models import Model
from compat.keras.optimizers import SGD

rng = np.random.RandomState(10)
x_in, y_in = Input(shape=(4,)), Input(shape=(3,))
out = Dense(3, activation='softmax')(Dense(5, activation='relu')(x_in))
model = Model([x_in, y_in], out)
model.set_weights([rng.randn(*w.shape) * 0.5 for w in model.get_weights()])
model.add_loss(K.mean(K.categorical_crossentropy(y_in, out)))
model.add_loss(0.01 * K.sum(K.square(model.layers[1].kernel)))
model.compile(optimizer=SGD(0.1))
x, y = rng.randn(12, 4), np.eye(3)[rng.randint(0, 3, 12)]
losses = model.fit([x, y], None, batch_size=4, epochs=4, shuffle=False, verbose=0).history['loss']
print(json.dumps({'losses': np.array(losses).tolist(), 'final': float(model.evaluate([x, y], None, verbose=0)),
                  'weights': [w.tolist() for w in model.get_weights()]}))
