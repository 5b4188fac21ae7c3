"""The best model so far by a metric of the validation data, whole, in a file without an extension."""
import json
import os

import numpy as np
from compat.keras.callbacks import ModelCheckpoint
from compat.keras.layers import Dense
from compat.keras.models import Sequential, load_model
from compat.keras.optimizers import SGD

rng = np.random.RandomState(62)
x, y = rng.randn(30, 4), np.eye(3)[rng.randint(0, 3, 30)]
x_test, y_test = rng.randn(12, 4), np.eye(3)[rng.randint(0, 3, 12)]
model = Sequential([Dense(6, activation='tanh', input_shape=(4,)), Dense(3, activation='softmax')])
model.set_weights([rng.randn(*w.shape) for w in model.get_weights()])
model.compile(SGD(1., momentum=0.5), 'categorical_crossentropy', metrics=['accuracy'])
checkpoint = ModelCheckpoint(filepath='./best_model.weights', monitor='val_acc', verbose=1, save_best_only=True)
history = model.fit(x, y, batch_size=10, epochs=8, shuffle=False, verbose=0, validation_data=(x_test, y_test),
                    callbacks=[checkpoint]).history
best = load_model('best_model.weights')
print(json.dumps({'files': os.listdir('.'), 'val_acc': np.array(history['val_acc']).tolist(),
                  'best': [float(one) for one in best.evaluate(x_test, y_test, verbose=0)],
                  'last': [float(one) for one in model.evaluate(x_test, y_test, verbose=0)]}))
