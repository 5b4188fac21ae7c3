"""What the emulation costs: one epoch of a model built through it against the same model written for Keras 3.

    python -m pytest -s benchmarks/test_keras22.py

The contestants take turns; each number is the median of the ratios of neighbouring measurements.
"""
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

ROUNDS = 9
SCRIPTS = Path(__file__).resolve().parent / "scripts"
#: A Python with Keras 2.2.4 on TensorFlow 1.15, for the comparison with the real stack.
OLD_PYTHON = os.environ.get("KCOOL_OLD_PYTHON")


def run(*command):
    """What a command prints last, and its seconds."""
    start = time.perf_counter()
    # TensorFlow 2 leaves word for its children that they are to be eager, which TensorFlow 1 obeys.
    variables = {name: value for name, value in os.environ.items() if name != "TF2_BEHAVIOR"}
    done = subprocess.run(command, env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return (done.stdout.splitlines() or [""])[-1], time.perf_counter() - start


def mlp(keras, layers):
    return [layers.Dense(512, activation="relu"), layers.Dense(512, activation="relu"),
            layers.Dense(10, activation="softmax")], (256,), 64, 60


def cnn(keras, layers):
    return [layers.Conv2D(16, 3, activation="relu"), layers.MaxPooling2D(), layers.Conv2D(32, 3, activation="relu"),
            layers.Flatten(), layers.Dense(10, activation="softmax")], (28, 28, 1), 32, 20


def lstm(keras, layers):
    return [layers.LSTM(64, recurrent_activation="sigmoid"), layers.Dense(10, activation="softmax")], (20, 32), 32, 30


def attention(keras, layers):
    def attend(x):
        query, key, value = [layers.Dense(64, use_bias=False)(x) for _ in range(3)]
        weights = layers.Activation("softmax")(layers.Dot(2)([query, key]))
        return layers.Dot((2, 1))([weights, value])

    return [attend, attend, layers.GlobalAveragePooling1D(), layers.Dense(10, activation="softmax")], (30, 64), 32, 30


KINDS = [mlp, cnn, lstm, attention]


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
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
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


def test_a_script_of_2018_against_the_real_stack(stack):
    if stack.name != "keras3/tensorflow" or not OLD_PYTHON:
        pytest.skip("needs KCOOL_OLD_PYTHON, a Python with Keras 2.2.4 on TensorFlow 1.15")
    script = str(SCRIPTS / "steps_2018.py")
    contestants = [sys.executable, "-m", "kcool", "run"], [OLD_PYTHON]
    pairs = [[json.loads(run(*command, script)[0]) for command in contestants] for _ in range(5)]
    for kind in pairs[0][0]:
        print("\n%s: kcool %.2f ms a step, Keras 2.2.4 %.2f ms, RATIO %.2f" % (
            kind, *(statistics.median(pair[side][kind] for pair in pairs) for side in (0, 1)),
            statistics.median(new[kind] / old[kind] for new, old in pairs)))


def test_start_up_against_plain_keras_3(stack, tmp_path):
    if stack.family != "keras3":
        pytest.skip("the emulation is for Keras 3")
    script = tmp_path / "nothing.py"
    script.write_text("import keras\n")
    pairs = [[run(*command, str(script))[1] for command in ([sys.executable, "-m", "kcool", "run"], [sys.executable])]
             for _ in range(ROUNDS)]
    print("\nstart-up: kcool run %.2f s, import keras %.2f s, difference %+.2f s" % (
        *map(statistics.median, zip(*pairs)), statistics.median(new - old for new, old in pairs)))


def test_memory_over_many_batches(stack):
    if stack.family != "keras3":
        pytest.skip("the emulation is for Keras 3")
    from kcool_modern import keras22
    model, shape, batch, _ = model_of(keras22, mlp)
    random = np.random.RandomState(0)
    x, y = random.rand(batch, *shape), np.eye(10)[random.randint(0, 10, batch)]
    sizes = []
    for count in (1000, 9000):
        for _ in range(count):
            model.train_on_batch(x, y)
        sizes.append(resident_kib())
    print("\n%s: resident memory after 1,000 batches %d MiB, after 10,000 %d MiB, %+.2f %%" % (
        stack.name, sizes[0] // 1024, sizes[1] // 1024, 100 * (sizes[1] / sizes[0] - 1)))


def resident_kib():
    """The resident memory of this process."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
