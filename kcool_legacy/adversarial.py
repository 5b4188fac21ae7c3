"""Two players in one step: a GAN whose generator and discriminator are updated together, and gradient reversal.

The recipe (Su Jianlin, "Make Keras Cooler: cutting gradients cleverly", 2019-02-22): training a GAN in turns feeds and
computes everything twice; where gradients are stopped at the right places, one model and one step do for both players.

On this side the game is one functional model: the fake samples and their scores are computed once, the two losses
are added to the model, and the step holds the updates of both players' optimizers, each from the gradients of its own
loss with respect to its own weights. All writes wait for all gradients: both players are judged by the same weights.

Known differences from the recipe: the gradients are cut by asking for them per player, not by terms that cancel out in
the sum of the losses, so that dropout in the discriminator cannot leave a remainder, and there is one pass less.
"""
import keras
from keras import backend as K

from kcool.dispatch import resolve
from kcool_common.adversarial import Reversal
from kcool_common.adversarial22 import single_loss_gan as game_of

from .write_order import with_writes_last

__all__ = ["GradientReversal", "single_loss_gan"]


class GradientReversal(Reversal, keras.layers.Layer):
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

    backend = K
    constant = keras.initializers.Constant


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
    resolve("adversarial", generator)
    return game_of(keras, generator, discriminator, loss, noise, gradient_penalty, with_writes_last)
