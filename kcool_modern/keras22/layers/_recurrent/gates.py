"""What one time step of an LSTM or a GRU computes, and parts of weights by gate."""
import keras

from ... import backend as K
from ..._symbolic.record import op

__all__ = ["Gate", "forget_bias", "gru_step", "lstm_step", "split"]


@op
def split(x, count, axis=-1):
    """Cuts a tensor into a list of equal parts along an axis."""
    return list(keras.ops.split(x, count, axis=axis)) if count > 1 else [x]


class Gate(object):
    """A class attribute: the columns of a weight that belong to one gate, None if there is no such weight.

    Args:
        name: of the attribute that holds the weight.
        index, count: which of how many equal parts of the last axis.
        row: for weights with one row for inputs and one for states: which of them.
    """

    def __init__(self, name, index, count, row=None):
        self.name, self.index, self.count, self.row = name, index, count, row

    def __get__(self, layer, owner=None):
        if layer is None:
            return self
        weight = getattr(layer, self.name)
        if weight is None:
            return None
        shape = K.int_shape(weight)
        size = shape[-1] // self.count
        part = slice(self.index * size, (self.index + 1) * size)
        if self.row is not None and len(shape) > 1:
            return weight[self.row, part]
        return weight[(slice(None),) * (len(shape) - 1) + (part,)]


def lstm_step(z, c, activation, recurrent_activation, axis=-1):
    """The new output and the new carry of an LSTM.

    Args:
        z: what the gates i, f, c, o get, side by side.
        c: the carry so far.
        activation, recurrent_activation: functions of tensors.
        axis: where the gates lie side by side.
    """
    z_i, z_f, z_c, z_o = split(z, 4, axis)
    c = recurrent_activation(z_f) * c + recurrent_activation(z_i) * activation(z_c)
    return recurrent_activation(z_o) * activation(c), c


def gru_step(x, inner, h, activation, recurrent_activation):
    """The new state of a GRU that applies the reset gate after the product with the recurrent kernel.

    Args:
        x: the inputs' part of what the gates z, r, h get, side by side.
        inner: the state's part of it.
        h: the state so far.
        activation, recurrent_activation: functions of tensors.
    """
    x_z, x_r, x_h = split(x, 3)
    inner_z, inner_r, inner_h = split(inner, 3)
    z = recurrent_activation(x_z + inner_z)
    r = recurrent_activation(x_r + inner_r)
    return z * h + (1 - z) * activation(x_h + r * inner_h)


def forget_bias(initializer, before, units, after):
    """An initializer for a bias whose forget gate begins with ones.

    Args:
        initializer: for the other gates.
        before, after: numbers of elements on both sides.
        units: number of ones.
    """
    from ...initializers import Ones

    def initialize(_, *args, **kwargs):
        return K.concatenate([initializer((before,), *args, **kwargs), Ones()((units,), *args, **kwargs),
                              initializer((after,), *args, **kwargs)])
    return initialize
