"""Both sides of a game in one loss: K.stop_gradient cuts what must not flow."""
import json

import numpy as np
from compat import K
from compat.keras.layers import Dense, Input, Lambda
from compat.keras.models import Model, Sequential
from compat.keras.optimizers import SGD

rng = np.random.RandomState(19)
generator = Sequential([Dense(6, activation='tanh', input_shape=(2,)), Dense(3)])
critic = Sequential([Dense(5, activation='tanh', input_shape=(3,)), Dense(1)])
for part in (generator, critic):
    part.set_weights([rng.randn(*w.shape) * 0.5 for w in part.get_weights()])
real, noise = Input(shape=(3,)), Input(shape=(2,))
fake = generator(noise)
cut = Lambda(K.stop_gradient)(fake)
real_score, cut_score, fake_score = critic(real), critic(cut), critic(fake)
d_loss = K.mean(K.relu(1 - real_score) + K.relu(1 + cut_score))
g_loss = K.mean(fake_score - K.stop_gradient(fake_score)) - K.mean(cut_score - K.stop_gradient(cut_score))
model = Model([real, noise], [real_score, cut_score, fake_score])
model.add_loss(d_loss - g_loss)
model.compile(optimizer=SGD(0.1))
model.metrics_names.append('g')
model.metrics_tensors.append(-K.mean(fake_score))
trace = []
for _ in range(4):
    truth, z = rng.randn(8, 3) + 1, rng.randn(8, 2)
    trace.append(np.array(model.train_on_batch([truth, z], None)).tolist())
print(json.dumps({'trace': trace, 'made': generator.predict(z[:2]).tolist()}))
