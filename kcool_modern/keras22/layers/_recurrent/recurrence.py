"""What all recurrent layers share: states, their reset, and the loop over time."""
import numpy as np

from ... import backend as K
from ..._symbolic.context import computation
from ..._symbolic.record import op
from ..._symbolic.spec import is_symbol
from ...engine.base_layer import InputSpec, Layer
from ...utils.generic_utils import to_list

__all__ = ["Recurrence", "_standardize_args", "call_with_states", "ready", "specs_of"]


def _standardize_args(inputs, initial_state, constants, num_constants):
    """Takes the arguments of a call apart, which may all stand in the list `inputs`.

    Args:
        inputs: tensor or list of tensors.
        initial_state, constants: tensor, list or tuple of tensors, or None.
        num_constants: int or None.

    Returns:
        The input, then two lists or None.
    """
    if isinstance(inputs, list):
        assert initial_state is None and constants is None
        if num_constants is not None:
            inputs, constants = inputs[:-num_constants], inputs[-num_constants:]
        initial_state = inputs[1:] if len(inputs) > 1 else None
        inputs = inputs[0]
    listed = [value if value is None else to_list(value, allow_tuple=True) for value in (initial_state, constants)]
    return inputs, listed[0], listed[1]


def call_with_states(layer, call, inputs, initial_state, constants, kwargs):
    """Calls a layer so that states and constants which are Keras tensors become its inputs.

    Args:
        layer: the layer; its `input_spec` is the one of the main input.
        call: ``layer.__call__`` as its base class has it.
        inputs: tensor.
        initial_state, constants: lists of tensors, or None.
        kwargs: dict, the other arguments.
    """
    more = list(initial_state or []) + list(constants or [])
    kwargs = dict(kwargs)
    kwargs.update((name, value) for name, value in (("initial_state", initial_state), ("constants", constants))
                  if value is not None)
    linked = [computation() is not None or K.is_keras_tensor(tensor) for tensor in more]
    if any(linked) != all(linked):
        raise ValueError("The initial state or constants of layer %s cannot be specified with a mix of Keras tensors "
                         "and non-Keras tensors (a Keras tensor is one that a layer or `Input` gave)." % layer.name)
    if not any(linked):
        return call(inputs, **kwargs)
    spec, first = layer.input_spec, layer.input_spec[0]
    layer.input_spec = list(spec) + specs_of(more)
    try:
        return call([inputs] + more, **kwargs)
    finally:
        if layer.input_spec[0] is not first:
            # `build` has learnt more.
            spec[0] = layer.input_spec[0]
        layer.input_spec = spec


def specs_of(tensors):
    """An `InputSpec` for each tensor's shape."""
    return [InputSpec(shape=K.int_shape(tensor)) for tensor in tensors]


@op
def _value(x):
    return x


def ready(x):
    """A tensor for a variable, and inside a computation for a symbol."""
    return x if is_symbol(x) and computation() is None else _value(x)


