"""What gradient accumulation, learning rates by name and gradient transforms cost in a training step.

    python -m pytest -s benchmarks/test_optimizers.py

Each number is the median of ratios of neighbouring epochs in one run: the contestants take turns. Nothing is asserted
about speed. "as written": the class shape that code of 2018 has, in an optimizer with `get_updates`.
"""
import importlib
import time

import numpy as np
import pytest

import compat
from benchmarks.test_ema import BATCH, STEPS, WIDTHS, model_of

ROUNDS, EVERY = 9, 4


def bare(keras):
    return keras.optimizers.Adam(1e-3)


def accumulating(keras):
    return compat.AccumOptimizer(bare(keras), EVERY)


def built_in(keras):
    native = importlib.import_module("keras") if compat.stack().family == "keras3" else keras
    try:
        return native.optimizers.Adam(1e-3, gradient_accumulation_steps=EVERY)
    except (TypeError, ValueError):
        pytest.skip("this Keras has no gradient accumulation of its own")


def multiplied(keras):
    return compat.LRMultiplier(bare(keras), {"dense": 0.5})


def clipped_each(keras):
    return compat.TransformGradients(bare(keras), compat.ClipGradientsEach(1.))


def clipped(keras):
    return keras.optimizers.Adam(1e-3, clipnorm=1.)


def plain_keras():
    """The Keras below `compat.keras`."""
    return importlib.import_module("keras") if compat.stack().family == "keras3" else compat.keras


PAIRS = [(accumulating, bare), (accumulating, built_in), (multiplied, bare), (clipped_each, bare),
         (clipped_each, clipped)]


@pytest.mark.parametrize("kind", ["compat", "plain"])
@pytest.mark.parametrize("one, other", PAIRS, ids=lambda each: each.__name__)
def test_step(stack, keras, kind, one, other):
    if kind == "plain":
        if stack.family != "keras3":
            pytest.skip("one kind of models here")
        keras = plain_keras()
    random = np.random.RandomState(0)
    x = random.normal(size=(STEPS * BATCH, WIDTHS[0])).astype("float32")
    y = random.normal(size=(STEPS * BATCH, WIDTHS[-1])).astype("float32")
    models = [model_of(plain_keras() if made is built_in else keras, made(keras)) for made in (one, other)]

    def seconds(model):
        start = time.perf_counter()
        model.fit(x, y, batch_size=BATCH, epochs=1, shuffle=False, verbose=0)
        return (time.perf_counter() - start) / STEPS

    for model in models * 2:
        seconds(model)
    pairs = []
    for turn in range(ROUNDS):
        times = [seconds(model) for model in (models if turn % 2 else models[::-1])]
        pairs.append(times if turn % 2 else times[::-1])
    ratio = np.median([mine / its for mine, its in pairs])
    print("\n%s [%s]: %s over %s: %.2f (%.1f ms a step)" % (
        stack, kind, one.__name__, other.__name__, ratio, 1e3 * np.median([mine for mine, _ in pairs])))
