"""``keras.legacy.layers``: layers that were deprecated in 2.2.4, and the recurrent base class of earlier versions."""
# ruff: noqa: D102 - the protocol's methods are described in `engine.base_layer`.
import warnings

import numpy as np

from .. import activations
from .. import backend as K
from ..engine.base_layer import InputSpec, Layer  # noqa: F401 - scripts import it from here
from ..utils import conv_utils
from ..utils.generic_utils import to_list
from ._shared import Configured

__all__ = ["AtrousConvolution1D", "AtrousConvolution2D", "ConvRecurrent2D", "Highway", "MaxoutDense", "Recurrent"]


class _Deprecated(Configured):
    """A dense layer of Keras 1, for inputs ``(samples, features)``."""

    def __init__(self, weights, input_dim, options, **kwargs):
        warnings.warn("The `%s` layer is deprecated and will be removed after 06/2017." % type(self).__name__,
                      stacklevel=3)
        if input_dim:
            kwargs["input_shape"] = (input_dim,)
        super(_Deprecated, self).__init__(**kwargs)
        self.initial_weights, self.input_dim = weights, input_dim
        self._take_options(**options)

    def build(self, input_shape):
        # 2.2.4 set no rank before this: the base class had reset it.
        self.input_spec = InputSpec(dtype=K.floatx(), shape=(None, input_shape[1]))
        self._add_weights(input_shape[1])
        if self.initial_weights is not None:
            self.set_weights(self.initial_weights)
            del self.initial_weights
        self.built = True

    def _add_weights(self, input_dim):
        raise NotImplementedError

    def _add(self, name, shape, initializer):
        return self.add_weight(name=name, shape=shape, initializer=initializer, **{
            what: getattr(self, "%s_%s" % (name, what), None) for what in ("regularizer", "constraint")})


class MaxoutDense(_Deprecated):
    """The maximum of several dense layers.

    Args:
        output_dim: int.
        nb_feature: int, how many layers.
        init: name or function.
        weights: list of arrays, the initial values.
        W_regularizer, b_regularizer, activity_regularizer, W_constraint, b_constraint: names or functions.
        bias: bool.
        input_dim: int or None.
    """

    _options = ("output_dim", "init", "nb_feature", "W_regularizer", "b_regularizer", "activity_regularizer",
                "W_constraint", "b_constraint", "bias", "input_dim")

    def __init__(self, output_dim, nb_feature=4, init="glorot_uniform", weights=None, W_regularizer=None,
                 b_regularizer=None, activity_regularizer=None, W_constraint=None, b_constraint=None, bias=True,
                 input_dim=None, **kwargs):
        options = dict(
            output_dim=output_dim, nb_feature=nb_feature, init=init, W_regularizer=W_regularizer,
            b_regularizer=b_regularizer, activity_regularizer=activity_regularizer, W_constraint=W_constraint,
            b_constraint=b_constraint, bias=bias)
        super(MaxoutDense, self).__init__(weights, input_dim, options, **kwargs)

    def _add_weights(self, input_dim):
        self.W = self._add("W", (self.nb_feature, input_dim, self.output_dim), self.init)
        self.b = self._add("b", (self.nb_feature, self.output_dim), "zero") if self.bias else None

    def compute_output_shape(self, input_shape):
        return (input_shape[0], self.output_dim)

    def call(self, x):
        output = K.dot(x, self.W)
        return K.max(output + self.b if self.bias else output, axis=1)


class Highway(_Deprecated):
    """A dense layer, and a gate that mixes its output with its input.

    Args:
        init: name or function.
        activation: name or function.
        weights: list of arrays, the initial values.
        W_regularizer, b_regularizer, activity_regularizer, W_constraint, b_constraint: names or functions.
        bias: bool.
        input_dim: int or None.
    """

    _options = ("init", "activation", "W_regularizer", "b_regularizer", "activity_regularizer", "W_constraint",
                "b_constraint", "bias", "input_dim")

    def __init__(self, init="glorot_uniform", activation=None, weights=None, W_regularizer=None, b_regularizer=None,
                 activity_regularizer=None, W_constraint=None, b_constraint=None, bias=True, input_dim=None, **kwargs):
        if "transform_bias" in kwargs:
            kwargs.pop("transform_bias")
            warnings.warn("`transform_bias` argument is deprecated and has been removed.", stacklevel=2)
        options = dict(
            init=init, activation=activation, W_regularizer=W_regularizer, b_regularizer=b_regularizer,
            activity_regularizer=activity_regularizer, W_constraint=W_constraint, b_constraint=b_constraint, bias=bias)
        super(Highway, self).__init__(weights, input_dim, options, **kwargs)

    def _add_weights(self, input_dim):
        self.W = self._add("W", (input_dim, input_dim), self.init)
        self.W_carry = self._add("W_carry", (input_dim, input_dim), self.init)
        self.b = self._add("b", (input_dim,), "zero") if self.bias else None
        self.b_carry = self._add("b_carry", (input_dim,), "one") if self.bias else None

    def call(self, x):
        gate, y = K.dot(x, self.W_carry), K.dot(x, self.W)
        if self.bias:
            gate, y = gate + self.b_carry, y + self.b
        gate = activations.sigmoid(gate)
        return self.activation(y) * gate + (1 - gate) * x


