"""``keras.layers.advanced_activations``: activation functions with parameters."""
# ruff: noqa: D102 - the protocol's methods are described in `engine.base_layer`.
from .. import activations
from .. import backend as K
from ..engine.base_layer import InputSpec, Layer  # noqa: F401 - scripts import it from here
from ..legacy import interfaces
from ..utils.generic_utils import to_list
from ._shared import Configured

__all__ = ["ELU", "LeakyReLU", "PReLU", "ReLU", "Softmax", "ThresholdedReLU"]


class _Elementwise(Configured):
    def __init__(self, **kwargs):
        super(_Elementwise, self).__init__(**kwargs)
        self.supports_masking = True

    def get_config(self):
        config = super(_Elementwise, self).get_config()
        # The attributes are arrays of the default dtype.
        return {key: float(value) if key in self._options and hasattr(value, "dtype") else value
                for key, value in config.items()}


class LeakyReLU(_Elementwise):
    """`x` above zero, ``alpha * x`` below.

    Args:
        alpha: float, not negative.
    """

    _options = ("alpha",)

    def __init__(self, alpha=0.3, **kwargs):
        super(LeakyReLU, self).__init__(**kwargs)
        self.alpha = K.cast_to_floatx(alpha)

    def call(self, inputs):
        return K.relu(inputs, alpha=self.alpha)


class PReLU(_Elementwise):
    """`x` above zero, ``alpha * x`` below, where `alpha` is a weight.

    Args:
        alpha_initializer, alpha_regularizer, alpha_constraint: for the weight, which has the shape of a sample.
        shared_axes: axes (counted from 1) along which the weight has size one.
    """

    _options = ("alpha_initializer", "alpha_regularizer", "alpha_constraint", "shared_axes")

    @interfaces.legacy_prelu_support
    def __init__(self, alpha_initializer="zeros", alpha_regularizer=None, alpha_constraint=None, shared_axes=None,
                 **kwargs):
        super(PReLU, self).__init__(**kwargs)
        self._take_options(alpha_initializer=alpha_initializer, alpha_regularizer=alpha_regularizer,
                           alpha_constraint=alpha_constraint)
        self.shared_axes = None if shared_axes is None else to_list(shared_axes, allow_tuple=True)

    def build(self, input_shape):
        shared = self.shared_axes or []
        self.param_broadcast = [axis in shared for axis in range(1, len(input_shape))]
        shape = [1 if axis in shared else input_shape[axis] for axis in range(1, len(input_shape))]
        self.alpha = self._add_configured("alpha", shape)
        axes = {axis: input_shape[axis] for axis in range(1, len(input_shape)) if shared and axis not in shared}
        self.input_spec = InputSpec(ndim=len(input_shape), axes=axes)
        self.built = True

    def call(self, inputs, mask=None):
        return K.relu(inputs) - self.alpha * K.relu(-inputs)


class ELU(_Elementwise):
    """`x` above zero, ``alpha * (exp(x) - 1)`` below.

    Args:
        alpha: float.
    """

    _options = ("alpha",)

    def __init__(self, alpha=1.0, **kwargs):
        super(ELU, self).__init__(**kwargs)
        self.alpha = K.cast_to_floatx(alpha)

    def call(self, inputs):
        return K.elu(inputs, self.alpha)


class ThresholdedReLU(_Elementwise):
    """`x` above `theta`, zero elsewhere.

    Args:
        theta: float, not negative.
    """

    _options = ("theta",)

    def __init__(self, theta=1.0, **kwargs):
        super(ThresholdedReLU, self).__init__(**kwargs)
        self.theta = K.cast_to_floatx(theta)

    def call(self, inputs, mask=None):
        return inputs * K.cast(K.greater(inputs, self.theta), K.floatx())


class Softmax(_Elementwise):
    """The softmax along an axis.

    Args:
        axis: int.
    """

    _options = ("axis",)

    def __init__(self, axis=-1, **kwargs):
        super(Softmax, self).__init__(**kwargs)
        self.axis = axis

    def call(self, inputs):
        return activations.softmax(inputs, axis=self.axis)


class ReLU(_Elementwise):
    """`x` above a threshold, at most a maximum; a slope below.

    Args:
        max_value: float, not negative; None for no maximum.
        negative_slope: float, not negative: below the threshold ``negative_slope * (x - threshold)``.
        threshold: float.
    """

    _options = ("max_value", "negative_slope", "threshold")

    def __init__(self, max_value=None, negative_slope=0., threshold=0., **kwargs):
        super(ReLU, self).__init__(**kwargs)
        if max_value is not None and max_value < 0.:
            raise ValueError("max_value of ReLU layer cannot be negative value: %s" % max_value)
        if negative_slope < 0.:
            raise ValueError("negative_slope of ReLU layer cannot be negative value: %s" % negative_slope)
        self.max_value = None if max_value is None else K.cast_to_floatx(max_value)
        self.negative_slope = K.cast_to_floatx(negative_slope)
        self.threshold = K.cast_to_floatx(threshold)

    def call(self, inputs):
        return K.relu(inputs, alpha=self.negative_slope, max_value=self.max_value, threshold=self.threshold)
