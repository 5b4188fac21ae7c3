"""The cells of the stock recurrent layers."""
from ... import backend as K
from ..._symbolic.spec import flat, map_structure
from .._shared import Configured
from .gates import Gate, forget_bias, gru_step, lstm_step, split
from .masks import dropout_masks
from .options import given, weight

__all__ = ["GRUCell", "LSTMCell", "SimpleRNNCell", "StockCell", "is_stock"]


class StockCell(Configured):
    """What the stock cells share.

    A time step is a projection of the input, which does not need the state, and the rest. A recurrent layer therefore
    projects all time steps at once, and loops over the rest only (`hoist`).

    Attributes:
        gates: number of gates.
        axis: where the gates lie side by side in activations.
        projects_ahead: whether all time steps are projected before the loop.
    """

    gates = 1
    axis = -1
    projects_ahead = True
    implementation = 1

    def __init__(self, options, **kwargs):
        super().__init__(**kwargs)
        self._options = tuple(options)
        self._take_options(**options)
        self.dropout, self.recurrent_dropout = _clipped(self.dropout), _clipped(self.recurrent_dropout)
        self._dropout_mask = self._recurrent_dropout_mask = None

    def build(self, input_shape):
        """Makes kernel, recurrent kernel and bias; `input_shape` is that of one time step."""
        self.kernel = weight(self, "kernel", (input_shape[-1], self.units * self.gates))
        self.recurrent_kernel = weight(self, "recurrent_kernel", (self.units, self.units * self.gates), "recurrent")
        self._build_bias(self.units * self.gates)
        self.built = True

    def _build_bias(self, size):
        self.bias = weight(self, "bias", (size,)) if self.use_bias else None

    def call(self, inputs, states, training=None):
        """One time step.

        Args:
            inputs: tensor, the step's input.
            states: list of tensors.
            training: None, bool or number.

        Returns:
            The output, and the list of new states.
        """
        if self._dropout_mask is None:
            self._dropout_mask = dropout_masks(inputs, self.dropout, training, self.gates)
        if self._recurrent_dropout_mask is None:
            self._recurrent_dropout_mask = dropout_masks(states[-1], self.recurrent_dropout, training, self.gates)
        x = self._project(inputs, self._used(self._dropout_mask))
        return self._step(x, list(states), *self._recurrent_parts(self._used(self._recurrent_dropout_mask)))

    def hoist(self, inputs, states, training):
        """Takes what does not depend on the time step out of the loop.

        Args:
            inputs: tensor of shape ``(batch, time, ...)``.
            states: list of tensors, the initial states.
            training: None, bool or number.

        Returns:
            ``(sequence, constants, step)`` for ``K.rnn``.
        """
        masks = self._used(dropout_masks(inputs[:, 0], self.dropout, training, self.gates))
        state_masks = self._used(dropout_masks(states[-1], self.recurrent_dropout, training, self.gates))
        parts = (masks, list(self._recurrent_parts(state_masks)))
        if self.projects_ahead:
            inputs = self._project(inputs, [K.expand_dims(mask, 1) for mask in masks])
            parts = ([], parts[1])
        count = len(states)

        def step(x, states_and_constants):
            constants = iter(states_and_constants[count:])
            masks, recurrent_parts = map_structure(lambda _: next(constants), parts)
            x = x if self.projects_ahead else self._project(x, masks)
            return self._step(x, list(states_and_constants[:count]), *recurrent_parts)

        return inputs, flat(parts), step

    def _used(self, masks):
        """All masks if every gate has its own, the first one if the gates share it."""
        return list(masks)[:self.gates if self.implementation == 1 else 1]

    def _project(self, x, masks):
        products = self._products(x, masks, self._kernels(self.kernel, masks), self._input_product)
        bias = self._input_bias
        return products if bias is None else K.bias_add(products, bias, data_format="channels_last")

    @property
    def _input_bias(self):
        return self.bias

    def _kernels(self, kernel, masks):
        return split(kernel, self.gates) if len(masks) > 1 else [kernel]

    def _products(self, x, masks, kernels, product):
        if len(masks) > 1:
            return K.concatenate([product(x * mask, kernel) for mask, kernel in zip(masks, kernels)], axis=self.axis)
        return product(x * masks[0] if masks else x, kernels[0])

    def _input_product(self, x, kernel):
        return K.dot(x, kernel)

    def _recurrent_product(self, h, kernel):
        return K.dot(h, kernel)

    def _recurrent_parts(self, masks):
        """The further arguments of `_step`: lists of tensors."""
        return self._kernels(self.recurrent_kernel, masks), masks

    def _step(self, x, states, kernels, masks):
        """One time step from a projected input on."""
        raise NotImplementedError


def _clipped(rate):
    return min(1., max(0., rate))


def is_stock(cell):
    """Whether a cell can do with `StockCell.hoist`: nobody has given it a ``call`` of its own."""
    return isinstance(cell, StockCell) and type(cell).call is StockCell.call and "call" not in vars(cell)


class SimpleRNNCell(StockCell):
    """``activation(x . kernel + h . recurrent_kernel + bias)``.

    Args:
        units: number of outputs.
        dropout, recurrent_dropout: the shares of inputs and of states that are dropped in training.
    """

    def __init__(self, units, activation="tanh", use_bias=True, kernel_initializer="glorot_uniform",
                 recurrent_initializer="orthogonal", bias_initializer="zeros", kernel_regularizer=None,
                 recurrent_regularizer=None, bias_regularizer=None, kernel_constraint=None, recurrent_constraint=None,
                 bias_constraint=None, dropout=0., recurrent_dropout=0., **kwargs):
        super().__init__(given(locals()), **kwargs)
        self.state_size = self.output_size = units

    def _step(self, x, states, kernels, masks):
        h = self.activation(x + self._products(states[0], masks, kernels, self._recurrent_product))
        return h, [h]


