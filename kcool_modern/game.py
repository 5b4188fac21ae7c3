"""The game of two players on tf.keras, tf-keras and plain Keras 3: a model with a train step of its own."""
import importlib

from kcool_common.adversarial import (
    check_penalty,
    chosen_losses,
    chosen_noise,
    chosen_optimizers,
    refuse_saving,
    single_players,
)

__all__ = ["plain_game"]


def plain_game(stack, generator, discriminator, loss, noise, gradient_penalty):
    """The uncompiled game; see `kcool_modern.adversarial.single_loss_gan`."""
    keras = importlib.import_module(stack.module)
    # `K` of Keras 2.2 computes with the tensors of plain layers, too.
    K = keras.backend if stack.family == "keras2" else importlib.import_module("kcool_modern.keras22").backend
    engine = importlib.import_module("kcool_modern.engines.%s.adversarial" % stack.engine)
    single_players(generator, discriminator, lambda tensor: tuple(tensor.shape))
    losses = chosen_losses(loss, discriminator, K)
    penalty, noise = check_penalty(gradient_penalty, discriminator), chosen_noise(noise, generator)
    reals = [_input_like(tensor, keras) for tensor in discriminator.inputs]
    seeds = [] if noise else [_input_like(tensor, keras) for tensor in generator.inputs]
    play = _play_class(stack, keras, engine)(generator, discriminator, losses, noise, penalty)
    inputs = reals + seeds
    return _game_class(stack, keras, engine)(inputs if len(inputs) > 1 else inputs[0], play(inputs), play)


def _input_like(tensor, keras):
    return keras.layers.Input(batch_shape=tuple(tensor.shape), dtype=str(getattr(tensor.dtype, "name", tensor.dtype)))


_classes = {}  # type: dict


def _play_class(stack, keras, engine):
    if ("play", stack.module) not in _classes:
        _classes["play", stack.module] = _make_play(keras, engine, _random(stack, keras))
    return _classes["play", stack.module]


def _random(stack, keras):
    if stack.family == "keras3":
        return keras.random.normal, keras.random.uniform, keras.random.SeedGenerator
    import tensorflow as tf

    return (lambda shape, seed: tf.random.normal(shape),
            lambda shape, low, high, seed: tf.random.uniform(shape, low, high), lambda: None)


def _make_play(keras, engine, random):
    normal, uniform, seeds = random

    class Play(keras.layers.Layer):
        """One pass of both players: scores of real samples, scores of fakes, the two losses."""

        def __init__(self, generator, discriminator, losses, noise, penalty):
            super().__init__(name="play")
            self.generator, self.discriminator = generator, discriminator
            self.players_losses, self.noise, self.penalty = losses, noise, penalty
            self.seed_generator = seeds()
            self.built = True

        def call(self, inputs, training=None):
            count = len(self.discriminator.inputs)
            reals, given = list(inputs[:count]), list(inputs[count:])
            fakes = self.generator(_single(given or [self._drawn(reals[0])]), training=training)
            real_scores = self.discriminator(_single(reals), training=training)
            fake_scores = self.discriminator(fakes, training=training)
            d_loss, g_loss = (function(real_scores, fake_scores) for function in self.players_losses)
            if self.penalty:
                fake = fakes[0] if isinstance(fakes, (list, tuple)) else fakes
                d_loss = d_loss + self.penalty * self._steepness(reals[0], fake, training)
            return _listed(real_scores) + _listed(fake_scores) + [d_loss, g_loss]

        def compute_output_spec(self, inputs, training=None):
            # Keras 3 asks this instead of running `call` on symbols, which the gradient inside would not survive.
            scores = [(tuple(one.shape), one.dtype) for one in self.discriminator.outputs]
            return [keras.KerasTensor(*spec) for spec in scores + scores + [((), scores[0][1])] * 2]

        def _drawn(self, real):
            shape = (engine.rows(real),) + tuple(self.generator.inputs[0].shape[1:])
            if self.noise == "normal":
                return normal(shape, seed=self.seed_generator)
            return uniform(shape, -1.0, 1.0, seed=self.seed_generator)

        def _steepness(self, real, fake, training):
            share = uniform((engine.rows(real),) + (1,) * (len(real.shape) - 1), 0.0, 1.0, seed=self.seed_generator)
            between = share * real + (1.0 - share) * fake
            return engine.steepness(self.discriminator, between, training)

    return Play


def _game_class(stack, keras, engine):
    if ("game", stack.module) not in _classes:
        _classes["game", stack.module] = _make_game(keras, engine)
    return _classes["game", stack.module]


def _make_game(keras, engine):
    class Game(engine.steps(keras), keras.Model):
        """Both players' training step; see `single_loss_gan`."""

        save = refuse_saving

        def __init__(self, inputs, outputs, play):
            super().__init__(inputs, outputs)
            self.play = play
            self.d_optimizer = self.g_optimizer = None
            self._players_metrics = _Trackers([keras.metrics.Mean(name=name) for name in ("loss", "d_loss", "g_loss")])

        @property
        def generator(self):
            return self.play.generator

        @property
        def discriminator(self):
            return self.play.discriminator

        @property
        def metrics(self):
            return self._players_metrics.all

        def compile(self, d_optimizer="adam", g_optimizer=None, **kwargs):
            """Sets the optimizers, names or objects; the generator's is a second one like the other if left out.

            Other arguments, such as ``jit_compile`` and ``run_eagerly``, go to Keras.
            """
            first, second = chosen_optimizers(d_optimizer, g_optimizer, keras.optimizers.get)
            self.d_optimizer, self.g_optimizer = first, second
            self.d_weights, self.g_weights = (
                list(player.trainable_weights) for player in (self.discriminator, self.generator))
            super().compile(optimizer=engine.both(keras, (first, self.d_weights), (second, self.g_weights)), **kwargs)

        def train_on_batch(self, *args, **kwargs):
            # Keras 3 would give the mean since its counters were last reset.
            self.reset_metrics()
            return super().train_on_batch(*args, **kwargs)

        def test_on_batch(self, *args, **kwargs):
            self.reset_metrics()
            return super().test_on_batch(*args, **kwargs)

        def _track(self, values, rows):
            for tracker, value in zip(self.metrics, values):
                tracker.update_state(value, sample_weight=rows)
            return {tracker.name: tracker.result() for tracker in self.metrics}

        def _totals(self, outputs, extra):
            """The loss of the log, and what each player's weights are moved by."""
            d_loss, g_loss = outputs[-2:]
            return (d_loss + g_loss + extra, d_loss, g_loss), (d_loss + extra, g_loss + extra)

    return Game


class _Trackers:
    """Metrics where tf.keras does not look for layers: it would count them among the weights of the model."""

    def __init__(self, trackers):
        self.all = trackers


def _single(tensors):
    return tensors if len(tensors) > 1 else tensors[0]


def _listed(tensors):
    return list(tensors) if isinstance(tensors, (list, tuple)) else [tensors]
