"""The training step of two players on PyTorch: the tape is walked once per player."""
import torch

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
    between = between.detach().requires_grad_(True)
    with torch.enable_grad():
        score = discriminator(between, training=training)
        slope, = torch.autograd.grad(score.sum(), between, create_graph=True)
    norm = torch.sqrt(slope.square().sum(dim=tuple(range(1, between.ndim))) + 1e-12)
    return (norm - 1.0).square().mean()


def steps(keras):
    """The steps of a game, to be put before `Model`."""
    class Steps:
        def train_step(self, data):
            x = _inputs(data)
            logged, objectives = self._totals(self(x, training=True), sum(self.losses))
            optimizers, weights = (self.d_optimizer, self.g_optimizer), (self.d_weights, self.g_weights)
            # All gradients before any update: both players are judged by the same weights.
            found = [(one, _gradients(one.scale_loss(loss), theirs), theirs)
                     for one, loss, theirs in zip(optimizers, objectives, weights) if theirs]
            with torch.no_grad():
                for optimizer, gradients, theirs in found:
                    optimizer.apply(gradients, theirs)
            return self._track([value.detach() for value in logged], _count(x))

        def test_step(self, data):
            x = _inputs(data)
            logged, _ = self._totals(self(x, training=False), sum(self.losses))
            return self._track([value.detach() for value in logged], _count(x))

        def predict_step(self, data):
            return self(_inputs(data), training=False)[:-2]

    return Steps


def _gradients(loss, weights):
    return list(torch.autograd.grad(loss, [weight.value for weight in weights], retain_graph=True, allow_unused=True))


def _inputs(data):
    return data[0] if isinstance(data, tuple) else data


def _count(x):
    return (x[0] if isinstance(x, (list, tuple)) else x).shape[0]
