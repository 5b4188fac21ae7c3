"""Two players in one step: a GAN whose generator and discriminator are updated together, and gradient reversal.

The recipe (Su Jianlin, "Make Keras Cooler: cutting gradients cleverly", 2019-02-22): training a GAN in turns feeds and
computes everything twice; where gradients are stopped at the right places, one model and one step do for both players.

What changed between stacks: Keras 2.2 takes the gradients in the optimizer's ``get_updates``, where each player can ask
for those of its own loss. Later Keras takes the gradient of one loss with respect to all weights.

On models of Keras 2.2 on Keras 3 the game is that of the legacy side. On the others it is a model with a train step of
its own: one pass forward, two backward (TensorFlow: a tape that is asked twice; JAX: one `vjp`; PyTorch: two walks).

Known differences from the recipe: the gradients are cut by asking for them per player, not by terms that cancel out in
the sum of the losses, so that dropout in the discriminator cannot leave a remainder, and there is one pass less.
"""
import importlib
from typing import Any

from kcool.dispatch import resolve
from kcool.errors import NotAModel
from kcool.stack import stack
from kcool_common.adversarial import Reversal
from kcool_common.adversarial22 import single_loss_gan as game_of

from .kinds import is_keras22

__all__ = ["GradientReversal", "single_loss_gan"]


def _keras():
    # A layer of Keras 2.2 on Keras 3 works in plain models of Keras 3 as well; not so the other way round.
    chosen = stack()
    return importlib.import_module("kcool_modern.keras22" if chosen.family == "keras3" else chosen.module)


_Layer: Any = _keras().layers.Layer


class GradientReversal(Reversal, _Layer):
    """Gives its input on as it is, and its gradient back multiplied by ``-scale``.

        y = GradientReversal(0.5)(features)
        domain = Dense(1, activation="sigmoid")(y)      # features are trained to hide the domain
        K.set_value(layer.scale, 1.0)                   # at any moment, also from a callback

    Args:
        scale: float, the factor of the reversed gradient.

    Attributes:
        scale: a variable, a weight of the layer that is not trained; it is saved with the others.

    Raises:
        WrongValue: `scale` is no finite number, or the input is no float tensor.
    """

    backend = _keras().backend
    constant = _keras().initializers.Constant


def single_loss_gan(generator, discriminator, loss="non_saturating", noise=None, gradient_penalty=0.0):
    """One model whose training step updates both players of a GAN from the same weights.

        gan = single_loss_gan(generator, discriminator, "hinge")
        gan.compile(Adam(4e-4, 0.5), Adam(1e-4, 0.5))        # the discriminator's, the generator's
        loss, d_loss, g_loss = gan.train_on_batch([x, z], None)

    Args:
        generator: a built model; its outputs are what the discriminator takes.
        discriminator: a built model that gives scores, without a sigmoid at its end.
        loss: ``"minimax"``, ``"non_saturating"``, ``"hinge"``, ``"wasserstein"``, ``"least_squares"``, or a pair of
            functions ``d_loss(real_scores, fake_scores)`` and ``g_loss(real_scores, fake_scores)``, each a scalar.
        noise: None to feed the generator's inputs behind those of the discriminator, or ``"normal"`` or ``"uniform"``
            (from -1 to 1) to draw them inside of the step: ``gan.fit(x, None)``.
        gradient_penalty: factor of the mean of ``(norm of the score's gradient - 1) ** 2`` at samples between real and
            fake ones, which the discriminator's loss is given on top.

    Returns:
        An uncompiled model with the attributes ``generator``, ``discriminator`` and, once compiled, ``d_optimizer`` and
        ``g_optimizer``. ``compile(d_optimizer, g_optimizer=None)``: names or optimizers; the generator's is a second
        one with the same settings if it is left out.

    Raises:
        NotAModel, NotBuilt, WrongShape, WrongValue: the players or an argument cannot be used.
    """
    chosen = resolve("adversarial", generator).stack
    kinds = [is_keras22(player) for player in (generator, discriminator)]
    if any(kinds) and not all(kinds):
        raise NotAModel("single_loss_gan: one player is a model of compat.keras, the other a plain one of Keras 3.",
                        found=str(chosen), do="make both with the same Keras")
    if all(kinds):
        from . import keras22
        return game_of(keras22, generator, discriminator, loss, noise, gradient_penalty, lambda game: None)
    from .game import plain_game
    return plain_game(chosen, generator, discriminator, loss, noise, gradient_penalty)
