"""Recurrent layers as they were before there were cells: subclasses define ``step``."""
from ... import backend as K
from ...engine.base_layer import InputSpec
from ...utils import conv_utils
from .._shared import Configured
from .options import given
from .recurrence import Recurrence, ready

__all__ = ["ConvRecurrent2D", "Recurrent"]


class Recurrent(Recurrence):
    """Base of recurrent layers that define ``step(inputs, states)`` and have the attributes ``units`` and ``states``.

    Args:
        return_sequences, return_state, go_backwards, stateful, unroll: see `Recurrence`.
        implementation: int, for subclasses.
    """

    def __init__(self, return_sequences=False, return_state=False, go_backwards=False, stateful=False, unroll=False,
                 implementation=0, **kwargs):
        super().__init__(return_sequences, return_state, go_backwards, stateful, unroll, **kwargs)
        self.implementation = implementation
        self.dropout = self.recurrent_dropout = 0

    def _state_sizes(self):
        return [self.units] * len(self._states or [None])

    def step(self, inputs, states):
        """One time step; gives the output and the list of new states."""
        raise NotImplementedError

    def get_constants(self, inputs, training=None):
        """Tensors that every step gets behind the states."""
        return []

    def preprocess_input(self, inputs, training=None):
        """What is done to all time steps at once."""
        return inputs

    def _recurrence(self, inputs, states, constants, training):
        constants = [ready(constant) for constant in self.get_constants(inputs, training=None)]
        return self.preprocess_input(inputs, training=None), constants, self.step

    def call(self, inputs, mask=None, training=None, initial_state=None):
        """See `Recurrence`."""
        return super().call(inputs, mask=mask, training=training, initial_state=initial_state)

    def get_config(self):
        """See `Layer`."""
        return dict(super().get_config(), implementation=self.implementation)


class ConvRecurrent2D(Recurrent, Configured):
    """Base of recurrent layers on sequences of images.

    Args:
        filters: number of output channels.
        kernel_size, strides, dilation_rate: int or pair of int.
        padding: ``valid`` or ``same``.
        data_format: ``channels_first`` or ``channels_last``; ``image_data_format()`` by default.
    """

    _options = ("filters", "kernel_size", "strides", "padding", "data_format", "dilation_rate")

    def __init__(self, filters, kernel_size, strides=(1, 1), padding="valid", data_format=None, dilation_rate=(1, 1),
                 return_sequences=False, go_backwards=False, stateful=False, **kwargs):
        options = given(locals())
        super().__init__(return_sequences=return_sequences, go_backwards=go_backwards, stateful=stateful, **kwargs)
        for name in ("kernel_size", "strides", "dilation_rate"):
            options[name] = conv_utils.normalize_tuple(options[name], 2, name)
        options.update(padding=conv_utils.normalize_padding(padding), data_format=K.normalize_data_format(data_format))
        self._take_options(**options)
        self.input_spec = [InputSpec(ndim=5)]

    def _state_sizes(self):
        return [self.filters] * len(self._states or [None])

    def compute_output_shape(self, input_shape):
        """See `Layer`; a list if states are returned."""
        input_shape = input_shape[0] if isinstance(input_shape, list) else input_shape
        first = 3 if self.data_format == "channels_first" else 2
        size = tuple(conv_utils.conv_output_length(
            input_shape[first + i], self.kernel_size[i], padding=self.padding, stride=self.strides[i],
            dilation=self.dilation_rate[i]) for i in (0, 1))
        image = (self.filters,) + size if first == 3 else size + (self.filters,)
        shape = input_shape[:2] + image if self.return_sequences else input_shape[:1] + image
        return [shape, input_shape[:1] + image, input_shape[:1] + image] if self.return_state else shape