class GRUCell(StockCell):
    """A gated recurrent unit.

    Args:
        units: number of outputs.
        dropout, recurrent_dropout: the shares of inputs and of states that are dropped in training.
        implementation: 1: every gate has dropout masks of its own; 2: the gates share them.
        reset_after: whether the reset gate is applied after the product with the recurrent kernel, as cuDNN does; the
            bias then has a row for inputs and one for states.
    """

    gates = 3

    def __init__(self, units, activation="tanh", recurrent_activation="hard_sigmoid", use_bias=True,
                 kernel_initializer="glorot_uniform", recurrent_initializer="orthogonal", bias_initializer="zeros",
                 kernel_regularizer=None, recurrent_regularizer=None, bias_regularizer=None, kernel_constraint=None,
                 recurrent_constraint=None, bias_constraint=None, dropout=0., recurrent_dropout=0., implementation=1,
                 reset_after=False, **kwargs):
        super().__init__(given(locals()), **kwargs)
        self.state_size = self.output_size = units

    def _build_bias(self, size):
        shape = (2, size) if self.reset_after else (size,)
        self.bias = weight(self, "bias", shape) if self.use_bias else None

    @property
    def input_bias(self):
        """The bias of the inputs."""
        return self.bias[0] if self.use_bias and self.reset_after else self.bias

    _input_bias = input_bias

    @property
    def recurrent_bias(self):
        """The bias of the states, if they have one."""
        return self.bias[1] if self.use_bias and self.reset_after else None

    def _recurrent_parts(self, masks):
        if self.reset_after or len(masks) > 1:
            kernels = self._kernels(self.recurrent_kernel, masks)
        else:
            # The new gate's product has to wait for the reset gate.
            kernels = [self.recurrent_kernel[:, :2 * self.units], self.recurrent_kernel[:, 2 * self.units:]]
        bias = self.recurrent_bias
        return kernels, masks, [] if bias is None else [bias]

    def _step(self, x, states, kernels, masks, biases):
        h = states[0]
        if len(masks) == 1:
            # So it was: where the gates share a mask, it also hides the state from the mixture at the end.
            h, masks = h * masks[0], []
        if self.reset_after:
            inner = self._products(h, masks, kernels, self._recurrent_product)
            inner = K.bias_add(inner, biases[0]) if biases else inner
            h = gru_step(x, inner, h, self.activation, self.recurrent_activation)
        else:
            h = self._reset_before(x, h, kernels, masks)
        return h, [h]

    def _reset_before(self, x, h, kernels, masks):
        x_z, x_r, x_h = split(x, 3)
        inner_z, inner_r = split(self._products(h, masks[:2], kernels[:-1], self._recurrent_product), 2)
        z = self.recurrent_activation(x_z + inner_z)
        r = self.recurrent_activation(x_r + inner_r)
        seen = h * masks[2] if masks else h
        return z * h + (1 - z) * self.activation(x_h + K.dot(r * seen, kernels[-1]))


class LSTMCell(StockCell):
    """A long short-term memory.

    Args:
        units: number of outputs.
        unit_forget_bias: whether the bias of the forget gate begins with ones.
        dropout, recurrent_dropout: the shares of inputs and of states that are dropped in training.
        implementation: 1: every gate has dropout masks of its own; 2: the gates share them.
    """

    gates = 4

    def __init__(self, units, activation="tanh", recurrent_activation="hard_sigmoid", use_bias=True,
                 kernel_initializer="glorot_uniform", recurrent_initializer="orthogonal", bias_initializer="zeros",
                 unit_forget_bias=True, kernel_regularizer=None, recurrent_regularizer=None, bias_regularizer=None,
                 kernel_constraint=None, recurrent_constraint=None, bias_constraint=None, dropout=0.,
                 recurrent_dropout=0., implementation=1, **kwargs):
        super().__init__(given(locals()), **kwargs)
        self.state_size = (units, units)
        self.output_size = units

    def _build_bias(self, size):
        part = size // 4
        initializer = forget_bias(self.bias_initializer, part, part, 2 * part) if self.unit_forget_bias else None
        self.bias = weight(self, "bias", (size,), initializer=initializer) if self.use_bias else None

    def _step(self, x, states, kernels, masks):
        z = x + self._products(states[0], masks, kernels, self._recurrent_product)
        h, c = lstm_step(z, states[1], self.activation, self.recurrent_activation, self.axis)
        return h, [h, c]


def _name_gates(cls, letters):
    for index, letter in enumerate(letters):
        for name in ("kernel", "recurrent_kernel"):
            setattr(cls, "%s_%s" % (name, letter), Gate(name, index, len(letters)))


_name_gates(LSTMCell, "ifco")
_name_gates(GRUCell, "zrh")
for _index, _letter in enumerate("ifco"):
    setattr(LSTMCell, "bias_" + _letter, Gate("bias", _index, 4))
for _index, _letter in enumerate("zrh"):
    setattr(GRUCell, "input_bias_" + _letter, Gate("bias", _index, 3, row=0))
    setattr(GRUCell, "recurrent_bias_" + _letter, Gate("recurrent_bias", _index, 3))
