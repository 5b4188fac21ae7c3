"""First values of weights, with the formulas and the random numbers of Keras 2.2."""
import numpy as np

from kcool_common.svd_signs import svd

from . import backend as K
from .utils.generic_utils import deserialize_keras_object, interpret, serialize_keras_object

__all__ = ["Constant", "Identity", "Initializer", "Ones", "Orthogonal", "RandomNormal", "RandomUniform",
           "TruncatedNormal", "VarianceScaling", "Zeros", "constant", "deserialize", "get", "glorot_normal",
           "glorot_uniform", "he_normal", "he_uniform", "identity", "lecun_normal", "lecun_uniform", "normal", "one",
           "ones", "orthogonal", "random_normal", "random_uniform", "serialize", "truncated_normal", "uniform", "zero",
           "zeros"]

#: The standard deviation of a standard normal distribution that is cut off at -2 and 2.
_TRUNCATED_STDDEV = 0.87962566103423978


class Initializer(object):
    """Base class: called with a shape, gives an array or a tensor of the graph."""

    def __call__(self, shape, dtype=None):
        """See the class."""
        raise NotImplementedError

    def get_config(self):
        """The arguments of the constructor."""
        return {}

    @classmethod
    def from_config(cls, config):
        """Makes an initializer from its config."""
        return cls(**{name: value for name, value in config.items() if name != "dtype"})


class Zeros(Initializer):
    """All 0."""

    def __call__(self, shape, dtype=None):
        """See the class."""
        return K.constant(0, shape=shape, dtype=dtype)


class Ones(Initializer):
    """All 1."""

    def __call__(self, shape, dtype=None):
        """See the class."""
        return K.constant(1, shape=shape, dtype=dtype)


class Constant(Initializer):
    """All the same.

    Args:
        value: float.
    """

    def __init__(self, value=0):
        self.value = value

    def __call__(self, shape, dtype=None):
        """See the class."""
        return K.constant(self.value, shape=shape, dtype=dtype)

    def get_config(self):
        """See `Initializer`."""
        return {"value": self.value}


class _Normal(Initializer):
    def __init__(self, mean=0., stddev=0.05, seed=None):
        self.mean, self.stddev, self.seed = mean, stddev, seed

    def get_config(self):
        """See `Initializer`."""
        return {"mean": self.mean, "stddev": self.stddev, "seed": self.seed}


class RandomNormal(_Normal):
    """Normally distributed numbers.

    Args:
        mean, stddev: float.
        seed: int; without one, NumPy's global stream is asked for a seed.
    """

    def __call__(self, shape, dtype=None):
        """See the class."""
        return K.random_normal(shape, self.mean, self.stddev, dtype=dtype, seed=self.seed)


class TruncatedNormal(_Normal):
    """As `RandomNormal`, but numbers beyond two standard deviations are drawn again."""

    def __call__(self, shape, dtype=None):
        """See the class."""
        return K.truncated_normal(shape, self.mean, self.stddev, dtype=dtype, seed=self.seed)


class RandomUniform(Initializer):
    """Evenly distributed numbers.

    Args:
        minval, maxval: float.
        seed: as in `RandomNormal`.
    """

    def __init__(self, minval=-0.05, maxval=0.05, seed=None):
        self.minval, self.maxval, self.seed = minval, maxval, seed

    def __call__(self, shape, dtype=None):
        """See the class."""
        return K.random_uniform(shape, self.minval, self.maxval, dtype=dtype, seed=self.seed)

    def get_config(self):
        """See `Initializer`."""
        return {"minval": self.minval, "maxval": self.maxval, "seed": self.seed}


class VarianceScaling(Initializer):
    """Random numbers whose spread follows the number of units.

    Args:
        scale: positive float.
        mode: ``fan_in``, ``fan_out`` or ``fan_avg``: divides the variance by the units that come in, that go out, or
            by their mean.
        distribution: ``normal`` (truncated) or ``uniform``.
        seed: as in `RandomNormal`.
    """

    def __init__(self, scale=1.0, mode="fan_in", distribution="normal", seed=None):
        if scale <= 0.:
            raise ValueError("`scale` must be a positive float. Got:", scale)
        mode, distribution = mode.lower(), distribution.lower()
        if mode not in ("fan_in", "fan_out", "fan_avg"):
            raise ValueError('Invalid `mode` argument: expected one of "fan_in", "fan_out", "fan_avg" but got', mode)
        if distribution not in ("normal", "uniform"):
            raise ValueError('Invalid `distribution` argument: expected one of "normal", "uniform" but got',
                             distribution)
        self.scale, self.mode, self.distribution, self.seed = scale, mode, distribution, seed

    def __call__(self, shape, dtype=None):
        """See the class."""
        fan_in, fan_out = _compute_fans(shape)
        units = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": float(fan_in + fan_out) / 2}[self.mode]
        variance = self.scale / max(1., units)
        if self.distribution == "normal":
            return K.truncated_normal(shape, 0., np.sqrt(variance) / _TRUNCATED_STDDEV, dtype=dtype, seed=self.seed)
        limit = np.sqrt(3. * variance)
        return K.random_uniform(shape, -limit, limit, dtype=dtype, seed=self.seed)

    def get_config(self):
        """See `Initializer`."""
        return {"scale": self.scale, "mode": self.mode, "distribution": self.distribution, "seed": self.seed}


