"""What one step for both players saves: the combined step against two `train_on_batch` of the alternating scheme.

    python -m pytest -s benchmarks/test_adversarial.py

Each number is the median of ratios of neighbouring measurements in one run: the contestants take turns. Nothing is
asserted about speed. "in turns" is the scheme of the textbooks: a model of the discriminator on real and fake samples,
and one of the discriminator on the generator, each with the other player frozen when it was compiled. "terms that
cancel" is the published single loss, where the API of Keras 2.2 is there: a third pass through the discriminator.
"""
import time

import numpy as np
import pytest

import compat

ROUNDS, STEPS, BATCH, NOISE, PIXELS = 15, 20, 64, 64, 784


def network(keras, widths):
    inputs = x = keras.layers.Input((widths[0],))
    for width in widths[1:-1]:
        x = keras.layers.Dense(width, activation="relu")(x)
    return keras.models.Model(inputs, keras.layers.Dense(widths[-1])(x))


def players(keras):
    return network(keras, (NOISE, 512, 512, PIXELS)), network(keras, (PIXELS, 512, 512, 1))


def hinge(K, real, fake):
    return K.mean(K.relu(1.0 - real)) + K.mean(K.relu(1.0 + fake))


def combined(keras, K):
    game = compat.single_loss_gan(*players(keras), loss="hinge")
    game.compile(keras.optimizers.Adam(1e-4))
    return lambda x, z: game.train_on_batch([x, z], None)


def in_turns(keras, K):
    g, d = players(keras)
    g.trainable = False
    pair = keras.layers.Input((PIXELS,)), keras.layers.Input((NOISE,))
    scores = keras.layers.Concatenate()([d(pair[0]), d(g(pair[1]))])
    of_d = keras.models.Model(list(pair), scores)
    of_d.compile(keras.optimizers.Adam(1e-4), lambda y, s: K.mean(K.relu(1.0 - s[:, :1]) + K.relu(1.0 + s[:, 1:])))
    g.trainable, d.trainable = True, False
    noise = keras.layers.Input((NOISE,))
    of_g = keras.models.Model(noise, d(g(noise)))
    of_g.compile(keras.optimizers.Adam(1e-4), lambda y, s: -K.mean(s))
    two, one = np.zeros((BATCH, 2), "float32"), np.zeros((BATCH, 1), "float32")
    d.trainable = True

    def step(x, z):
        of_d.train_on_batch([x, z], two)
        of_g.train_on_batch(z, one)

    return step


def terms_that_cancel(keras, K):
    g, d = players(keras)
    real, noise = keras.layers.Input((PIXELS,)), keras.layers.Input((NOISE,))
    fake = g(noise)
    real_score, cut_score, fake_score = d(real), d(keras.layers.Lambda(K.stop_gradient)(fake)), d(fake)
    model = keras.models.Model([real, noise], [real_score, cut_score, fake_score])
    if not hasattr(model, "get_updates_for"):
        pytest.skip("this Keras has no model.add_loss of symbolic tensors")
    model.add_loss(hinge(K, real_score, cut_score) + K.mean(cut_score) - K.mean(fake_score))
    model.compile(keras.optimizers.Adam(1e-4))
    return lambda x, z: model.train_on_batch([x, z], None)


def seconds(step, data):
    start = time.perf_counter()
    for x, z in data:
        step(x, z)
    return (time.perf_counter() - start) / len(data)


@pytest.mark.parametrize("kind", ["compat", "plain"])
@pytest.mark.parametrize("rival", [in_turns, terms_that_cancel], ids=lambda rival: rival.__name__)
def test_step(stack, keras, K, rival, kind):
    if kind == "plain":
        if stack.family != "keras3":
            pytest.skip("one kind of models here")
        import keras as plain

        keras, K = plain, plain.ops
        if rival is terms_that_cancel:
            pytest.skip("plain Keras 3 has no model.add_loss of symbolic tensors")
    random = np.random.RandomState(0)
    data = [[random.normal(size=(BATCH, size)).astype("float32") for size in (PIXELS, NOISE)] for _ in range(STEPS)]
    ours, other = combined(keras, K), rival(keras, K)
    for warm_up in (other, ours):
        seconds(warm_up, data[:3])
    pairs = []
    for turn in range(ROUNDS):
        times = [seconds(one, data) for one in ((ours, other) if turn % 2 else (other, ours))]
        pairs.append(times if turn % 2 else times[::-1])
    ratios = [mine / its for mine, its in pairs]
    print("\none step for two players on %s, %s models: %.2f of %s (quartiles %.2f-%.2f; %.2f ms against %.2f ms)" % (
        (stack.name, kind, np.median(ratios), rival.__name__) + tuple(np.percentile(ratios, [25, 75]))
        + tuple(1e3 * np.median(times) for times in zip(*pairs))))
