"""Workers that share their batches end with the weights of one process that sees whole batches."""
import functools
import json
import os
import socket
import subprocess
import sys

import numpy as np
import pytest

import compat
from compat.errors import TechniqueUnavailable, WrongDevices

LIMIT = 120  # seconds for a worker, after which it is killed

TRAINING = """
import json, sys
import numpy as np
import compat

workers, index, late, kind, devices, rows, batch, optimizer = json.loads(sys.argv[1])
if devices > 1:
    import tensorflow as tf
    tf.config.set_logical_device_configuration(
        tf.config.list_physical_devices("CPU")[0], devices * [tf.config.LogicalDeviceConfiguration()])
if late:
    compat.K.eval(compat.K.ones((2,)))
    try:
        compat.distribute(["127.0.0.1:1", "127.0.0.1:2"], 0)
    except compat.errors.WrongOrder as error:
        print(json.dumps(str(error)))
    sys.exit()
# None, None: from TF_CONFIG; no workers: one process for all.
strategy = None if workers == [] else compat.distribute(workers, index)
if kind == "compat":
    keras = compat.keras
else:
    import keras


def build():
    layers = keras.layers
    inputs = layers.Input((5,))
    hidden = layers.Dense(4, activation="tanh", kernel_initializer=keras.initializers.Constant(0.1),
                          kernel_regularizer=keras.regularizers.l2(0.05))(inputs)
    model = keras.models.Model(inputs, layers.Dense(2, kernel_initializer=keras.initializers.Constant(0.2))(hidden))
    optimizers = {"sgd": keras.optimizers.SGD(0.1, momentum=0.9), "adam": keras.optimizers.Adam(0.01)}
    model.compile(optimizers[optimizer], "mse")
    return model


random = np.random.RandomState(0)
x, y = random.randn(rows, 5).astype("float32"), random.randn(rows, 2).astype("float32")
if strategy is None:
    model = build()
else:
    with strategy.scope():
        model = build()
losses = model.fit(x, y, batch_size=batch, epochs=2, shuffle=False, verbose=0).history["loss"]
print(json.dumps([losses, [weight.tolist() for weight in model.get_weights()]]))
"""


@pytest.fixture
def start():
    """Starts a process of the program above; whatever happens, none outlives the test."""
    started = []

    def run(workers, index, late=False, kind="compat", training=(1, 32, 8, "sgd"), **variables):
        process = subprocess.Popen(
            [sys.executable, "-c", TRAINING, json.dumps([workers, index, late, kind] + list(training))],
            env=dict(os.environ, **variables), stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True)
        started.append(process)
        return process

    yield run
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def result(process):
    out, err = process.communicate(timeout=LIMIT)
    # TF 2.5 aborts about one worker in 25 while the interpreter ends, after all is done: docs/techniques/distribute.md.
    if not err.endswith("terminate called without an active exception\n"):
        assert process.returncode == 0, err[-3000:]
    return json.loads(out.strip().splitlines()[-1])


def free_addresses(count):
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    addresses = ["127.0.0.1:%d" % each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return addresses


@pytest.fixture
def available(stack):
    if compat.techniques.unavailable(compat.techniques.TECHNIQUES["distribute"], stack.name):
        pytest.skip("training over machines is marked unavailable here: test_where_it_cannot_be_had")


@pytest.mark.parametrize("count, devices, even, uneven, models", [
    (2, 1, (32, 8, "sgd"), (32, 8, "sgd"), "compat"), (3, 1, (24, 12, "adam"), (29, 7, "adam"), "compat"),
    (2, 2, (16, 8, "sgd"), (17, 8, "sgd"), "compat"), (2, 1, None, (29, 7, "adam"), "plain")],
    ids=["two", "three", "two_with_two_devices", "two_with_plain_models"])
def test_workers_train_as_one(available, stack, start, count, devices, even, uneven, models):
    """Batches may have any size on Keras 3; TensorFlow's own strategy wants them divisible, as the page says."""
    if models == "plain" and stack.family != "keras3":
        pytest.skip("one kind of models here")
    training = (devices,) + (even if stack.family == "keras2" else uneven)
    run = functools.partial(start, kind=models, training=training)
    workers = free_addresses(count)
    config = {"cluster": {"worker": workers}, "task": {"type": "worker", "index": count - 1}}
    processes = [run([], 0), run(None, None, TF_CONFIG=json.dumps(config))]
    processes += [run(workers, index) for index in range(count - 1)]
    wanted_losses, wanted = result(processes[0])
    for losses, weights in map(result, processes[1:]):
        np.testing.assert_allclose(losses, wanted_losses, rtol=1e-5)
        assert len(weights) == len(wanted) == 4
        for found, want in zip(weights, wanted):
            np.testing.assert_allclose(found, want, rtol=1e-5, atol=1e-6)


def test_too_late(available, start):
    message = result(start(None, None, late=True))
    for part in ("`distribute` was called after TensorFlow", "Found: ", "What to do: move the call"):
        assert part in message


@pytest.mark.parametrize("workers, index", [
    ([], 0), (["10.0.0.1"], 0), (["a:1", "a:1"], 0), (["a:1", "b:2"], 2), (["a:1", "b:2"], -1), (["http://a:1"], 0)])
def test_clusters_that_cannot_be(available, stack, workers, index):
    with pytest.raises(WrongDevices) as caught:
        compat.distribute(workers, index)
    for part in ("`distribute`", "Found: ", str(stack), "Supported: ", "What to do: "):
        assert part in str(caught.value)


@pytest.mark.parametrize("config", [None, "no json", '{"cluster": {}}'])
def test_environment_without_a_cluster(available, monkeypatch, config):
    monkeypatch.delenv("TF_CONFIG", raising=False)
    if config:
        monkeypatch.setenv("TF_CONFIG", config)
    with pytest.raises(WrongDevices, match="TF_CONFIG="):
        compat.distribute()


def test_where_it_cannot_be_had(stack):
    entry = compat.techniques.unavailable(compat.techniques.TECHNIQUES["distribute"], stack.name)
    if entry is None:
        assert compat.resolve("distribute").module == "kcool_modern.distribute"
        return
    with pytest.raises(TechniqueUnavailable) as caught:
        compat.distribute(["a:1", "b:2"], 0)
    assert entry.nearest in str(caught.value) and str(stack) in str(caught.value)
