"""A layer got from a model is the layer itself: to call it adds to the graph that is there, and shares its weights."""
import json

import numpy as np
from compat.keras.layers import Dense, Input
from compat.keras.models import Model

rng = np.random.RandomState(64)
x_in = Input(shape=(4,))
model = Model(x_in, Dense(2, name='last')(Dense(3, activation='tanh', name='first')(x_in)))
model.set_weights([rng.randn(*w.shape) for w in model.get_weights()])
x, other = rng.randn(3, 4), rng.randn(3, 4)
before, summary = model.predict(x), []
first = model.get_layer('first')
output = first.output
again_in = Input(shape=(4,))
again = Model(again_in, first(again_in))
try:
    first.output
    message = ''
except AttributeError as error:
    message = str(error)
model.summary(print_fn=summary.append)
print(json.dumps({'same layer': first is model.layers[1], 'before': before.tolist(), 'after': model.predict(x).tolist(),
                  'again': again.predict(other).tolist(), 'message': message,
                  'first output': first.get_output_at(0) is output, 'lines': len(summary),
                  'nodes': len(first._inbound_nodes)}))
