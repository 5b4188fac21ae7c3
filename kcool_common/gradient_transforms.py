"""What is the same for free gradient operations on every stack: the ready-made ones, and checks."""
from kcool.errors import WrongValue
from kcool.stack import stack

__all__ = ["AddGradientNoise", "CentralizeGradients", "ClipGradientsEach", "checked_transform", "transformed"]


def checked_transform(transform, find):
    """A transform by object, config or name.

    Args:
        transform: a function; or what `serialized` gave for one.
        find: function from a name to the object that a user registered under it, or None.
    """
    if isinstance(transform, dict) and transform.get("class_name") in _READY:
        return _READY[transform["class_name"]](**transform["config"])
    found = find(transform) if isinstance(transform, str) else transform
    if not callable(found):
        raise WrongValue(
            "TransformGradients: %r is no function of gradients and weights." % (transform,), found=str(stack()),
            supported="a function (gradients, weights) -> gradients, two lists of the same length and a third one",
            do="for a model that is loaded: custom_objects={%r: the function}" % (transform,)
            if isinstance(transform, str) else None)
    return found


def serialized(transform):
    """What a config says of a transform: name and arguments of a ready-made one, the name of a user's function."""
    if type(transform).__name__ in _READY:
        return {"class_name": type(transform).__name__, "config": transform.get_config()}
    return getattr(transform, "__name__", type(transform).__name__)


def transformed(transform, gradients, weights):
    """The transformed gradients as a list; a WrongValue if there are more or fewer of them than weights."""
    found = transform(list(gradients), list(weights))
    if not isinstance(found, (list, tuple)) or len(found) != len(weights):
        raise WrongValue(
            "TransformGradients: the transform gave %s for %d gradients." % (
                "%d" % len(found) if isinstance(found, (list, tuple)) else type(found).__name__, len(weights)),
            found=str(stack()), supported="a list with one gradient for each weight")
    return list(found)


class _Transform(object):
    """A ready-made transform; ``compat.K`` computes."""

    def __call__(self, gradients, weights, normal=None):
        """Other gradients; ``normal(shape, dtype)`` draws from the standard normal distribution."""
        from kcool import K

        normal = normal or (lambda shape, dtype: K.random_normal(shape, dtype=dtype))
        return [self._one(K, normal, gradient, weight) for gradient, weight in zip(gradients, weights)]

    def get_config(self):
        """The arguments of the constructor."""
        return dict(vars(self))


class ClipGradientsEach(_Transform):
    """Every gradient is shortened by itself; Keras 2.2's `clipnorm` takes the norm of all of them together.

    Args:
        norm: float, the greatest Euclidean norm of one weight's gradient.
    """

    def __init__(self, norm):
        if not norm > 0:
            raise WrongValue("ClipGradientsEach(norm=%r)." % (norm,), supported="numbers above zero")
        self.norm = float(norm)

    def _one(self, K, normal, gradient, weight):
        length = K.sqrt(K.sum(K.square(gradient)))
        return gradient * (self.norm / K.maximum(length, self.norm))


class CentralizeGradients(_Transform):
    """The gradient of a weight with several axes loses its mean over all axes but the last (Yong et al., 2020)."""

    def _one(self, K, normal, gradient, weight):
        axes = list(range(len(K.int_shape(weight)) - 1))
        return gradient - K.mean(gradient, axis=axes, keepdims=True) if axes else gradient


class AddGradientNoise(_Transform):
    """Normal noise is added to every gradient (Neelakantan et al., 2015, without their schedule).

    Args:
        stddev: float, its standard deviation.
    """

    def __init__(self, stddev):
        if not stddev >= 0:
            raise WrongValue("AddGradientNoise(stddev=%r)." % (stddev,), supported="numbers from zero")
        self.stddev = float(stddev)

    def _one(self, K, normal, gradient, weight):
        return gradient + self.stddev * normal(K.int_shape(weight), K.dtype(weight))


_READY = {one.__name__: one for one in (ClipGradientsEach, CentralizeGradients, AddGradientNoise)}
