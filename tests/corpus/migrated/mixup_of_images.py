"""Pictures from folders, mixed by a generator that never ends; pictures from arrays, changed at random."""
import json
import os
import random

import numpy as np
from compat.keras.layers import Conv2D, Dense, GlobalAveragePooling2D
from compat.keras.models import Sequential
from compat.keras.optimizers import SGD
from compat.keras.preprocessing.image import ImageDataGenerator, array_to_img

rng = np.random.RandomState(37)
np.random.seed(1)
random.seed(1)
for label in ('a', 'b'):
    os.makedirs(os.path.join('pictures', label))
    for i in range(5):
        array_to_img(rng.randint(0, 256, (8, 8, 1)), scale=False).save(os.path.join('pictures', label, '%d.png' % i))


def mixed(path, size, batch_size, share=0.5, alpha=1.0):
    pictures = ImageDataGenerator(rescale=1. / 255).flow_from_directory(
        path, target_size=(size, size), batch_size=batch_size, color_mode='grayscale', shuffle=True)
    for x, y in pictures:
        lam = np.random.beta(alpha, alpha)
        order = list(range(x.shape[0]))
        random.shuffle(order)
        kept = int(batch_size * share)
        yield (np.concatenate([x[:kept], (lam * x + (1 - lam) * x[order])[:batch_size - kept]]),
               np.concatenate([y[:kept], (lam * y + (1 - lam) * y[order])[:batch_size - kept]]))


model = Sequential([Conv2D(3, 3, activation='relu', input_shape=(8, 8, 1)), GlobalAveragePooling2D(),
                    Dense(2, activation='softmax')])
model.set_weights([rng.randn(*w.shape) * 0.5 for w in model.get_weights()])
model.compile(SGD(0.1), 'categorical_crossentropy', metrics=['accuracy'])
history = model.fit_generator(mixed('pictures', 8, 5), steps_per_epoch=3, epochs=2, workers=0, verbose=0).history
changed = ImageDataGenerator(rotation_range=20, width_shift_range=0.1, zoom_range=0.2, horizontal_flip=True,
                             featurewise_center=True)
images = rng.rand(4, 6, 6, 1)
changed.fit(images)
batch = next(changed.flow(images, np.arange(4), batch_size=3, seed=3))
print(json.dumps({'loss': np.array(history['loss']).tolist(), 'acc': np.array(history['acc']).tolist(),
                  'batch': batch[0].tolist(), 'ids': np.array(batch[1]).tolist(),
                  'out': model.predict(images.repeat(2, 1).repeat(2, 2)[:, :8, :8]).tolist()}))
