"""Layers of Keras on placeholders of TensorFlow, trained by its optimizer in its session."""
import json

import numpy as np
from compat import tf
from compat import K
from compat.keras.layers import Dense, Dropout
from compat.keras.losses import categorical_crossentropy

rng = np.random.RandomState(30)
session = tf.Session(config=tf.ConfigProto(allow_soft_placement=True))
K.set_session(session)
tf.set_random_seed(1)
images, labels = tf.placeholder(tf.float32, shape=(None, 5)), tf.placeholder(tf.float32, shape=(None, 3))
hidden = Dropout(0.5)(Dense(4, activation='tanh', kernel_initializer='ones')(images))
scale = tf.Variable(tf.truncated_normal([3], seed=4), name='scale')
predicted = Dense(3, activation='softmax', kernel_initializer='zeros')(hidden * 1.) * tf.exp(scale * 0.)
loss = tf.reduce_mean(categorical_crossentropy(labels, predicted)) + tf.nn.l2_loss(scale)
step = tf.train.GradientDescentOptimizer(0.2)
train = step.apply_gradients([(tf.clip_by_value(g, -0.4, 0.4), v) for g, v in step.compute_gradients(loss)])
session.run(tf.global_variables_initializer())
x, y = rng.randn(8, 5), np.eye(3)[rng.randint(0, 3, 8)]
feeds = {images: x, labels: y, K.learning_phase(): 0}
start, trace = session.run(scale), []
for _ in range(4):
    session.run(train, feed_dict=feeds)
    trace.append(float(session.run(loss, feed_dict=feeds)))
with session.as_default():
    right = np.mean(predicted.eval(feed_dict=feeds).argmax(1) == y.argmax(1))
print(json.dumps({'start': start.tolist(), 'trace': trace, 'scale': session.run(scale).tolist(), 'right': right}))
