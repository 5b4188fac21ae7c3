"""What the game of two players is on every stack: losses, checks of the players, and the reversal's arithmetic."""
import math
import numbers

from kcool.errors import NotAModel, NotBuilt, TechniqueUnavailable, WrongShape, WrongValue

__all__ = ["LOSSES", "Reversal", "check_penalty", "chosen_losses", "chosen_noise", "chosen_optimizers", "is_sigmoid",
           "refuse_saving", "single_players"]


class Reversal(object):
    """What a gradient reversal layer does; to be put before a Keras's `Layer`. A subclass sets ``backend``."""

    def __init__(self, scale=1.0, **kwargs):
        if not isinstance(scale, numbers.Number) or isinstance(scale, (bool, complex)) or not math.isfinite(scale):
            raise WrongValue("GradientReversal: `scale` is a finite number. Received: %r." % (scale,),
                             do="to change it while the model trains: K.set_value(layer.scale, value)")
        super(Reversal, self).__init__(**kwargs)
        self.supports_masking = True
        # Named after the layer: in a file, weights of a nested model stand side by side.
        self.scale = self.add_weight(name=self.name + "_scale", shape=(), trainable=False,
                                     initializer=self.constant(float(scale)))

    def __call__(self, inputs, *args, **kwargs):
        """Refuses what has no gradient."""
        # Not in `call`, where TensorFlow 2 makes errors of its own out of ours.
        dtype = str(getattr(inputs.dtype, "name", inputs.dtype)) if hasattr(inputs, "dtype") else "float"
        if "float" not in dtype:
            raise WrongValue("GradientReversal has no gradient to reverse: its input is of dtype %s." % dtype,
                             supported="float tensors", do="put it behind the Embedding")
        return super(Reversal, self).__call__(inputs, *args, **kwargs)

    def call(self, inputs):
        """The inputs as they are."""
        K = self.backend
        kept = K.stop_gradient(inputs)
        # Both the value (x - scale * 0) and the gradient (-scale) are exact, also where XLA makes one rounding of two.
        return kept - K.cast(self.scale, K.dtype(inputs)) * (inputs - kept)

    def compute_output_shape(self, input_shape):
        """The shape of the inputs."""
        return input_shape

    def get_config(self):
        """The arguments of the constructor, with the scale of now."""
        config = super(Reversal, self).get_config()
        config["scale"] = float(self.backend.get_value(self.scale))
        return config


def _half(K, scores, target):
    return 0.5 * K.mean(K.square(scores - target))


#: name -> (the discriminator's loss, the generator's), functions of (K, scores of real samples, scores of fakes).
LOSSES = {
    "minimax": (lambda K, real, fake: K.mean(K.softplus(-real)) + K.mean(K.softplus(fake)),
                lambda K, real, fake: -K.mean(K.softplus(fake))),
    "non_saturating": (lambda K, real, fake: K.mean(K.softplus(-real)) + K.mean(K.softplus(fake)),
                       lambda K, real, fake: K.mean(K.softplus(-fake))),
    "hinge": (lambda K, real, fake: K.mean(K.relu(1.0 - real)) + K.mean(K.relu(1.0 + fake)),
              lambda K, real, fake: -K.mean(fake)),
    "wasserstein": (lambda K, real, fake: K.mean(fake) - K.mean(real),
                    lambda K, real, fake: -K.mean(fake)),
    "least_squares": (lambda K, real, fake: _half(K, real, 1.0) + _half(K, fake, 0.0),
                      lambda K, real, fake: _half(K, fake, 1.0)),
}
_FROM_LOGITS = ("minimax", "non_saturating")


def chosen_losses(loss, discriminator, K):
    """The pair of loss functions ``(real_scores, fake_scores) -> scalar`` behind the argument `loss`."""
    if isinstance(loss, (tuple, list)) and len(loss) == 2 and all(map(callable, loss)):
        return tuple(loss)
    if not isinstance(loss, str) or loss not in LOSSES:
        raise WrongValue("single_loss_gan has no loss %r." % (loss,), supported=", ".join(sorted(LOSSES)),
                         do="give one of these names, or a pair of functions (d_loss, g_loss), each of "
                            "(real_scores, fake_scores)")
    if len(discriminator.outputs) != 1:
        raise WrongValue("single_loss_gan: the loss %r is for one score, the discriminator %r has %d outputs." % (
            loss, discriminator.name, len(discriminator.outputs)),
            do="give a pair of functions; they get the lists of all scores")
    if loss in _FROM_LOGITS and is_sigmoid(discriminator):
        raise WrongValue("single_loss_gan: the discriminator %r ends in a sigmoid, and %r takes what comes before it."
                         % (discriminator.name, loss), found="probabilities", supported="scores (logits)",
                         do="leave out the last activation")
    return tuple(_bound(function, K) for function in LOSSES[loss])


