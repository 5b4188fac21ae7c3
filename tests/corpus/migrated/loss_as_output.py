"""The loss is an output of the model; what is compiled only hands it on."""
import json

import numpy as np
from compat import K
from compat.keras.layers import Dense, Embedding, Input, Lambda
from compat.keras.models import Model
from compat.keras.optimizers import SGD

rng = np.random.RandomState(9)
x_in, label = Input(shape=(4,)), Input(shape=(1,))
features = Dense(2, name='features')(x_in)
classes = Dense(3, activation='softmax', name='classes')(features)
centers = Embedding(3, 2, name='centers')(label)
distance = Lambda(lambda two: K.sum(K.square(two[0] - two[1][:, 0]), 1, keepdims=True), name='distance')(
    [features, centers])
model = Model([x_in, label], [classes, distance])
model.set_weights([rng.randn(*w.shape) * 0.5 for w in model.get_weights()])
model.compile(SGD(0.1), loss=['categorical_crossentropy', lambda y_true, y_pred: y_pred], loss_weights=[1, 0.25],
              metrics=['acc'])
x, ids = rng.randn(12, 4), rng.randint(0, 3, (12, 1))
targets = [np.eye(3)[ids[:, 0]], np.zeros((12, 1))]
history = model.fit([x, ids], targets, batch_size=4, epochs=3, shuffle=False, verbose=0).history
print(json.dumps({'names': model.metrics_names, 'loss': np.array(history['loss']).tolist(),
                  'distance': np.array(history['distance_loss']).tolist(),
                  'classes_acc': np.array(history['classes_acc']).tolist(),
                  'table': model.get_layer('centers').get_weights()[0].tolist()}))
