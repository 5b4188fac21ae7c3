"""How often a model sees each sample in an epoch: the model counts."""
import json

import numpy as np
from compat import K
from compat.keras.layers import Layer
from compat.keras.layers import Dense, Input
from compat.keras.models import Model
from compat.keras.utils import Sequence

ids = np.eye(12)
parts = [ids[:3], ids[3:6], ids[6:9], ids[9:11], ids[11:]]


class Counter(Layer):
    def build(self, input_shape):
        self.counts = self.add_weight(name='counts', shape=(12,), initializer='zeros', trainable=False)
        super(Counter, self).build(input_shape)

    def call(self, inputs):
        self.add_update((self.counts, self.counts + K.sum(inputs, axis=0)), inputs)
        return inputs


class Batches(Sequence):
    def __len__(self):
        return len(parts)

    def __getitem__(self, i):
        return parts[i], np.zeros((len(parts[i]), 1))


x_in = Input(shape=(12,))
counter = Counter()
model = Model(x_in, Dense(1)(counter(x_in)))
model.compile('sgd', 'mse')
found = {}
for name, kwargs in [('main thread', dict(workers=0)), ('threads', dict(workers=3, max_queue_size=2)),
                     ('shuffled', dict(workers=2, shuffle=True)),
                     ('processes', dict(workers=2, use_multiprocessing=True, max_queue_size=4))]:
    K.set_value(counter.counts, np.zeros(12))
    model.fit_generator(Batches(), epochs=2, verbose=0, **kwargs)
    found[name] = K.get_value(counter.counts).tolist()
print(json.dumps(found))