def _bound(function, K):
    return lambda real, fake: function(K, real, fake)


def is_sigmoid(model):
    """Whether the last layer of a model, or of the model at its end, is a sigmoid."""
    last = model.layers[-1]
    while getattr(last, "layers", None):
        last = last.layers[-1]
    return getattr(getattr(last, "activation", None), "__name__", "") == "sigmoid"


def single_players(generator, discriminator, int_shape):
    """Raises unless two models can play against each other.

    Args:
        generator, discriminator: what the user gave.
        int_shape: gives the shape tuple of a symbolic tensor.
    """
    for name, model in (("generator", generator), ("discriminator", discriminator)):
        if not hasattr(model, "layers") or not hasattr(model, "predict"):
            raise NotAModel("single_loss_gan: the %s is no model. Received: %r." % (name, model),
                            supported="functional and sequential models", do="wrap the layer into a model")
        if not _tensors(model, "inputs") or not _tensors(model, "outputs"):
            raise NotBuilt("single_loss_gan needs the graph of the %s, and %r has none." % (name, model.name),
                           supported="functional models, and sequential models that know their input shape",
                           do="start it with an Input, or give its first layer an input_shape")
    made, taken = ([tuple(int_shape(one)) for one in tensors] for tensors in (generator.outputs, discriminator.inputs))
    if len(made) != len(taken) or not all(map(_fits, made, taken)):
        raise WrongShape("single_loss_gan: the discriminator takes %s, the generator makes %s." % (taken, made),
                         do="make the generator's outputs what the discriminator takes, in this order; a condition "
                            "that is passed on is an output, too")
    ids = {id(weight) for weight in generator.trainable_weights}
    shared = [weight.name for weight in discriminator.trainable_weights if id(weight) in ids]
    if shared:
        raise WrongValue("single_loss_gan: both players hold the trainable weights %s, and only one can train them."
                         % ", ".join(shared), do="freeze the shared layers, or give each player layers of its own")


def _tensors(model, name):
    try:
        return getattr(model, name)
    except (AttributeError, ValueError):
        return None


def _fits(made, taken):
    return len(made) == len(taken) and all(a is None or b is None or a == b for a, b in zip(made[1:], taken[1:]))


def check_penalty(penalty, discriminator):
    """Raises unless a gradient penalty can be put on a discriminator; returns it as a float."""
    if isinstance(penalty, bool) or not isinstance(penalty, numbers.Number) or not 0 <= penalty < float("inf"):
        raise WrongValue("single_loss_gan: `gradient_penalty` is a factor, at least 0. Received: %r." % (penalty,))
    if penalty and (len(discriminator.inputs) != 1 or len(discriminator.outputs) != 1):
        raise TechniqueUnavailable("single_loss_gan puts a gradient penalty on a discriminator of one input and one "
                                   "output only; %r has %d and %d." % (discriminator.name, len(discriminator.inputs),
                                                                       len(discriminator.outputs)),
                                   do="write the penalty into your own d_loss")
    return float(penalty)


def chosen_noise(noise, generator):
    """The argument `noise`, checked."""
    if noise not in (None, "normal", "uniform"):
        raise WrongValue("single_loss_gan draws no %r noise." % (noise,), supported="None, 'normal', 'uniform'",
                         do="feed your own: gan.fit([x, z], None)")
    sizes = [one.shape[1:] for one in generator.inputs]
    if noise and (len(sizes) != 1 or None in [getattr(size, "value", size) for size in sizes[0]]):
        raise WrongShape("single_loss_gan draws noise for a generator with one input of known shape; %r takes %s." % (
            generator.name, sizes), do="feed the generator's inputs: noise=None and gan.fit([x, z], None)")
    return noise


def chosen_optimizers(d_optimizer, g_optimizer, get):
    """The two players' optimizers: `g_optimizer` is a second one like `d_optimizer` if it is None.

    Args:
        d_optimizer, g_optimizer: names or optimizers.
        get: ``keras.optimizers.get``.
    """
    first = get(d_optimizer)
    second = type(first).from_config(first.get_config()) if g_optimizer is None else get(g_optimizer)
    if first is second:
        raise WrongValue("compile: both players got the same optimizer object, whose moments are for one.",
                         do="leave g_optimizer out to get a second one with the same settings, or make two")
    return first, second


def refuse_saving(self, *args, **kwargs):
    """A game is not saved as one model: its players are."""
    raise TechniqueUnavailable(
        "The model of single_loss_gan is a training step, not a network: no file format of Keras holds it.",
        do="save the players (gan.generator.save(...), gan.discriminator.save(...)), or gan.save_weights(...) and "
           "make the game again")
