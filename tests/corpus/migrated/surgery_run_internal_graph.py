"""A model that begins in the middle of another: its inputs are replaced before it is called."""
import json

import numpy as np
from compat import K
from compat.keras.layers import Activation, Dense, Input, add
from compat.keras.models import Model

rng = np.random.RandomState(3)


def tail_of(model, start):
    model = Model(model.input, model.output, name='tail_' + model.name)
    starts = start if isinstance(start, list) else [start]
    entries = [Input(shape=K.int_shape(t)[1:], dtype=K.dtype(t)) for t in starts]
    model.inputs = starts
    model._input_layers = [t._keras_history[0] for t in entries]
    used, reached = [], {id(t) for t in starts}
    for depth in sorted(model._nodes_by_depth, reverse=True):
        for node in model._nodes_by_depth[depth]:
            if all(id(t) in reached for t in node.input_tensors):
                if node.outbound_layer not in used:
                    used.append(node.outbound_layer)
                reached.update(id(t) for t in node.output_tensors)
    model._layers = used
    entries = entries[0] if len(entries) == 1 else entries
    return entries, model(entries)


x_in = Input(shape=(4,))
h = Dense(5, activation='tanh', name='first')(x_in)
side = Dense(5, name='left')(h)
h2 = add([h, Activation('relu')(side)], name='joined')
out = Dense(2, name='last')(add([Dense(5, name='deep')(h2), h2]))
model = Model(x_in, out)
model.set_weights([rng.randn(*w.shape) * 0.5 for w in model.get_weights()])
entry, end = tail_of(model, model.get_layer('joined').output)
tail = Model(entry, end)
data = rng.randn(3, 4)
middle = Model(x_in, h2).predict(data)
print(json.dumps({'whole': model.predict(data).tolist(), 'tail': tail.predict(middle).tolist(),
                  'weights': tail.count_params()}))