def _atrous(name, args, kwargs):
    from .. import layers
    kwargs["dilation_rate"] = kwargs.pop("atrous_rate", 1)
    warnings.warn("The `Atrous%s` layer has been deprecated. Use instead the `%s` layer with the `dilation_rate` "
                  "argument." % (name.replace("Conv", "Convolution"), name), stacklevel=3)
    return getattr(layers, name)(*args, **kwargs)


def AtrousConvolution1D(*args, **kwargs):
    """A `Conv1D` whose `dilation_rate` is the argument ``atrous_rate``."""
    return _atrous("Conv1D", args, kwargs)


def AtrousConvolution2D(*args, **kwargs):
    """A `Conv2D` whose `dilation_rate` is the argument ``atrous_rate``."""
    return _atrous("Conv2D", args, kwargs)


class Recurrent(Configured):
    """Base of recurrent layers before there were cells.

    A subclass has `units`, a list `states` (of None, or of variables if the layer is stateful) and a method
    ``step(inputs, states)`` that gives an output and new states; its `build` sets `input_spec` and `state_spec`.

    Args:
        return_sequences: whether to give the outputs of all steps.
        return_state: whether to give the last states too.
        go_backwards: whether to begin with the last step.
        stateful: whether a batch goes on from the states of the one before.
        unroll: whether to write out the steps.
        implementation: int, for subclasses.
    """

    _options = ("return_sequences", "return_state", "go_backwards", "stateful", "unroll", "implementation")

    def __init__(self, return_sequences=False, return_state=False, go_backwards=False, stateful=False, unroll=False,
                 implementation=0, **kwargs):
        super(Recurrent, self).__init__(**kwargs)
        self._take_options(return_sequences=return_sequences, return_state=return_state, go_backwards=go_backwards,
                           stateful=stateful, unroll=unroll, implementation=implementation)
        self.supports_masking = True
        self.input_spec, self.state_spec = [InputSpec(ndim=3)], None
        self.dropout = self.recurrent_dropout = 0

    def compute_output_shape(self, input_shape):
        if isinstance(input_shape, list):
            input_shape = input_shape[0]
        steps = (input_shape[1],) if self.return_sequences else ()
        output_shape = (input_shape[0],) + steps + (self.units,)
        if self.return_state:
            return [output_shape] + [(input_shape[0], self.units) for _ in self.states]
        return output_shape

    def compute_mask(self, inputs, mask):
        mask = mask[0] if isinstance(mask, list) else mask
        output_mask = mask if self.return_sequences else None
        return [output_mask] + [None] * len(self.states) if self.return_state else output_mask

    def step(self, inputs, states):
        """One step: gives the output and the new states."""
        raise NotImplementedError

    def get_constants(self, inputs, training=None):
        """Tensors that every step is given after the states."""
        return []

    def get_initial_state(self, inputs):
        """The states before the first step: zeros."""
        zeros = K.expand_dims(K.sum(K.zeros_like(inputs), axis=(1, 2)))
        zeros = K.tile(zeros, [1, self.units])
        return [zeros for _ in self.states]

    def preprocess_input(self, inputs, training=None):
        """What the steps are given of the inputs."""
        return inputs

    def __call__(self, inputs, initial_state=None, **kwargs):
        if isinstance(inputs, (list, tuple)) and len(inputs) > 1 and initial_state is None:
            inputs, initial_state = inputs[0], list(inputs[1:])
        if initial_state is None:
            return super(Recurrent, self).__call__(inputs, **kwargs)
        initial_state = to_list(initial_state, allow_tuple=True)
        of_layers = [hasattr(tensor, "_keras_history") for tensor in initial_state]
        if any(of_layers) != all(of_layers):
            raise ValueError("The initial state of an RNN layer cannot be specified with a mix of Keras tensors and "
                             "non-Keras tensors")
        if not all(of_layers):
            return super(Recurrent, self).__call__(inputs, initial_state=initial_state, **kwargs)
        spec = self.input_spec
        self.input_spec = to_list(spec) + to_list(self.state_spec)
        try:
            return super(Recurrent, self).__call__([inputs] + initial_state, **kwargs)
        finally:
            self.input_spec = spec

    def call(self, inputs, mask=None, training=None, initial_state=None):
        if isinstance(inputs, list):
            inputs, initial_state = inputs[0], inputs[1:]
        elif initial_state is None:
            initial_state = self.states if self.stateful else self.get_initial_state(inputs)
        if isinstance(mask, list):
            mask = mask[0]
        if len(initial_state) != len(self.states):
            raise ValueError("Layer has %d states but was passed %d initial states." % (
                len(self.states), len(initial_state)))
        timesteps = K.int_shape(inputs)[1]
        if self.unroll and timesteps in (None, 1):
            raise ValueError("Cannot unroll a RNN if the time dimension is undefined or equal to 1. Specify it by "
                             "`input_shape` or `batch_input_shape` of the first layer, by `input_length` of an "
                             "Embedding, or by `shape` or `batch_shape` of Input.")
        last_output, outputs, states = K.rnn(
            self.step, self.preprocess_input(inputs, training=None), initial_state, go_backwards=self.go_backwards,
            mask=mask, constants=self.get_constants(inputs, training=None), unroll=self.unroll, input_length=timesteps)
        if self.stateful:
            self.add_update(list(zip(self.states, states)), inputs)
        output = outputs if self.return_sequences else last_output
        return [output] + to_list(states, allow_tuple=True) if self.return_state else output

    def reset_states(self, states=None):
        """Sets the states of a stateful layer.

        Args:
            states: array or list of arrays ``(samples, units)``; None for zeros.
        """
        if not self.stateful:
            raise AttributeError("Layer must be stateful.")
        batch_size = self.input_spec[0].shape[0]
        if not batch_size:
            raise ValueError("If a RNN is stateful, it needs to know its batch size. Specify it by `batch_input_shape` "
                             "of the first layer, or by `batch_shape` of Input.")
        shape = (batch_size, self.units)
        if self.states[0] is None:
            self.states = [K.zeros(shape) for _ in self.states]
            return
        states = [np.zeros(shape)] * len(self.states) if states is None else to_list(states, allow_tuple=True)
        if len(states) != len(self.states):
            raise ValueError("Layer %s expects %d states, but it received %d state values. Input received: %s" % (
                self.name, len(self.states), len(states), states))
        for index, (value, state) in enumerate(zip(states, self.states)):
            if value.shape != shape:
                raise ValueError("State %d is incompatible with layer %s: expected shape=%s, found shape=%s" % (
                    index, self.name, shape, value.shape))
            K.set_value(state, value)


