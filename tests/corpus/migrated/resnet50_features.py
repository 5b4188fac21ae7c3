"""ResNet50 on small grey pictures: features of inner layers by the names that these had, batches by a Sequence."""
import json

import numpy as np
from compat.keras.applications.resnet50 import ResNet50
from compat.keras.models import Model
from compat.keras.utils import Sequence

rng = np.random.RandomState(69)
pictures = rng.rand(5, 64, 64, 1)


class Batches(Sequence):
    def __len__(self):
        return 3

    def __getitem__(self, i):
        return pictures[i * 2:i * 2 + 2], np.eye(2)[[0, 1]][:len(pictures[i * 2:i * 2 + 2])]


model = ResNet50(input_shape=(64, 64, 1), weights=None, classes=2)
# Small enough everywhere that fifty layers do not blow up what is small between two stacks.
model.set_weights([np.abs(rng.randn(*w.shape)) + 0.5 if w.ndim == 1 else
                   rng.randn(*w.shape) / np.sqrt(np.prod(w.shape[:-1])) for w in model.get_weights()])
inner = Model(inputs=model.input, outputs=[model.get_layer('res5a_branch1').output,
                                           model.get_layer('activation_47').output])
first, second = inner.predict(pictures[:2])
names = [layer.name for layer in model.layers]
print(json.dumps({'names': names, 'count': model.count_params(), 'first': first[0, 0, :, ::256].tolist(),
                  'second': second[0, 1, :, ::64].tolist(), 'shapes': [list(first.shape), list(second.shape)],
                  'predicted': model.predict_generator(Batches(), max_queue_size=200, workers=2).tolist()}))
