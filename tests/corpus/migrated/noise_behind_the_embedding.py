"""Noise between the embedding of a model and the rest: the rest called on a tensor of TensorFlow, in its session."""
import json

import numpy as np
from compat import tf
from compat import K
from compat.keras.layers import Add, BatchNormalization, Dense, Embedding, GlobalAveragePooling1D, Input, Lambda
from compat.keras.models import Model

rng = np.random.RandomState(70)
tokens = Input(shape=(4,), name='Input-Token')
x = BatchNormalization(name='Embedding-Norm')(Embedding(9, 5, name='Embedding-Token')(tokens))
whole = Model(tokens, Dense(1, activation='sigmoid', name='score')(GlobalAveragePooling1D()(x)))
whole.set_weights([np.abs(rng.randn(*w.shape)) for w in whole.get_weights()])
rest_in = Input(shape=(4, 5))
rest = Model(inputs=rest_in, outputs=whole.get_layer('score')(GlobalAveragePooling1D()(rest_in)))
normed = whole.get_layer('Embedding-Norm').output
data, shift = rng.randint(0, 9, (3, 4)), rng.randn(3, 4, 5).astype('float32')
shifted = rest(normed + tf.constant(shift))
labels = tf.placeholder(tf.float32, shape=(None, 1))
loss = K.mean(K.binary_crossentropy(labels, shifted))
session = K.get_session()
feeds = {labels: np.ones((3, 1)), K.learning_phase(): 0}
try:
    session.run(loss, feed_dict=feeds)
    missing = ''
except tf.errors.InvalidArgumentError as error:
    missing = 'Input-Token' in str(error)
feeds[tokens] = data
by_layers = Model(tokens, rest(Add()([normed, Lambda(lambda t: K.zeros_like(t) + K.constant(shift))(normed)])))
drawn = tf.random_normal(shape=tf.shape(normed))
noise = session.run([drawn, rest(normed + drawn)], feed_dict=feeds)
print(json.dumps({'whole': whole.predict(data).tolist(), 'shifted': session.run(shifted, feed_dict=feeds).tolist(),
                  'loss': float(session.run(loss, feed_dict=feeds)), 'missing': missing,
                  'by layers': by_layers.predict(data).tolist(),
                  'noise': [list(noise[0].shape), bool(np.abs(noise[1] - whole.predict(data)).max() > 1e-3)]}))