class Recurrence(Layer):
    """A layer that computes one time step after the other.

    Args:
        return_sequences: whether to give the outputs of all time steps.
        return_state: whether to give the last states too.
        go_backwards: whether to begin with the last time step.
        stateful: whether a batch begins with the states in which the one before ended.
        unroll: whether to lay the time steps out one after the other instead of looping.
    """

    def __init__(self, return_sequences=False, return_state=False, go_backwards=False, stateful=False, unroll=False,
                 **kwargs):
        super().__init__(**kwargs)
        self.return_sequences, self.return_state = return_sequences, return_state
        self.go_backwards, self.stateful, self.unroll = go_backwards, stateful, unroll
        self.supports_masking = True
        self.input_spec = [InputSpec(ndim=3)]
        self.state_spec = self.constants_spec = None
        self._states = self._num_constants = None

    def _state_sizes(self):
        """The sizes of the states, a list."""
        raise NotImplementedError

    def _output_size(self):
        return self._state_sizes()[0]

    def _recurrence(self, inputs, states, constants, training):
        """The sequence to run over, constants and step function for ``K.rnn``."""
        raise NotImplementedError

    @property
    def states(self):
        """The variables that keep the states of a stateful layer; None for each state before they exist."""
        return [None] * len(self._state_sizes()) if self._states is None else self._states

    @states.setter
    def states(self, states):
        self._states = states

    def compute_output_shape(self, input_shape):
        """See `Layer`; a list if states are returned."""
        batch, time = (input_shape[0] if isinstance(input_shape, list) else input_shape)[:2]
        shape = (batch, time, self._output_size()) if self.return_sequences else (batch, self._output_size())
        return [shape] + [(batch, size) for size in self._state_sizes()] if self.return_state else shape

    def compute_mask(self, inputs, mask=None):
        """The input's mask for sequences, else None."""
        mask = mask[0] if isinstance(mask, list) else mask
        mask = mask if self.return_sequences else None
        return [mask] + [None] * len(self.states) if self.return_state else mask

    #: The axis of a state that `state_size` tells.
    _state_axis = -1

    def _state_shape(self, batch, size):
        return (batch, size)

    def get_initial_state(self, inputs):
        """States of zeros for an input: a list of tensors of shape ``(batch, size)``."""
        zeros = K.zeros_like(inputs[:, 0, :1])
        return [K.tile(zeros, [1, size]) for size in self._state_sizes()]

    def __call__(self, inputs, initial_state=None, constants=None, **kwargs):
        """Calls the layer.

        Args:
            inputs: tensor; or a list: it, then the initial states, then the constants.
            initial_state: tensor or list of tensors, optional.
            constants: tensor or list of tensors that the cell gets at every time step, optional.
            **kwargs: further arguments for ``call``.
        """
        inputs, initial_state, constants = _standardize_args(inputs, initial_state, constants, self._num_constants)
        if initial_state is None and constants is None:
            return super().__call__(inputs, **kwargs)
        if initial_state is not None:
            self.state_spec = specs_of(initial_state)
        if constants is not None:
            self.constants_spec, self._num_constants = specs_of(constants), len(constants)
        return call_with_states(self, super().__call__, inputs, initial_state, constants, kwargs)

    def call(self, inputs, mask=None, training=None, initial_state=None, constants=None):
        """See `Layer`; the other arguments are those of ``__call__``."""
        if isinstance(inputs, list):
            initial_state = inputs[1:] if self._num_constants is None else inputs[1:-self._num_constants]
            inputs = inputs[0]
        inputs, states = ready(inputs), self._begin(inputs, initial_state)
        mask = mask[0] if isinstance(mask, list) else mask
        timesteps = K.int_shape(inputs)[1]
        if self.unroll and timesteps in (None, 1):
            raise ValueError("Cannot unroll a RNN if the time dimension is undefined or equal to 1. State the number "
                             "of time steps: by `input_shape` or `batch_input_shape` of the first layer of a "
                             "Sequential model (`input_length` of an Embedding), or by `shape` of `Input`.")
        sequence, constants, step = self._recurrence(inputs, states, constants, training)
        last, outputs, new_states = K.rnn(step, sequence, states, constants=constants, mask=mask, unroll=self.unroll,
                                          go_backwards=self.go_backwards, input_length=timesteps)
        new_states = list(new_states)
        if self.stateful:
            self.add_update(list(zip(self.states, new_states)), inputs)
        output = outputs if self.return_sequences else last
        return [output] + new_states if self.return_state else output

    def _begin(self, inputs, initial_state):
        """The states before the first time step."""
        if not initial_state:
            initial_state = self.states if self.stateful else self.get_initial_state(inputs)
        if len(initial_state) != len(self.states):
            raise ValueError("Layer has %d states but was passed %d initial states." % (
                len(self.states), len(initial_state)))
        return [ready(state) for state in initial_state]

    def reset_states(self, states=None):
        """Sets the states of a stateful layer.

        Args:
            states: arrays, zeros by default.
        """
        if not self.stateful:
            raise AttributeError("Layer must be stateful.")
        shapes = self._shapes_of_states()
        if self.states[0] is None:
            self.states = [K.zeros(shape) for shape in shapes]
            return
        values = [np.zeros(shape) for shape in shapes] if states is None else to_list(states, allow_tuple=True)
        if len(values) != len(self.states):
            raise ValueError("Layer %s expects %d states, but it received %d state values. Input received: %s" % (
                self.name, len(self.states), len(values), values))
        for index, (value, shape) in enumerate(zip(values, shapes)):
            if np.shape(value) != shape:
                raise ValueError("State %d is incompatible with layer %s: expected shape=%s, found shape=%s" % (
                    index, self.name, shape, np.shape(value)))
        K.batch_set_value(list(zip(self.states, values)))

    def _shapes_of_states(self):
        batch = self.input_spec[0].shape[0]
        if not batch:
            raise ValueError("If a RNN is stateful, it needs to know its batch size. Specify it: by "
                             "`batch_input_shape` of the first layer of a Sequential model, or by `batch_shape` of "
                             "`Input`.")
        return [self._state_shape(batch, size) for size in self._state_sizes()]

    def get_config(self):
        """See `Layer`."""
        return dict(super().get_config(), return_sequences=self.return_sequences, return_state=self.return_state,
                    go_backwards=self.go_backwards, stateful=self.stateful, unroll=self.unroll)
