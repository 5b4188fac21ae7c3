"""TensorBoard with all that it took: which numbers, histograms, pictures and files it leaves."""
import json
import os

import numpy as np
from compat import tf
from compat.keras.callbacks import TensorBoard
from compat.keras.layers import Dense, Embedding, Flatten
from compat.keras.models import Sequential
from compat.keras.optimizers import SGD

rng = np.random.RandomState(82)
model = Sequential([Embedding(5, 3, input_length=2, name='words'), Flatten(name='flat'), Dense(2, name='last')])
model.set_weights([rng.randn(*w.shape) for w in model.get_weights()])
model.compile(SGD(0.1), 'mse', metrics=['mae'])
x, y = rng.randint(0, 5, (8, 2)), rng.randn(8, 2)
board = TensorBoard(log_dir='./logs', histogram_freq=1, batch_size=4, write_graph=True, write_grads=True,
                    write_images=True,
                    embeddings_freq=1, embeddings_layer_names=['words'],
                    embeddings_metadata='w.tsv', embeddings_data=x[:3], update_freq='epoch')
history = model.fit(x, y, batch_size=4, epochs=2, shuffle=False, verbose=0, validation_data=(x, y),
                    callbacks=[board]).history
tags, numbers, graphs = set(), {}, 0
for name in sorted(os.listdir('logs')):
    if not name.startswith('events'):
        continue
    for event in tf.train.summary_iterator(os.path.join('logs', name)):
        graphs += event.HasField('graph_def')
        for value in event.summary.value:
            tags.add(value.tag)
            if value.HasField('simple_value'):
                numbers.setdefault(value.tag, []).append([event.step, value.simple_value])
print(json.dumps({'tags': sorted(tags), 'numbers': numbers, 'graphs': graphs,
                  'loss': np.array(history['loss']).tolist(),
                  'files': sorted(name.split('.')[0] for name in os.listdir('logs'))}))
