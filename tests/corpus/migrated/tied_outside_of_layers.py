"""A table that is used twice, without a layer for it: a Lambda that knows the weight of another layer."""
import json

import numpy as np
from compat import K
from compat.keras.layers import Dense, Embedding, GlobalAveragePooling1D, Input, Lambda
from compat.keras.models import Model
from compat.keras.optimizers import SGD

rng = np.random.RandomState(63)
words = Input(shape=(3,))
table = Embedding(7, 4)
x = Dense(4, activation='tanh')(GlobalAveragePooling1D()(table(words)))
bare = K.dot(x, K.transpose(table.embeddings))
try:
    Model(words, bare)
    refused = ''
except (AttributeError, ValueError) as error:
    refused = type(error).__name__
out = Lambda(lambda t: K.softmax(K.dot(t, K.transpose(table.embeddings))), output_shape=(7,))(x)
model = Model(words, out)
model.set_weights([rng.randn(*w.shape) * 0.5 for w in model.get_weights()])
model.compile(SGD(0.5), 'sparse_categorical_crossentropy')
x, y = rng.randint(0, 7, (8, 3)), rng.randint(0, 7, (8, 1))
losses = model.fit(x, y, batch_size=4, epochs=3, shuffle=False, verbose=0).history['loss']
print(json.dumps({'losses': np.array(losses).tolist(), 'table': table.get_weights()[0].tolist(),
                  'parameters': model.count_params(), 'out': model.predict(x[:2]).tolist(), 'refused': refused}))
