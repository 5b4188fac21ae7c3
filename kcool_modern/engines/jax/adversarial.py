"""The training step of two players on JAX: one pass forward, pulled back once per player."""
import jax
import keras
from keras.src.backend.common.stateless_scope import get_stateless_scope, in_stateless_scope

from ..players import players_class

__all__ = ["both", "rows", "steepness", "steps"]


def both(keras, *players):
    """What `compile` is given for two players: pairs of an optimizer and the weights that it trains."""
    return players_class(keras)(*players)


def rows(tensor):
    """The number of samples of a batch."""
    return tensor.shape[0]


def steepness(discriminator, between, training):
    """The mean of ``(norm of the gradient - 1) ** 2`` of a discriminator's score."""
    now = [(variable, variable.value) for variable in discriminator.variables]
    moving = discriminator.non_trainable_variables

    def score(x):
        # What the call writes is a value of this inner trace; it leaves it as a result.
        with keras.StatelessScope(state_mapping=now, collect_losses=True) as scope:
            total = discriminator(x, training=training).sum()
        return total, ([scope.get_current_value(variable) for variable in moving], scope.losses)

    slope, (values, losses) = jax.grad(score, has_aux=True)(jax.lax.stop_gradient(between))
    for variable, value in zip(moving, values):
        variable.assign(value)
    if in_stateless_scope() and get_stateless_scope().collect_losses:
        for loss in losses:
            get_stateless_scope().add_loss(loss)
    norm = jax.numpy.sqrt(jax.numpy.square(slope).sum(axis=tuple(range(1, between.ndim))) + 1e-12)
    return jax.numpy.square(norm - 1.0).mean()


def steps(keras):
    """The steps of a game, to be put before `Model`."""
    class Steps:
        def train_step(self, state, data):
            x = _inputs(data)
            trained, others, moments, counters = state
            places = _Places(self)
            moments = places.split(moments)

            def play(d_values, g_values):
                outputs, left, losses = self.stateless_call(
                    places.merged(trained, d_values, g_values), others, x, training=True, return_losses=True)
                logged, objectives = self._totals(outputs, sum(losses))
                return tuple(_scaled(*three) for three in zip(places.optimizers, moments[1:], objectives)), (
                    logged, left)

            values = [[trained[i] for i in player] for player in places.players]
            objectives, pull, (logged, others) = jax.vjp(play, *values, has_aux=True)
            for turn, optimizer in enumerate(places.optimizers):
                if values[turn]:
                    ones = tuple(jax.numpy.full_like(one, i == turn) for i, one in enumerate(objectives))
                    values[turn], moments[turn + 1] = optimizer.stateless_apply(
                        moments[turn + 1], pull(ones)[turn], values[turn])
            logs, counters = _tracked(self, counters, logged, x)
            return logs, (places.merged(trained, *values), others, [one for part in moments for one in part], counters)

        def test_step(self, state, data):
            x = _inputs(data)
            trained, others, counters = state
            outputs, others, losses = self.stateless_call(trained, others, x, training=False, return_losses=True)
            logs, counters = _tracked(self, counters, self._totals(outputs, sum(losses))[0], x)
            return logs, (trained, others, counters)

        def predict_step(self, state, data):
            outputs, others = super().predict_step(state, data)
            return outputs[:-2], others

    return Steps


class _Places:
    """Where in the lists that Keras hands through its step the things of either player are."""

    def __init__(self, game):
        ids = [id(variable) for variable in game.trainable_variables]
        self.players = [[ids.index(id(weight)) for weight in weights] for weights in (game.d_weights, game.g_weights)]
        self.optimizers = game.d_optimizer, game.g_optimizer
        self._own = len(game.optimizer.variables) - sum(len(one.variables) for one in self.optimizers)

    def split(self, moments):
        """The pair's own state, the first optimizer's, the second's."""
        moments, first = list(moments), self._own + len(self.optimizers[0].variables)
        return [moments[:self._own], moments[self._own:first], moments[first:]]

    def merged(self, trained, *values):
        """The list of all trained values, with the players' in it."""
        merged = list(trained)
        for places, theirs in zip(self.players, values):
            for place, value in zip(places, theirs):
                merged[place] = value
        return merged


def _inputs(data):
    return data[0] if isinstance(data, tuple) else data


def _scaled(optimizer, moments, loss):
    with keras.StatelessScope(state_mapping=list(zip(optimizer.variables, moments))):
        return optimizer.scale_loss(loss)


def _tracked(game, counters, logged, x):
    variables = game.metrics_variables
    with keras.StatelessScope(state_mapping=list(zip(variables, counters))) as scope:
        logs = game._track(logged, (x[0] if isinstance(x, (list, tuple)) else x).shape[0])
    values = [scope.get_current_value(variable) for variable in variables]
    return logs, [old if new is None else new for old, new in zip(counters, values)]
