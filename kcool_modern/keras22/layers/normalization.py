"""``keras.layers.normalization``."""
# ruff: noqa: D102 - the protocol's methods are described in `engine.base_layer`.
from .. import backend as K
from ..engine.base_layer import InputSpec, Layer  # noqa: F401 - scripts import it from here
from ..legacy import interfaces
from ._shared import Configured, sizes_of

__all__ = ["BatchNormalization"]


class BatchNormalization(Configured):
    """Gives every channel mean zero and variance one over a batch, then scales and shifts it.

    In training it is the batch that the statistics come from, whatever `trainable` says, and moving averages of them
    are kept, which are used otherwise.

    Args:
        axis: int, the axis of the channels.
        momentum: float, how much of the moving averages an update keeps.
        epsilon: float added to variances.
        center, scale: whether to shift by a weight `beta` and to scale by a weight `gamma`.
        beta_initializer, gamma_initializer, moving_mean_initializer, moving_variance_initializer: names or functions.
        beta_regularizer, gamma_regularizer: penalties.
        beta_constraint, gamma_constraint: functions of a weight, applied after every update.
    """

    _options = ("axis", "momentum", "epsilon", "center", "scale", "beta_initializer", "gamma_initializer",
                "moving_mean_initializer", "moving_variance_initializer", "beta_regularizer", "gamma_regularizer",
                "beta_constraint", "gamma_constraint")

    @interfaces.legacy_batchnorm_support
    def __init__(self, axis=-1, momentum=0.99, epsilon=1e-3, center=True, scale=True, beta_initializer="zeros",
                 gamma_initializer="ones", moving_mean_initializer="zeros", moving_variance_initializer="ones",
                 beta_regularizer=None, gamma_regularizer=None, beta_constraint=None, gamma_constraint=None, **kwargs):
        super(BatchNormalization, self).__init__(**kwargs)
        self.supports_masking = True
        self._take_options(
            axis=axis, momentum=momentum, epsilon=epsilon, center=center, scale=scale,
            beta_initializer=beta_initializer, gamma_initializer=gamma_initializer,
            moving_mean_initializer=moving_mean_initializer, moving_variance_initializer=moving_variance_initializer,
            beta_regularizer=beta_regularizer, gamma_regularizer=gamma_regularizer, beta_constraint=beta_constraint,
            gamma_constraint=gamma_constraint)

    def build(self, input_shape):
        size = input_shape[self.axis]
        if size is None:
            raise ValueError("Axis %s of input tensor should have a defined dimension but the layer received an input "
                             "with shape %s." % (self.axis, input_shape))
        self.input_spec = InputSpec(ndim=len(input_shape), axes={self.axis: size})
        self.gamma = self._add_configured("gamma", (size,)) if self.scale else None
        self.beta = self._add_configured("beta", (size,)) if self.center else None
        self.moving_mean = self._add_configured("moving_mean", (size,), trainable=False)
        self.moving_variance = self._add_configured("moving_variance", (size,), trainable=False)
        self.built = True

    def call(self, inputs, training=None):
        sizes = sizes_of(inputs)
        others = list(range(len(sizes)))
        channels = others.pop(self.axis)

        def by_moving_averages():
            parts = [self.moving_mean, self.moving_variance, self.beta, self.gamma]
            if channels != len(sizes) - 1:
                shape = [1] * len(sizes)
                shape[channels] = sizes[channels]
                parts = [None if part is None else K.reshape(part, shape) for part in parts]
            return K.batch_normalization(inputs, *parts, axis=self.axis, epsilon=self.epsilon)

        if isinstance(training, (bool, int)) and not training:
            return by_moving_averages()
        by_batch, mean, variance = K.normalize_batch_in_training(
            inputs, self.gamma, self.beta, others, epsilon=self.epsilon)
        count = 1
        for axis in others:
            count = count * sizes[axis]
        count = K.cast(count, K.dtype(inputs))
        # 2.2.4's estimate of the variance of what the batch was drawn from, epsilon and all.
        variance = variance * (count / (count - (1.0 + self.epsilon)))
        self.add_update([K.moving_average_update(self.moving_mean, mean, self.momentum),
                         K.moving_average_update(self.moving_variance, variance, self.momentum)], inputs)
        return K.in_train_phase(by_batch, by_moving_averages, training=training)