class ConvRecurrent2D(Recurrent):
    """Base of recurrent layers of convolutions before there were cells.

    Args:
        filters, kernel_size, strides, padding, data_format, dilation_rate: as for `Conv2D`.
        return_sequences, go_backwards, stateful: as for `Recurrent`.
    """

    _options = Recurrent._options + ("filters", "kernel_size", "strides", "padding", "data_format", "dilation_rate")

    def __init__(self, filters, kernel_size, strides=(1, 1), padding="valid", data_format=None, dilation_rate=(1, 1),
                 return_sequences=False, go_backwards=False, stateful=False, **kwargs):
        super(ConvRecurrent2D, self).__init__(
            return_sequences=return_sequences, go_backwards=go_backwards, stateful=stateful, **kwargs)
        self.filters = filters
        self.kernel_size = conv_utils.normalize_tuple(kernel_size, 2, "kernel_size")
        self.strides = conv_utils.normalize_tuple(strides, 2, "strides")
        self.padding = conv_utils.normalize_padding(padding)
        self.data_format = K.normalize_data_format(data_format)
        self.dilation_rate = conv_utils.normalize_tuple(dilation_rate, 2, "dilation_rate")
        self.input_spec, self.state_spec = [InputSpec(ndim=5)], None

    def compute_output_shape(self, input_shape):
        if isinstance(input_shape, list):
            input_shape = input_shape[0]
        first = self.data_format == "channels_first"
        sizes = tuple(
            conv_utils.conv_output_length(size, self.kernel_size[i], self.padding, self.strides[i],
                                          self.dilation_rate[i])
            for i, size in enumerate(input_shape[3:] if first else input_shape[2:4]))
        image = (self.filters,) + sizes if first else sizes + (self.filters,)
        state_shape = (input_shape[0],) + image
        output_shape = tuple(input_shape[:2]) + image if self.return_sequences else state_shape
        return [output_shape, state_shape, state_shape] if self.return_state else output_shape
