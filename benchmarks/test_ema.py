"""What the moving average costs: a training step with it against the bare step, and against the other ways to have one.

    python -m pytest -s benchmarks/test_ema.py

Each number is the median of ratios of neighbouring measurements in one run: the contestants take turns, so that a
change of the machine's speed touches them alike. Nothing is asserted about speed. The recipe as published is written
here anew, on Keras 2.2's own `K.moving_average_update`, and its numbers are compared with its formula as well.
"""
import time

import numpy as np
import pytest

import compat

MOMENTUM, ROUNDS, STEPS, BATCH = 0.999, 15, 8, 128
WIDTHS = (784, 1536, 1536, 768, 10)  # 4.76 million weights


def model_of(keras, optimizer):
    inputs = x = keras.layers.Input((WIDTHS[0],))
    for width in WIDTHS[1:-1]:
        x = keras.layers.Dense(width, activation="relu")(x)
    model = keras.models.Model(inputs, keras.layers.Dense(WIDTHS[-1])(x))
    model.compile(optimizer, "mean_squared_error")
    return model


class Published(object):
    """The recipe of 2019, as it stands in the article: update operations on the list of the metrics' updates."""

    def __init__(self, model, K, momentum):
        self.ema_weights = [K.variable(value) for value in K.batch_get_value(model.weights)]
        for average, weight in zip(self.ema_weights, model.weights):
            model.metrics_updates.append(K.moving_average_update(average, weight, momentum))


def bare(keras):
    return model_of(keras, keras.optimizers.SGD(0.01))


def ours(keras):
    model = bare(keras)
    compat.ExponentialMovingAverage(model, MOMENTUM).inject()
    return model


def published(keras):
    model = bare(keras)
    if not hasattr(model, "metrics_updates"):
        pytest.skip("this Keras has no model.metrics_updates: the recipe does not run here")
    model.published = Published(model, compat.K, MOMENTUM)
    return model


def built_in(keras):
    try:
        optimizer = keras.optimizers.SGD(0.01, use_ema=True, ema_momentum=MOMENTUM)
    except (TypeError, ValueError):
        pytest.skip("this Keras has no use_ema")
    return model_of(keras, optimizer)


def seconds(model, x, y):
    start = time.perf_counter()
    model.fit(x, y, batch_size=BATCH, epochs=1, shuffle=False, verbose=0)
    return (time.perf_counter() - start) / STEPS


@pytest.mark.parametrize("rival", [bare, published, built_in], ids=lambda rival: rival.__name__)
def test_step(stack, keras, rival):
    random = np.random.RandomState(0)
    x = random.normal(size=(STEPS * BATCH, WIDTHS[0])).astype("float32")
    y = random.normal(size=(STEPS * BATCH, WIDTHS[-1])).astype("float32")
    other, model = rival(keras), ours(keras)
    for warm_up in (other, model, other, model):
        seconds(warm_up, x, y)
    pairs = []
    for turn in range(ROUNDS):
        times = [seconds(one, x, y) for one in ((model, other) if turn % 2 else (other, model))]
        pairs.append(times if turn % 2 else times[::-1])
    ratios = [mine / its for mine, its in pairs]
    print("\nema step on %s: %.3f of %s (quartiles %.3f-%.3f; %.2f ms against %.2f ms)" % (
        (stack.name, np.median(ratios), rival.__name__) + tuple(np.percentile(ratios, [25, 75]))
        + tuple(1e3 * np.median(times) for times in zip(*pairs))))


def test_apply_and_reset(stack, keras):
    """Applying and resetting the averages of 10 million weights, against get_weights() and set_weights() for each."""
    inputs = keras.layers.Input((2048,))
    model = keras.models.Model(inputs, keras.layers.Dense(2048)(keras.layers.Dense(2880)(inputs)))
    model.compile(keras.optimizers.SGD(0.01), "mean_squared_error")
    ema = compat.ExponentialMovingAverage(model, MOMENTUM)
    ema.inject()

    def swap():
        ema.apply_ema_weights()
        ema.reset_old_weights()

    def plain():
        for _ in range(2):
            model.set_weights(model.get_weights())

    def timed(call):
        start = time.perf_counter()
        call()
        return time.perf_counter() - start

    pairs = [[timed(call) for call in ((swap, plain) if turn % 2 else (plain, swap))][::1 if turn % 2 else -1]
             for turn in range(ROUNDS + 2)][2:]
    ratios = [mine / its for mine, its in pairs]
    print("\nema apply and reset on %s: %.2f of get and set twice (quartiles %.2f-%.2f; %.0f ms against %.0f ms)" % (
        (stack.name, np.median(ratios)) + tuple(np.percentile(ratios, [25, 75]))
        + tuple(1e3 * np.median(times) for times in zip(*pairs))))


def test_published_numbers(stack, keras):
    """How far the recipe as published, and ours, are from the formula after 20 steps of a one-layer regression."""
    if not hasattr(bare(keras), "metrics_updates"):
        pytest.skip("this Keras has no model.metrics_updates: the recipe does not run here")
    random, K = np.random.RandomState(0), compat.K
    x, y = random.normal(size=(320, 5)).astype("float32"), random.normal(size=(320, 2)).astype("float32")
    model = keras.models.Sequential([keras.layers.Dense(2, input_shape=(5,))])
    model.compile(keras.optimizers.SGD(0.1), "mean_squared_error")
    theirs = Published(model, K, 0.9)
    mine = compat.ExponentialMovingAverage(model, 0.9)
    mine.inject()
    formula = [w.astype("float64") for w in model.get_weights()]
    for step in range(20):
        model.train_on_batch(x[16 * step:16 * step + 16], y[16 * step:16 * step + 16])
        formula = [0.9 * f + 0.1 * w for f, w in zip(formula, model.get_weights())]

    def off(variables):
        return max(np.abs(found - f).max() for found, f in zip(K.batch_get_value(variables), formula))

    print("\nema after 20 steps on %s: published off by %.3g, kcool off by %.3g" % (
        stack.name, off(theirs.ema_weights), off(mine.ema_weights)))
    before = K.batch_get_value(theirs.ema_weights), K.batch_get_value(mine.ema_weights)
    model.evaluate(x, y, batch_size=16, verbose=0)
    after = K.batch_get_value(theirs.ema_weights), K.batch_get_value(mine.ema_weights)
    moved = [max(np.abs(a - b).max() for a, b in zip(*pair)) for pair in zip(before, after)]
    print("evaluate() of 20 batches then moved the published average by %.3g, kcool's by %.3g" % tuple(moved))