class Orthogonal(Initializer):
    """A random matrix with orthogonal rows or columns.

    Args:
        gain: float, factor.
        seed: int; as in Keras 2.2 it is given to NumPy's global generator.
    """

    def __init__(self, gain=1., seed=None):
        self.gain, self.seed = gain, seed

    def __call__(self, shape, dtype=None):
        """See the class."""
        flat = (int(np.prod(shape[:-1])), shape[-1])
        if self.seed is not None:
            np.random.seed(self.seed)
        u, _, v = svd(np.random.normal(0.0, 1.0, flat))
        q = (u if u.shape == flat else v).reshape(shape)
        return self.gain * q[:shape[0], :shape[1]]

    def get_config(self):
        """See `Initializer`."""
        return {"gain": self.gain, "seed": self.seed}


class Identity(Initializer):
    """The identity matrix, repeated along the longer side if that is a multiple of the shorter one.

    Args:
        gain: float, factor.
    """

    def __init__(self, gain=1.):
        self.gain = gain

    def __call__(self, shape, dtype=None):
        """See the class."""
        if len(shape) != 2:
            raise ValueError("Identity matrix initializer can only be used for 2D matrices.")
        short = min(shape)
        if max(shape) % short != 0:
            raise ValueError("Long side should be multiple of short side.")
        return self.gain * np.tile(np.identity(short), (shape[0] // short, shape[1] // short))

    def get_config(self):
        """See `Initializer`."""
        return {"gain": self.gain}


def lecun_uniform(seed=None):
    """Uniform within ``sqrt(3 / fan_in)``."""
    return VarianceScaling(scale=1., mode="fan_in", distribution="uniform", seed=seed)


def lecun_normal(seed=None):
    """Truncated normal of standard deviation ``sqrt(1 / fan_in)``."""
    return VarianceScaling(scale=1., mode="fan_in", distribution="normal", seed=seed)


def glorot_uniform(seed=None):
    """Uniform within ``sqrt(6 / (fan_in + fan_out))``."""
    return VarianceScaling(scale=1., mode="fan_avg", distribution="uniform", seed=seed)


def glorot_normal(seed=None):
    """Truncated normal of standard deviation ``sqrt(2 / (fan_in + fan_out))``."""
    return VarianceScaling(scale=1., mode="fan_avg", distribution="normal", seed=seed)


def he_uniform(seed=None):
    """Uniform within ``sqrt(6 / fan_in)``."""
    return VarianceScaling(scale=2., mode="fan_in", distribution="uniform", seed=seed)


def he_normal(seed=None):
    """Truncated normal of standard deviation ``sqrt(2 / fan_in)``."""
    return VarianceScaling(scale=2., mode="fan_in", distribution="normal", seed=seed)


zero = zeros = Zeros
one = ones = Ones
constant = Constant
uniform = random_uniform = RandomUniform
normal = random_normal = RandomNormal
truncated_normal = TruncatedNormal
identity = Identity
orthogonal = Orthogonal


def _compute_fans(shape, data_format="channels_last"):
    """The numbers of units that come into and go out of a weight of the given shape."""
    if data_format not in ("channels_first", "channels_last"):
        raise ValueError("Invalid data_format: " + data_format)
    if len(shape) == 2:
        return shape[0], shape[1]
    if len(shape) not in (3, 4, 5):
        fan = np.sqrt(np.prod(shape))
        return fan, fan
    if data_format == "channels_first":
        field = np.prod(shape[2:])
        return shape[1] * field, shape[0] * field
    field = np.prod(shape[:-2])
    return shape[-2] * field, shape[-1] * field


def serialize(initializer):
    """The config of an initializer."""
    return serialize_keras_object(initializer)


def deserialize(config, custom_objects=None):
    """Makes an initializer from its config or name."""
    return deserialize_keras_object(config, module_objects=globals(), custom_objects=custom_objects,
                                    printable_module_name="initializer")


def get(identifier):
    """An initializer by name, config or itself."""
    return interpret(identifier, deserialize, "initializer")
