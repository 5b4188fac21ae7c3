"""Further numbers beside the loss: appended to the names and tensors of the metrics after compile."""
import json

import numpy as np
from compat import K
from compat.keras.layers import Dense, Input
from compat.keras.models import Model
from compat.keras.optimizers import SGD

rng = np.random.RandomState(11)
x_in = Input(shape=(4,))
hidden = Dense(5, activation='tanh')(x_in)
model = Model(x_in, Dense(1)(hidden))
model.set_weights([rng.randn(*w.shape) * 0.5 for w in model.get_weights()])
model.compile(SGD(0.1), 'mse', metrics=['mae'])
model.metrics_names.append('kernel_norm')
model.metrics_tensors.append(K.sqrt(K.sum(K.square(model.layers[1].kernel))))
model.metrics_names.append('active')
model.metrics_tensors.append(K.mean(K.abs(hidden)))
x, y = rng.randn(12, 4), rng.randn(12, 1)
history = model.fit(x, y, batch_size=12, epochs=3, shuffle=False, verbose=2).history
print(json.dumps({key: np.array(values).tolist() for key, values in sorted(history.items())}))
