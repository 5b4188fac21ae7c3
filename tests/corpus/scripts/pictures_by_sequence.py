"""Pictures on the disk, loaded batch by batch by a Sequence that shuffles; fitted, evaluated, predicted."""
import json
import math
import os

import keras
import numpy as np
from keras.layers import Conv2D, Dense, GlobalMaxPooling2D
from keras.models import Sequential
from keras.optimizers import SGD

rng = np.random.RandomState(91)
for label in ('d0', 'd1'):
    os.makedirs(os.path.join('pictures', label))
    for i in range(5):
        np.save(os.path.join('pictures', label, '%d.npy' % i), rng.randint(0, 256, (8, 8)).astype('uint8'))


class Pictures(keras.utils.Sequence):
    def __init__(self, paths, batch_size=1, shuffle=True):
        self.paths, self.batch_size, self.shuffle = paths, batch_size, shuffle
        self.order = np.arange(len(paths))
        self.turns = np.random.RandomState(92)

    def __len__(self):
        return math.ceil(len(self.paths) / float(self.batch_size))

    def __getitem__(self, index):
        chosen = [self.paths[k] for k in self.order[index * self.batch_size:(index + 1) * self.batch_size]]
        x = np.array([np.load(path) / 255. for path in chosen])[..., np.newaxis]
        return x, np.array([[1, 0] if 'd0' in path else [0, 1] for path in chosen])

    def on_epoch_end(self):
        if self.shuffle:
            self.turns.shuffle(self.order)


paths = sorted(os.path.join('pictures', label, name) for label in ('d0', 'd1')
               for name in os.listdir(os.path.join('pictures', label)))
model = Sequential([Conv2D(3, 3, activation='relu', input_shape=(8, 8, 1)), GlobalMaxPooling2D(),
                    Dense(2, activation='softmax')])
model.set_weights([rng.randn(*w.shape) * 0.5 for w in model.get_weights()])
model.compile(optimizer=SGD(0.1), loss='categorical_crossentropy', metrics=['accuracy'])
# Without workers: one that fetches ahead goes through the last epoch in the order of the one before.
straight, shuffled = Pictures(paths, 4, shuffle=False), Pictures(paths, batch_size=4)
found = {'workers': [], 'predicted': []}
for kwargs in (dict(workers=2), dict(workers=2, use_multiprocessing=True)):
    history = model.fit_generator(straight, epochs=2, max_queue_size=200, shuffle=False, verbose=0, **kwargs).history
    found['workers'].append(np.array(history['loss']).tolist())
    found['predicted'].append(model.predict_generator(straight, max_queue_size=5, **kwargs).tolist())
for _ in range(2):
    history = model.fit_generator(shuffled, epochs=1, workers=0, shuffle=False, verbose=0).history
    shuffled.on_epoch_end()
    found.setdefault('shuffled', []).append(np.array(history['loss']).tolist())
found['evaluated'] = [float(one) for one in model.evaluate_generator(straight, workers=2)]
print(json.dumps(found))
