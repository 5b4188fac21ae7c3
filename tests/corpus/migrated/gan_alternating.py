"""Two models with a loss of their own, trained in turns on shared layers that are frozen in between."""
import json

import numpy as np
from compat import K
from compat.keras.layers import Dense, Input
from compat.keras.models import Model, Sequential
from compat.keras.optimizers import SGD

rng = np.random.RandomState(18)
generator = Sequential([Dense(6, activation='tanh', input_shape=(2,)), Dense(3)])
critic = Sequential([Dense(5, activation='tanh', input_shape=(3,)), Dense(1)])
for part in (generator, critic):
    part.set_weights([rng.randn(*w.shape) * 0.5 for w in part.get_weights()])

real, noise = Input(shape=(3,)), Input(shape=(2,))
generator.trainable = False
fake = generator(noise)
real_score, fake_score = critic(real), critic(fake)
d_model = Model([real, noise], [real_score, fake_score])
d_model.add_loss(K.mean(K.relu(1 - real_score) + K.relu(1 + fake_score)))
d_model.compile(optimizer=SGD(0.1))

generator.trainable, critic.trainable = True, False
g_model = Model(noise, critic(generator(noise)))
g_model.add_loss(-K.mean(g_model.output))
g_model.compile(optimizer=SGD(0.1))

trace = []
for _ in range(4):
    truth, z = rng.randn(8, 3) + 1, rng.randn(8, 2)
    trace.append([float(d_model.train_on_batch([truth, z], None)), float(g_model.train_on_batch(z, None))])
print(json.dumps({'trace': trace, 'made': generator.predict(z[:2]).tolist(),
                  'trainable': [len(d_model.trainable_weights), len(g_model.trainable_weights)]}))
