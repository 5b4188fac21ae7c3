"""``keras.layers.noise``: random noise in training."""
# ruff: noqa: D102 - the protocol's methods are described in `engine.base_layer`.
import numpy as np

from .. import backend as K
from ..engine.base_layer import Layer  # noqa: F401 - scripts import it from here
from ..legacy import interfaces
from ._shared import Configured

__all__ = ["AlphaDropout", "GaussianDropout", "GaussianNoise"]


class GaussianNoise(Configured):
    """Adds normal noise with mean zero in training.

    Args:
        stddev: float.
    """

    _options = ("stddev",)

    @interfaces.legacy_gaussiannoise_support
    def __init__(self, stddev, **kwargs):
        super(GaussianNoise, self).__init__(**kwargs)
        self.supports_masking = True
        self.stddev = stddev

    def call(self, inputs, training=None):
        def noised():
            return inputs + K.random_normal(shape=K.shape(inputs), mean=0., stddev=self.stddev)

        return K.in_train_phase(noised, inputs, training=training)


class GaussianDropout(Configured):
    """Multiplies by normal noise with mean one in training.

    Args:
        rate: float from 0 to 1; the standard deviation is ``sqrt(rate / (1 - rate))``.
    """

    _options = ("rate",)

    @interfaces.legacy_gaussiandropout_support
    def __init__(self, rate, **kwargs):
        super(GaussianDropout, self).__init__(**kwargs)
        self.supports_masking = True
        self.rate = rate

    def call(self, inputs, training=None):
        if not 0 < self.rate < 1:
            return inputs

        def noised():
            stddev = np.sqrt(self.rate / (1.0 - self.rate))
            return inputs * K.random_normal(shape=K.shape(inputs), mean=1.0, stddev=stddev)

        return K.in_train_phase(noised, inputs, training=training)


class AlphaDropout(Configured):
    """Dropout that keeps mean and variance of what `selu` gives.

    Args:
        rate: float from 0 to 1.
        noise_shape: tuple of int, broadcast to the input; None for the input's shape.
        seed: int or None.
    """

    _options = ("rate",)

    def __init__(self, rate, noise_shape=None, seed=None, **kwargs):
        super(AlphaDropout, self).__init__(**kwargs)
        self._take_options(rate=rate, noise_shape=noise_shape, seed=seed)
        self.supports_masking = True

    def _get_noise_shape(self, inputs):
        return self.noise_shape if self.noise_shape else K.shape(inputs)

    def call(self, inputs, training=None):
        if not 0. < self.rate < 1.:
            return inputs
        rate, noise_shape = self.rate, self._get_noise_shape(inputs)
        # What selu tends to for very negative inputs.
        floor = -1.6732632423543772848170429916717 * 1.0507009873554804934193349852946

        def dropped():
            kept = K.cast(K.greater_equal(K.random_uniform(noise_shape, seed=self.seed), rate), K.floatx())
            a = ((1 - rate) * (1 + rate * floor ** 2)) ** -0.5
            b = -a * floor * rate
            return a * (inputs * kept + floor * (1 - kept)) + b

        return K.in_train_phase(dropped, inputs, training=training)
