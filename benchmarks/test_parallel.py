"""A training step of a parallel model beside the same step written by hand for ``tf.distribute.MirroredStrategy``.

Both on two logical CPU devices of one machine, so the numbers say what kcool adds, not what a second device saves.
"""
import time

import numpy as np
import pytest

import compat

DEVICES = ["cpu:0", "cpu:1"]
ROUNDS, STEPS = 15, 10


@pytest.fixture(scope="module")
def steps():
    stack = compat.stack()
    if stack.dialect == "legacy" or stack.engine != "tensorflow":
        pytest.skip("needs tf.distribute under the model's Keras")
    import tensorflow as tf

    x, y = np.random.randn(256, 64).astype("float32"), np.random.randn(256, 10).astype("float32")
    parallel = compat.multi_gpu_model(network(), devices=DEVICES)
    parallel.compile(compat.keras.optimizers.SGD(0.01), "mse")
    strategy = tf.distribute.MirroredStrategy(["/" + name for name in DEVICES],
                                              cross_device_ops=tf.distribute.ReductionToOneDevice())
    with strategy.scope():
        by_hand = network()
        by_hand.compile(compat.keras.optimizers.SGD(0.01), "mse")
    data = tf.data.Dataset.from_tensor_slices((x, y)).batch(256).repeat()
    # The step alone: setting up a distributed dataset costs the strategy some 0.3 s in every `fit`.
    distributed = strategy.experimental_distribute_dataset(data)
    iterators = {"kcool": (parallel, iter(data)), "by hand": (by_hand, iter(distributed))}
    for model, iterator in iterators.values():
        model.fit(data, steps_per_epoch=2, verbose=0)
        model.make_train_function()
        model.train_function(iterator)
    return iterators


def network():
    layers = compat.keras.layers
    inputs = hidden = layers.Input((64,))
    for _ in range(4):
        hidden = layers.Dense(256, activation="relu")(hidden)
    return compat.keras.models.Model(inputs, layers.Dense(10)(hidden))


def test_parallel_step(steps):
    times = {name: [] for name in steps}
    for _ in range(ROUNDS):
        for name, (model, iterator) in steps.items():
            started = time.perf_counter()
            for _ in range(STEPS):
                logs = model.train_function(iterator)
            float(logs["loss"])  # waits for the last step
            times[name].append((time.perf_counter() - started) / STEPS)
    ratio = np.median(times["kcool"]) / np.median(times["by hand"])
    print("\n%s: kcool %.2f ms, by hand %.2f ms, ratio %.2f" % (
        compat.stack(), 1e3 * np.median(times["kcool"]), 1e3 * np.median(times["by hand"]), ratio))
    assert ratio < 2
