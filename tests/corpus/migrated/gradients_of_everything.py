"""K.gradients of lists, of outputs by inner tensors; K.function with several inputs and with updates."""
import json

import numpy as np
from compat import K
from compat.keras.layers import Conv2D, Dense, Dropout, GlobalAveragePooling2D, Input, concatenate
from compat.keras.models import Model
from compat.keras.optimizers import SGD

rng = np.random.RandomState(40)
image, more = Input(shape=(6, 6, 1)), Input(shape=(2,))
conv = Conv2D(3, 3, activation='relu', name='conv')(image)
x = concatenate([GlobalAveragePooling2D()(conv), more])
model = Model(inputs=[image, more], outputs=Dense(2, activation='softmax', name='out')(Dropout(0.5)(x)))
model.set_weights([rng.randn(*w.shape) * 0.5 for w in model.get_weights()])
model.compile(SGD(0.1, momentum=0.5), 'categorical_crossentropy')
pictures, numbers, y = rng.rand(4, 6, 6, 1), rng.randn(4, 2), np.eye(2)[[0, 1, 1, 0]]

inner = K.function(inputs=[model.input[0]], outputs=[model.get_layer('conv').output])
slope = K.gradients(model.output[:, 1], model.get_layer('conv').output)[0]
pooled = K.mean(slope, axis=(1, 2))
cam = K.function(model.inputs + [K.learning_phase()], [K.sum(conv * pooled[:, None, None, :], -1), pooled])
by_weights = K.gradients(model.total_loss, model.trainable_weights)
fed = model.inputs + model.targets + model.sample_weights + [K.learning_phase()]
weights = K.function(fed, by_weights)
both = K.gradients([K.sum(model.output[:, 0]), K.sum(K.square(conv))], [image, more])
second = K.gradients(K.sum(K.square(K.gradients(K.sum(K.tanh(more * 2)), more)[0])), [more])[0]
seen = K.variable(0.)
count = K.function([more], [seen + 0.], updates=[K.update_add(seen, K.sum(more)), (K.zeros((1,)), K.ones((1,)))])
none = K.gradients(K.sum(conv), [more])
counted = [float(count([numbers[:1]])[0]) for _ in range(3)]
print(json.dumps({
    'inner': inner([pictures])[0].tolist(), 'cam': [v.tolist() for v in cam([pictures, numbers, 0])],
    'weights': [v.tolist() for v in weights([pictures, numbers, y, np.array([1., 2., 1., 0.5]), 0])],
    'both': [v.tolist() for v in K.function([image, more, K.learning_phase()], both)([pictures, numbers, 0])],
    'second': K.function([more], [second])([numbers])[0].tolist(), 'none': none, 'counted': counted,
    'seen': float(K.get_value(seen))}))
