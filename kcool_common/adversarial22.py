"""The game of two players on a Keras of the 2.2 kind, real or emulated: one graph, two losses, one list of updates."""
import functools
import warnings

from .adversarial import check_penalty, chosen_losses, chosen_noise, chosen_optimizers, refuse_saving, single_players

__all__ = ["single_loss_gan"]


def single_loss_gan(keras, generator, discriminator, loss, noise, gradient_penalty, finish):
    """The uncompiled game; see the public function.

    Args:
        keras: the module that both players belong to.
        generator, discriminator, loss, noise, gradient_penalty: as given by the user.
        finish: called with the compiled game, before it makes its training function.
    """
    K = keras.backend
    single_players(generator, discriminator, K.int_shape)
    losses = chosen_losses(loss, discriminator, K)
    penalty, noise = check_penalty(gradient_penalty, discriminator), chosen_noise(noise, generator)
    reals = [_input_like(tensor, keras) for tensor in discriminator.inputs]
    seeds = [] if noise else [_input_like(tensor, keras) for tensor in generator.inputs]
    fakes = _listed(generator(_single(seeds or [_drawn(noise, generator, reals[0], keras)])))
    outputs = _listed(discriminator(_single(reals))) + _listed(discriminator(_single(fakes)))
    half = len(outputs) // 2
    d_loss, g_loss = (function(_single(outputs[:half]), _single(outputs[half:])) for function in losses)
    if penalty:
        between = keras.layers.Lambda(functools.partial(_between, K), output_shape=K.int_shape(reals[0])[1:])(
            [reals[0], fakes[0]])
        # An output as well: what the call updates belongs to the step.
        outputs.append(discriminator(between))
        d_loss = d_loss + penalty * _steepness(K, K.gradients(outputs[-1], [between])[0])
    game = _classes(keras)[0](reals + seeds, outputs)
    game.add_loss(d_loss)
    game.add_loss(g_loss)
    game.generator, game.discriminator = generator, discriminator
    game._set_players([d_loss, g_loss], finish)
    return game


def _input_like(tensor, keras):
    return keras.layers.Input(batch_shape=keras.backend.int_shape(tensor), dtype=keras.backend.dtype(tensor))


def _drawn(kind, generator, real, keras):
    K = keras.backend
    shape, dtype = K.int_shape(generator.inputs[0])[1:], K.dtype(generator.inputs[0])
    draw = {"normal": K.random_normal, "uniform": functools.partial(K.random_uniform, minval=-1.0, maxval=1.0)}[kind]
    return keras.layers.Lambda(lambda x: draw((K.shape(x)[0],) + shape, dtype=dtype), output_shape=shape)(real)


def _between(K, pair):
    real, fake = pair
    share = K.random_uniform((K.shape(real)[0],) + (1,) * (K.ndim(real) - 1), dtype=K.dtype(real))
    return share * real + (1.0 - share) * fake


def _steepness(K, slope):
    norm = K.sqrt(K.sum(K.square(slope), axis=list(range(1, K.ndim(slope)))) + 1e-12)
    return K.mean(K.square(norm - 1.0))


def _listed(tensors):
    return list(tensors) if isinstance(tensors, (list, tuple)) else [tensors]


def _single(tensors):
    return tensors if len(tensors) > 1 else tensors[0]


_made = {}  # type: dict


def _classes(keras):
    if keras.__name__ not in _made:
        _made[keras.__name__] = _game_class(keras), _optimizer_class(keras)
    return _made[keras.__name__]


def _game_class(keras):
    # From Keras 2.3 on metrics are objects, to be added before `compile`; before, tensors on a list after it.
    listed_metrics = keras.__version__.startswith("2.2.")

    class Game(keras.models.Model):
        """Both players' training step; see `single_loss_gan`."""

        save = refuse_saving

        def _set_players(self, losses, finish):
            self._losses_of_players, self._finish = losses, finish
            if not listed_metrics:
                for name, value in zip(("d_loss", "g_loss"), losses):
                    self.add_metric(value, name=name)

        def compile(self, d_optimizer="adam", g_optimizer=None):
            """Sets the optimizers, names or objects; the generator's is a second one like the other if left out."""
            first, second = chosen_optimizers(d_optimizer, g_optimizer, keras.optimizers.get)
            with warnings.catch_warnings():
                # The scores are no targets' counterparts, and Keras takes that for a slip.
                warnings.filterwarnings("ignore", "Output .* missing from loss dictionary", UserWarning)
                super(Game, self).compile(_classes(keras)[1](self, first, second))
            self.d_optimizer, self.g_optimizer = first, second
            if listed_metrics:
                self.metrics_names += ["d_loss", "g_loss"]
                self.metrics_tensors += self._losses_of_players
            self._finish(self)

    return Game


def _optimizer_class(keras):
    class Players(keras.optimizers.Optimizer):
        """Two optimizers, each with its own loss and its own weights, in one list of updates."""

        def __init__(self, game, first, second):
            super(Players, self).__init__()
            self._game, self._players = game, [first, second]

        def get_updates(self, loss, params):
            game = self._game
            theirs = [id(player) for player in game._losses_of_players]
            others = [one for one in game.losses if id(one) not in theirs]
            trained = {id(weight) for weight in params}
            self.updates, self.weights = [], []
            for optimizer, model, loss in zip(self._players, (game.discriminator, game.generator),
                                              game._losses_of_players):
                # Regularizers and activities count for both, as they do in two models trained in turns.
                weights = [weight for weight in model.trainable_weights if id(weight) in trained]
                if weights:
                    self.updates += optimizer.get_updates(loss=sum(others, loss), params=weights)
                    self.weights += optimizer.weights
            return self.updates

        def get_config(self):
            return {"d_optimizer": keras.optimizers.serialize(self._players[0]),
                    "g_optimizer": keras.optimizers.serialize(self._players[1])}

    return Players
