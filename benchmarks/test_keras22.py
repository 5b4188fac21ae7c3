"""What the emulation costs: one epoch of a model built through it against the same model written for Keras 3.

    python -m pytest -s benchmarks/test_keras22.py

The contestants take turns; each number is the median of the ratios of neighbouring measurements.
"""
import statistics
import time

import numpy as np
import pytest

ROUNDS = 9


def mlp(keras, layers):
    return [layers.Dense(512, activation="relu"), layers.Dense(512, activation="relu"),
            layers.Dense(10, activation="softmax")], (256,), 64, 60


def cnn(keras, layers):
    return [layers.Conv2D(16, 3, activation="relu"), layers.MaxPooling2D(), layers.Conv2D(32, 3, activation="relu"),
            layers.Flatten(), layers.Dense(10, activation="softmax")], (28, 28, 1), 32, 20


def lstm(keras, layers):
    return [layers.LSTM(64, recurrent_activation="sigmoid"), layers.Dense(10, activation="softmax")], (20, 32), 32, 30


def model_of(keras, kind):
    layers, shape, batch, steps = kind(keras, keras.layers)
    inputs = x = keras.layers.Input(shape)
    for layer in layers:
        x = layer(x)
    model = keras.models.Model(inputs, x)
    model.compile(keras.optimizers.Adam(0.001), "categorical_crossentropy")
    return model, shape, batch, steps


def epoch(model, x, y, batch, predict):
    start = time.perf_counter()
    if predict:
        model.predict(x, batch_size=batch, verbose=0)
    else:
        model.fit(x, y, batch_size=batch, epochs=1, shuffle=False, verbose=0)
    return time.perf_counter() - start


@pytest.mark.parametrize("predict", [False, True], ids=["fit", "predict"])
@pytest.mark.parametrize("kind", [mlp, cnn, lstm], ids=lambda kind: kind.__name__)
def test_an_epoch_against_plain_keras_3(stack, kind, predict):
    if stack.family != "keras3":
        pytest.skip("the emulation is for Keras 3")
    import keras as keras3

    from kcool_modern import keras22
    ours, shape, batch, steps = model_of(keras22, kind)
    plain = model_of(keras3, kind)[0]
    random = np.random.RandomState(0)
    x = random.rand(batch * steps, *shape).astype("float32")
    y = np.eye(10, dtype="float32")[random.randint(0, 10, batch * steps)]
    times = []
    for turn in range(ROUNDS + 1):
        pair = [epoch(model, x, y, batch, predict) for model in (ours, plain)]
        if turn:
            times.append(pair)
    ratio = statistics.median(a / b for a, b in times)
    print("\n%s, %s, %s: kcool %.2f ms a step, Keras 3 %.2f ms, RATIO %.2f" % (
        stack.name, kind.__name__, "predict" if predict else "fit",
        *(1000 * statistics.median(column) / steps for column in zip(*times)), ratio))
