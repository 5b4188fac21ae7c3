"""Gradient accumulation: eight batches of 16 digits make the updates of one batch of 128, up to rounding.

The weights are compared after every update; so is the accuracy with that of the small batches by themselves, which make
eight times as many updates at the same rate.
"""
from common import arguments, digits, measured

from compat import AccumOptimizer, keras

arguments(__doc__)
(x, y), (x_test, y_test) = digits(training=1280)
START = []


def network(optimizer):
    """Always the same network with the same weights."""
    x_in = keras.layers.Input((64,))
    hidden = keras.layers.Dense(48, activation="relu")(x_in)
    model = keras.models.Model(x_in, keras.layers.Dense(10, activation="softmax")(hidden))
    if START:
        model.set_weights(START)
    START[:] = model.get_weights()
    model.compile(optimizer, "sparse_categorical_crossentropy")
    return model


def accuracy(model):
    return (model.predict(x_test).argmax(1) == y_test).mean()


def adam():
    return keras.optimizers.Adam(0.005, clipnorm=1.0)


large, small, alone = network(adam()), network(AccumOptimizer(adam(), 8)), network(adam())
off = 0.0
for _ in range(4):
    for start in range(0, len(x), 128):
        large.train_on_batch(x[start:start + 128], y[start:start + 128])
        for part in range(start, start + 128, 16):
            small.train_on_batch(x[part:part + 16], y[part:part + 16])
        off = max(off, max(abs(one - other).max() for one, other in zip(large.get_weights(), small.get_weights())))
alone.fit(x, y, batch_size=16, epochs=4, shuffle=False, verbose=0)
way = max(abs(one - other).max() for one, other in zip(large.get_weights(), START))
apart = max(abs(one - other).max() for one, other in zip(large.get_weights(), alone.get_weights()))
print("40 updates: the weights moved by up to %.2f; large and accumulated batches differ by %.1e" % (way, off))
print("test accuracy: batches of 128 %.3f, 8 x 16 accumulated %.3f, 16 alone %.3f" % tuple(
    map(accuracy, (large, small, alone))))
measured(off=off, way=way, apart=apart, accuracy=accuracy(small), of_large=accuracy(large))
