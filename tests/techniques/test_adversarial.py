"""`compat.single_loss_gan`: both players' updates against gradients written out in float64 NumPy."""
import numpy as np
import pytest

import compat
from compat import errors, function, gradients, single_loss_gan

pytestmark = pytest.mark.usefixtures("fresh_graph")
SAMPLES, NOISE, WIDTH = 8, 2, 3
RATES = 0.1, 0.05


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


#: loss -> slopes of the players' losses: (d by a real score, d by a fake score, g by a fake score), over the samples.
SLOPES = {
    "minimax": (lambda r: -sigmoid(-r), sigmoid, lambda f: -sigmoid(f)),
    "non_saturating": (lambda r: -sigmoid(-r), sigmoid, lambda f: -sigmoid(-f)),
    "hinge": (lambda r: -1.0 * (r < 1), lambda f: 1.0 * (f > -1), lambda f: -np.ones_like(f)),
    "wasserstein": (lambda r: -np.ones_like(r), np.ones_like, lambda f: -np.ones_like(f)),
    "least_squares": (lambda r: r - 1, lambda f: f, lambda f: f - 1),
}


def rows(*shape):
    return np.random.normal(size=shape).astype("float32")


def network(keras, inputs, hidden, outputs, **options):
    x_in = keras.layers.Input((inputs,))
    h = keras.layers.Dense(hidden, activation="tanh", **options)(x_in)
    model = keras.models.Model(x_in, keras.layers.Dense(outputs)(h))
    model.set_weights([rows(*w.shape) * 0.5 for w in model.get_weights()])
    return model


@pytest.fixture
def players(keras):
    return network(keras, NOISE, 6, WIDTH), network(keras, WIDTH, 5, 1)


def batches(count):
    return [(rows(SAMPLES, WIDTH) + 1, rows(SAMPLES, NOISE)) for _ in range(count)]


def optimizer(keras, old, name, rate, **options):
    return getattr(keras.optimizers, name)(**dict({"lr" if old else "learning_rate": rate}, **options))


class ByHand(object):
    """A player of two dense layers in float64."""

    def __init__(self, weights):
        self.weights = [w.astype("float64") for w in weights]
        self.moments = [(np.zeros_like(w), np.zeros_like(w)) for w in self.weights]

    def forward(self, x):
        w1, b1, w2, b2 = self.weights
        hidden = np.tanh(x.dot(w1) + b1)
        return hidden, hidden.dot(w2) + b2

    def backward(self, x, hidden, push):
        """Gradients of the weights, and of x, for a gradient `push` of the outputs."""
        w1, _, w2, _ = self.weights
        to_sum = push.dot(w2.T) * (1 - hidden ** 2)
        return [x.T.dot(to_sum), to_sum.sum(0), hidden.T.dot(push), push.sum(0)], to_sum.dot(w1.T)

    def sgd(self, grads, rate, step):
        self.weights = [w - rate * g for w, g in zip(self.weights, grads)]

    def adam(self, grads, rate, step):
        rate *= np.sqrt(1 - 0.999 ** step) / (1 - 0.9 ** step)
        self.moments = [(0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g) for g, (m, v) in zip(grads, self.moments)]
        self.weights = [w - rate * m / (np.sqrt(v) + 1e-7) for w, (m, v) in zip(self.weights, self.moments)]


def in_turns(g, d, data, loss, rule, rates=RATES, decay=0.0):
    """The alternating scheme: the discriminator's step, and the generator's from the same weights."""
    by_real, by_fake, by_fake_for_g = SLOPES[loss]
    for step, (x, z) in enumerate(data, 1):
        x, z = x.astype("float64"), z.astype("float64")
        made_from, fake = g.forward(z)
        (h_real, real_score), (h_fake, fake_score) = d.forward(x), d.forward(fake)
        of_real, _ = d.backward(x, h_real, by_real(real_score) / len(x))
        of_fake, _ = d.backward(fake, h_fake, by_fake(fake_score) / len(x))
        _, to_fake = d.backward(fake, h_fake, by_fake_for_g(fake_score) / len(x))
        g_grads, _ = g.backward(z, made_from, to_fake)
        d_grads = [a + b for a, b in zip(of_real, of_fake)]
        d_grads[0] = d_grads[0] + 2 * decay * d.weights[0]
        getattr(d, rule)(d_grads, rates[0], step)
        getattr(g, rule)(g_grads, rates[1], step)
    return g.weights + d.weights


def close(found, expected, rtol=1e-5, atol=1e-6):
    assert len(found) == len(expected)
    for one, other in zip(found, expected):
        np.testing.assert_allclose(one, other, rtol=rtol, atol=atol)


