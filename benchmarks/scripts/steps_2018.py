"""Three models in the spelling of 2018; prints the milliseconds of a training step of each as JSON."""
import json
import time

import numpy as np
from keras import backend as K
from keras.layers import LSTM, Conv2D, Dense, Flatten, MaxPooling2D
from keras.models import Sequential
from keras.optimizers import Adam

EPOCHS = 5

KINDS = {
    "mlp": ([lambda **first: Dense(512, activation="relu", **first), lambda: Dense(512, activation="relu")],
            (256,), 64, 60),
    "cnn": ([lambda **first: Conv2D(16, 3, activation="relu", **first), MaxPooling2D,
             lambda: Conv2D(32, 3, activation="relu"), Flatten], (28, 28, 1), 32, 20),
    "lstm": ([lambda **first: LSTM(64, **first)], (20, 32), 32, 30),
}


def milliseconds(makers, shape, batch, steps):
    """The median epoch, per step."""
    K.clear_session()
    model = Sequential([makers[0](input_shape=shape)] + [make() for make in makers[1:]])
    model.add(Dense(10, activation="softmax"))
    model.compile(Adam(lr=0.001), "categorical_crossentropy")
    random = np.random.RandomState(0)
    x = random.rand(batch * steps, *shape).astype("float32")
    y = np.eye(10, dtype="float32")[random.randint(0, 10, batch * steps)]
    model.fit(x, y, batch_size=batch, epochs=1, verbose=0)
    found = []
    for _ in range(EPOCHS):
        start = time.perf_counter()
        model.fit(x, y, batch_size=batch, epochs=1, verbose=0)
        found.append((time.perf_counter() - start) * 1000 / steps)
    return sorted(found)[EPOCHS // 2]


print(json.dumps({name: milliseconds(*kind) for name, kind in KINDS.items()}))
