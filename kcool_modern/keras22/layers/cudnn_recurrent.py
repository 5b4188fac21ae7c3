"""``keras.layers.cudnn_recurrent``: layers with the weights and the numbers of cuDNN's, on any device."""
from collections import namedtuple

import keras

from .. import backend as K
from .._symbolic.record import op
from ..engine.base_layer import InputSpec
from ._recurrent.gates import forget_bias, gru_step, lstm_step, split
from ._recurrent.options import given, weight
from ._recurrent.rnn import RNN
from ._shared import Configured

__all__ = ["CuDNNGRU", "CuDNNLSTM"]

_Cell = namedtuple("cell", "state_size")


@op
def _as_cudnn_reads(kernel, gates):
    """The matrices that cuDNN takes a kernel's numbers for: it reads every gate's columns as rows."""
    parts = keras.ops.split(kernel, gates, axis=-1)
    return keras.ops.concatenate(
        [keras.ops.transpose(keras.ops.reshape(part, (part.shape[1], part.shape[0]))) for part in parts], axis=-1)


class _CuDNNRNN(RNN, Configured):
    """What the layers share.

    Attributes:
        gates: number of gates.
    """

    gates = None

    def __init__(self, options, go_backwards=False, **kwargs):
        options = dict(options)
        self.units = options["units"]
        super(RNN, self).__init__(**kwargs)
        for name in ("return_sequences", "return_state", "stateful"):
            setattr(self, name, options.pop(name))
        self.go_backwards = go_backwards
        self.supports_masking = False
        self.input_spec = [InputSpec(ndim=3)]
        self.constants_spec = self._states = self._num_constants = None
        self.state_spec = [InputSpec(shape=(None, size)) for size in self._state_sizes()]
        self._options = tuple(options)
        self._take_options(**options)

    def _state_sizes(self):
        raise NotImplementedError

    def _bias_initializer(self):
        return None

    @property
    def cell(self):
        """Tells the sizes of the states."""
        return _Cell(tuple(self._state_sizes()))

    def build(self, input_shape):
        """Makes kernel, recurrent kernel and bias; the bias has a part for inputs and one for states."""
        super().build(input_shape)
        shape = input_shape[0] if isinstance(input_shape, list) else input_shape
        self.kernel = weight(self, "kernel", (shape[-1], self.units * self.gates))
        self.recurrent_kernel = weight(self, "recurrent_kernel", (self.units, self.units * self.gates), "recurrent")
        self.bias = weight(self, "bias", (2 * self.gates * self.units,), initializer=self._bias_initializer())
        self.built = True

    def call(self, inputs, mask=None, training=None, initial_state=None):
        """See `RNN`."""
        if (mask[0] if isinstance(mask, list) else mask) is not None:
            raise ValueError("Masking is not supported for CuDNN RNNs.")
        return super().call(inputs, training=training, initial_state=initial_state)

    #: `RNN.call` asks for it; cuDNN has no such choice.
    unroll = False

    def _recurrence(self, inputs, states, constants, training):
        bias, recurrent_bias = split(self.bias, 2)
        sequence = K.bias_add(K.dot(inputs, _as_cudnn_reads(self.kernel, self.gates)), bias,
                              data_format="channels_last")
        return sequence, [_as_cudnn_reads(self.recurrent_kernel, self.gates), recurrent_bias], self._step

    def _step(self, x, states_and_constants):
        raise NotImplementedError

    def get_config(self):
        """See `Layer`."""
        return dict(super(RNN, self).get_config(), return_sequences=self.return_sequences,
                    return_state=self.return_state, go_backwards=self.go_backwards, stateful=self.stateful)

    @classmethod
    def from_config(cls, config):
        """See `Layer`."""
        return cls(**config)

    def _all_weights(self, wanted):
        return [self.kernel, self.recurrent_kernel, self.bias] if wanted and self.built else []

    @property
    def trainable_weights(self):
        """See `Layer`."""
        return self._all_weights(self.trainable)

    @property
    def non_trainable_weights(self):
        """See `Layer`."""
        return self._all_weights(not self.trainable)


class CuDNNGRU(_CuDNNRNN):
    """A GRU as cuDNN computes it: sigmoid gates, the reset gate after the product, two biases.

    Args:
        units: number of outputs.
    """

    gates = 3

    def __init__(self, units, kernel_initializer="glorot_uniform", recurrent_initializer="orthogonal",
                 bias_initializer="zeros", kernel_regularizer=None, recurrent_regularizer=None, bias_regularizer=None,
                 activity_regularizer=None, kernel_constraint=None, recurrent_constraint=None, bias_constraint=None,
                 return_sequences=False, return_state=False, stateful=False, **kwargs):
        super().__init__(given(locals()), **kwargs)

    def _state_sizes(self):
        return [self.units]

    @property
    def cell(self):
        """Tells the size of the state."""
        return _Cell(self.units)

    def _step(self, x, states_and_constants):
        h, kernel, bias = states_and_constants
        h = gru_step(x, K.bias_add(K.dot(h, kernel), bias), h, K.tanh, K.sigmoid)
        return h, [h]


class CuDNNLSTM(_CuDNNRNN):
    """An LSTM as cuDNN computes it: sigmoid gates, two biases.

    Args:
        units: number of outputs.
        unit_forget_bias: whether the forget gate's bias for states begins with ones.
    """

    gates = 4

    def __init__(self, units, kernel_initializer="glorot_uniform", recurrent_initializer="orthogonal",
                 bias_initializer="zeros", unit_forget_bias=True, kernel_regularizer=None, recurrent_regularizer=None,
                 bias_regularizer=None, activity_regularizer=None, kernel_constraint=None, recurrent_constraint=None,
                 bias_constraint=None, return_sequences=False, return_state=False, stateful=False, **kwargs):
        super().__init__(given(locals()), **kwargs)

    def _state_sizes(self):
        return [self.units, self.units]

    def _bias_initializer(self):
        return forget_bias(self.bias_initializer, 5 * self.units, self.units, 2 * self.units
                           ) if self.unit_forget_bias else None

    def _step(self, x, states_and_constants):
        h, c, kernel, bias = states_and_constants
        h, c = lstm_step(x + K.bias_add(K.dot(h, kernel), bias), c, K.tanh, K.sigmoid)
        return h, [h, c]