def weights_of(game):
    return game.generator.get_weights() + game.discriminator.get_weights()


def compiled(keras, old, game, name="SGD", rates=RATES, **options):
    game.compile(optimizer(keras, old, name, rates[0], **options), optimizer(keras, old, name, rates[1], **options))
    return game


@pytest.mark.parametrize("loss", sorted(SLOPES))
def test_sgd_is_that_of_turns_from_the_same_weights(keras, old, players, loss):
    game = compiled(keras, old, single_loss_gan(players[0], players[1], loss))
    oracle, data = [ByHand(player.get_weights()) for player in players], batches(4)
    for at, (x, z) in enumerate(data):
        game.train_on_batch([x, z], None)
        close(weights_of(game), in_turns(oracle[0], oracle[1], [data[at]], loss, "sgd"))


def test_adam_with_a_rate_for_each(keras, old, players):
    game = compiled(keras, old, single_loss_gan(*players), "Adam", (0.01, 0.002))
    oracle, data = [ByHand(player.get_weights()) for player in players], batches(5)
    for x, z in data:
        game.train_on_batch([x, z], None)
    expected = in_turns(oracle[0], oracle[1], data, "non_saturating", "adam", (0.01, 0.002))
    close(weights_of(game), expected, rtol=1e-4, atol=2e-5)
    assert np.abs(expected[0] - oracle[0].weights[0]).max() == 0  # in_turns moved the oracle: nothing else to compare


def test_the_losses_in_log_and_history(keras, old, players):
    game = compiled(keras, old, single_loss_gan(players[0], players[1], "wasserstein"), rates=(0.0, 0.0))
    (x, z), = batches(1)
    real, fake = players[1].predict(x), players[1].predict(players[0].predict(z))
    expected = [-real.mean(), fake.mean() - real.mean(), -fake.mean()]
    for call in (game.train_on_batch, game.test_on_batch):
        np.testing.assert_allclose(call([x, z], None), expected, rtol=1e-4, atol=1e-5)
    assert game.metrics_names == ["loss", "d_loss", "g_loss"]
    history = game.fit([x, z], None, epochs=2, batch_size=4, verbose=0).history
    np.testing.assert_allclose([history[name] for name in ("loss", "d_loss", "g_loss")],
                               np.transpose([expected] * 2), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(game.evaluate([x, z], None, batch_size=8, verbose=0), expected, rtol=1e-4, atol=1e-5)
    scores = game.predict([x, z])
    np.testing.assert_allclose(scores[0], real, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(scores[1], fake, rtol=1e-4, atol=1e-5)


def with_corners(keras, inputs, outputs):
    """A network with batch normalization and dropout."""
    x_in = keras.layers.Input((inputs,))
    x = keras.layers.BatchNormalization()(keras.layers.Dense(16)(x_in))
    x = keras.layers.Dropout(0.5)(keras.layers.Activation("tanh")(x))
    return keras.models.Model(x_in, keras.layers.Dense(outputs)(x))


@pytest.mark.parametrize("still", [0, 1], ids=["discriminator", "generator"])
def test_nothing_of_one_loss_reaches_the_other_player(keras, K, old, still):
    """With dropout, terms that should cancel out in a sum of losses would leave a remainder."""
    g, d = with_corners(keras, NOISE, WIDTH), with_corners(keras, WIDTH, 1)

    def flat(real, fake):
        return K.mean(0.0 * real) + K.mean(0.0 * fake)

    def steep(real, fake):
        return K.mean(real) + K.mean(fake)

    game = compiled(keras, old, single_loss_gan(g, d, (flat, steep) if still == 0 else (steep, flat)))
    resting, moving = (d, g) if still == 0 else (g, d)
    before = [K.batch_get_value(one.trainable_weights) for one in (resting, moving)]
    for x, z in batches(3):
        game.train_on_batch([x, z], None)
    for first, last in zip(before[0], K.batch_get_value(resting.trainable_weights)):
        np.testing.assert_array_equal(first, last)
    assert np.abs(before[1][0] - K.batch_get_value(moving.trainable_weights)[0]).max() > 1e-4


def test_batch_normalization_in_both(keras, K, old):
    """Against gradients that `compat.gradients` takes, in the training phase, one player after the other."""
    def player(inputs, outputs):
        x_in = keras.layers.Input((inputs,))
        x = keras.layers.BatchNormalization()(keras.layers.Dense(6)(x_in))
        return keras.models.Model(x_in, keras.layers.Dense(outputs)(keras.layers.Activation("tanh")(x)))

    g, d = player(NOISE, WIDTH), player(WIDTH, 1)
    (x, z), = batches(1)
    real, noise = keras.layers.Input((WIDTH,)), keras.layers.Input((NOISE,))
    real_score, fake_score = d(real), d(g(noise))
    d_loss = K.mean(K.relu(1.0 - real_score)) + K.mean(K.relu(1.0 + fake_score))
    of_d, of_g = gradients(d_loss, d.trainable_weights), gradients(-K.mean(fake_score), g.trainable_weights)
    found = function([real, noise, K.learning_phase()], of_d + of_g)([x, z, 1])
    trained = d.trainable_weights + g.trainable_weights
    before = K.batch_get_value(trained)
    moving = [w for w in g.weights if not any(w is one for one in g.trainable_weights)]
    still = K.batch_get_value(moving)
    compiled(keras, old, single_loss_gan(g, d, "hinge"), rates=(0.1, 0.1)).train_on_batch([x, z], None)
    close(K.batch_get_value(trained), [w - 0.1 * dw for w, dw in zip(before, found)], rtol=1e-4, atol=1e-5)
    assert all(np.abs(a - b).max() > 1e-4 for a, b in zip(still, K.batch_get_value(moving)))


def test_regularizers_and_frozen_layers(keras, K, old):
    g, d = network(keras, NOISE, 6, WIDTH), network(keras, WIDTH, 5, 1, kernel_regularizer=keras.regularizers.l2(0.1))
    g.layers[1].trainable = False
    oracle, data = [ByHand(player.get_weights()) for player in (g, d)], batches(3)
    frozen = [w.copy() for w in oracle[0].weights[:2]]
    game = compiled(keras, old, single_loss_gan(g, d, "hinge"))
    for batch in data:
        game.train_on_batch(list(batch), None)
        oracle[0].weights[:2] = frozen
        in_turns(oracle[0], oracle[1], [batch], "hinge", "sgd", decay=0.1)
    close(g.layers[1].get_weights(), frozen)
    close(g.layers[2].get_weights() + d.get_weights(), oracle[0].weights[2:] + oracle[1].weights)
    assert [layer.trainable for layer in g.layers[1:] + d.layers[1:]] == [False, True, True, True]
    assert g.trainable and d.trainable and len(d.trainable_weights) == 4 and len(g.trainable_weights) == 2


@pytest.mark.parametrize("noise", ["normal", "uniform"])
def test_noise_drawn_inside(keras, K, old, noise):
    """A generator that gives its noise on: the discriminator's first gradient tells its moments."""
    z_in, x_in = keras.layers.Input((1,)), keras.layers.Input((1,))
    scale = keras.layers.Dense(1, use_bias=False)
    g, d = keras.models.Model(z_in, scale(z_in)), keras.models.Model(x_in, keras.layers.Dense(1)(x_in))
    scale.set_weights([np.ones((1, 1))])

    def second_moment(real, fake):
        return K.mean(K.square(fake))

    game = single_loss_gan(g, d, (second_moment, second_moment), noise=noise)
    compiled(keras, old, game, rates=(0.0, 0.0))
    d.set_weights([np.ones((1, 1)), np.zeros(1)])
    x = rows(20000, 1)
    first, second = (game.train_on_batch(x, None)[1] for _ in range(2))
    assert first != second
    np.testing.assert_allclose([first, second], 1.0 if noise == "normal" else 1.0 / 3, rtol=0.06)
    history = game.fit(x[:64], None, batch_size=16, epochs=1, verbose=0).history
    assert np.isfinite(history["d_loss"][0])


def test_gradient_penalty(keras, K, old):
    """Of a linear discriminator the penalty is known: its gradient is the kernel everywhere."""
    g = network(keras, NOISE, 6, WIDTH)
    x_in = keras.layers.Input((WIDTH,))
    dense = keras.layers.Dense(1, use_bias=False)
    d = keras.models.Model(x_in, dense(x_in))
    game = compiled(keras, old, single_loss_gan(g, d, "wasserstein", gradient_penalty=10.0), rates=(0.01, 0.0))
    for x, z in batches(3):
        kernel, fake = dense.get_weights()[0].astype("float64"), g.predict(z)
        norm = np.sqrt((kernel ** 2).sum())
        slope = (fake.mean(0) - x.mean(0))[:, None] + 10 * 2 * (norm - 1) * kernel / norm
        d_loss = game.train_on_batch([x, z], None)[1]
        close(dense.get_weights(), [kernel - 0.01 * slope], rtol=1e-4, atol=1e-5)
        expected = ((fake - x).dot(kernel)).mean() + 10 * (norm - 1) ** 2
        np.testing.assert_allclose(d_loss, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("corners", [False, True], ids=["smooth", "corners"])
def test_gradient_penalty_of_a_curved_score_brings_the_norm_to_one(keras, K, old, corners):
    g = network(keras, NOISE, 6, WIDTH)
    d = with_corners(keras, WIDTH, 1) if corners else network(keras, WIDTH, 16, 1)
    flat = (lambda real, fake: 0.0 * K.mean(real), lambda real, fake: 0.0 * K.mean(fake))
    game = compiled(keras, old, single_loss_gan(g, d, flat, gradient_penalty=1.0), "Adam", (0.02, 0.0))
    losses = [game.train_on_batch([x, z], None)[1] for x, z in batches(10 if corners else 80)]
    assert np.isfinite(losses).all()
    if not corners:
        assert np.mean(losses[-10:]) < 0.3 * np.mean(losses[:5])


def test_a_condition_is_passed_on(keras, K, old):
    """The generator's outputs are what the discriminator takes: here a picture and its label."""
    label, noise = keras.layers.Input((1,)), keras.layers.Input((NOISE,))
    fake = keras.layers.Dense(WIDTH)(keras.layers.Concatenate()([noise, label]))
    g = keras.models.Model([noise, label], [fake, keras.layers.Activation("linear")(label)])
    x_in, y_in = keras.layers.Input((WIDTH,)), keras.layers.Input((1,))
    d = keras.models.Model([x_in, y_in], keras.layers.Dense(1)(keras.layers.Concatenate()([x_in, y_in])))
    game = compiled(keras, old, single_loss_gan(g, d, "wasserstein"))
    (x, z), = batches(1)
    y = rows(SAMPLES, 1)
    fakes = g.predict([z, y])
    before = d.get_weights()[0]
    game.train_on_batch([x, y, z, y], None)
    slope = np.hstack(fakes).mean(0) - np.hstack([x, y]).mean(0)
    close(d.get_weights()[:1], [before - 0.1 * slope[:, None]])


def test_weights_on_file(keras, old, players, tmp_path):
    game = compiled(keras, old, single_loss_gan(*players))
    (x, z), (x2, z2) = batches(2)
    game.train_on_batch([x, z], None)
    path = str(tmp_path / "game.weights.h5")
    game.save_weights(path)
    game.train_on_batch([x2, z2], None)
    after = weights_of(game)
    other = compiled(keras, old, single_loss_gan(network(keras, NOISE, 6, WIDTH), network(keras, WIDTH, 5, 1)))
    other.load_weights(path)
    other.train_on_batch([x2, z2], None)
    close(weights_of(other), after)
    with pytest.raises(errors.TechniqueUnavailable, match="save the players"):
        game.save(str(tmp_path / "game.h5"))


def test_with_the_moving_average(keras, old, players):
    """Another technique on the same step."""
    game = compiled(keras, old, single_loss_gan(*players))
    ema = compat.ExponentialMovingAverage(game, 0.5)
    ema.inject()
    average = game.get_weights()
    for x, z in batches(3):
        game.train_on_batch([x, z], None)
        average = [0.5 * a + 0.5 * w for a, w in zip(average, game.get_weights())]
    ema.apply_ema_weights()
    close(game.get_weights(), average)
    ema.reset_old_weights()


def test_wrong_arguments(keras, K, old, players):
    g, d = players
    last = keras.layers.Activation("sigmoid")(d.output)
    shared = keras.layers.Dense(WIDTH)
    a, b = keras.layers.Input((WIDTH,)), keras.layers.Input((WIDTH,))
    for wrong, error, words in (
            (lambda: single_loss_gan(g, d, "hings"), errors.WrongValue, "least_squares"),
            (lambda: single_loss_gan(g, d, "hinge", noise="pink"), errors.WrongValue, "uniform"),
            (lambda: single_loss_gan(g, d, gradient_penalty=-1), errors.WrongValue, "at least 0"),
            (lambda: single_loss_gan(g, keras.models.Model(d.input, last)), errors.WrongValue, "sigmoid"),
            (lambda: single_loss_gan(d, d), errors.WrongShape, "the generator makes"),
            (lambda: single_loss_gan(g, keras.models.Sequential()), errors.NotBuilt, "discriminator"),
            (lambda: single_loss_gan(g, keras.layers.Dense(1)), errors.NotAModel, "discriminator"),
            (lambda: single_loss_gan(keras.models.Model(a, shared(a)),
                                     keras.models.Model(b, keras.layers.Dense(1)(shared(b)))),
             errors.WrongValue, "only one can train")):
        with pytest.raises(error, match=words):
            wrong()
    twice = optimizer(keras, old, "SGD", 0.1)
    with pytest.raises(errors.WrongValue, match="same optimizer object"):
        single_loss_gan(g, d).compile(twice, twice)
