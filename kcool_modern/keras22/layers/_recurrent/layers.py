"""The stock recurrent layers."""
import warnings

from ...legacy import interfaces
from .._shared import Configured
from .cells import GRUCell, LSTMCell, SimpleRNNCell
from .masks import forget_masks
from .options import LAYER_OPTIONS, forwarding, given
from .rnn import RNN

__all__ = ["GRU", "LSTM", "SimpleRNN"]

_CELL_OPTIONS = ("units", "activation", "use_bias", "kernel_initializer", "recurrent_initializer", "bias_initializer",
                 "kernel_regularizer", "recurrent_regularizer", "bias_regularizer", "kernel_constraint",
                 "recurrent_constraint", "bias_constraint", "dropout", "recurrent_dropout")


class StockRNN(RNN, Configured):
    """What the stock layers share: they make their cell, and their config does not show it.

    Args:
        cell_class: the class of the cell.
        options: dict of the options of layer and cell.
    """

    def __init__(self, cell_class, options, **kwargs):
        own = {name: options[name] for name in LAYER_OPTIONS if name in options}
        of_cell = {name: value for name, value in options.items()
                   if name not in LAYER_OPTIONS and name != "activity_regularizer"}
        super().__init__(cell_class(**of_cell), **dict(own, **kwargs))
        self._options = tuple(of_cell) + ("activity_regularizer",)
        self._take_options(activity_regularizer=options["activity_regularizer"])

    def call(self, inputs, mask=None, training=None, initial_state=None):
        """See `RNN`."""
        forget_masks(self.cell)
        return super().call(inputs, mask=mask, training=training, initial_state=initial_state)

    def get_config(self):
        """See `Layer`."""
        config = super().get_config()
        del config["cell"]
        return config

    @classmethod
    def from_config(cls, config):
        """See `Layer`."""
        if config.get("implementation") == 0:
            config = dict(config, implementation=1)
        return cls(**config)


def _warn_of_mode(implementation):
    if implementation == 0:
        warnings.warn("`implementation=0` has been deprecated, and now defaults to `implementation=1`. Please update "
                      "your layer call.", stacklevel=4)


@forwarding(*_CELL_OPTIONS)
class SimpleRNN(StockRNN):
    """A layer whose output is its state; see `SimpleRNNCell` and `RNN` for the arguments."""

    @interfaces.legacy_recurrent_support
    def __init__(self, units, activation="tanh", use_bias=True, kernel_initializer="glorot_uniform",
                 recurrent_initializer="orthogonal", bias_initializer="zeros", kernel_regularizer=None,
                 recurrent_regularizer=None, bias_regularizer=None, activity_regularizer=None, kernel_constraint=None,
                 recurrent_constraint=None, bias_constraint=None, dropout=0., recurrent_dropout=0.,
                 return_sequences=False, return_state=False, go_backwards=False, stateful=False, unroll=False,
                 **kwargs):
        options = given(locals())
        if kwargs.pop("implementation", None) is not None:
            warnings.warn("The `implementation` argument in `SimpleRNN` has been deprecated. Please remove it from "
                          "your layer call.", stacklevel=4)
        super().__init__(SimpleRNNCell, options, **kwargs)

    @classmethod
    def from_config(cls, config):
        """See `Layer`."""
        return cls(**{name: value for name, value in config.items() if name != "implementation"})


@forwarding("recurrent_activation", "implementation", "reset_after", *_CELL_OPTIONS)
class GRU(StockRNN):
    """A gated recurrent unit over time; see `GRUCell` and `RNN` for the arguments."""

    @interfaces.legacy_recurrent_support
    def __init__(self, units, activation="tanh", recurrent_activation="hard_sigmoid", use_bias=True,
                 kernel_initializer="glorot_uniform", recurrent_initializer="orthogonal", bias_initializer="zeros",
                 kernel_regularizer=None, recurrent_regularizer=None, bias_regularizer=None, activity_regularizer=None,
                 kernel_constraint=None, recurrent_constraint=None, bias_constraint=None, dropout=0.,
                 recurrent_dropout=0., implementation=1, return_sequences=False, return_state=False,
                 go_backwards=False, stateful=False, unroll=False, reset_after=False, **kwargs):
        options = given(locals())
        _warn_of_mode(implementation)
        super().__init__(GRUCell, options, **kwargs)


@forwarding("recurrent_activation", "implementation", "unit_forget_bias", *_CELL_OPTIONS)
class LSTM(StockRNN):
    """A long short-term memory over time; see `LSTMCell` and `RNN` for the arguments."""

    @interfaces.legacy_recurrent_support
    def __init__(self, units, activation="tanh", recurrent_activation="hard_sigmoid", use_bias=True,
                 kernel_initializer="glorot_uniform", recurrent_initializer="orthogonal", bias_initializer="zeros",
                 unit_forget_bias=True, kernel_regularizer=None, recurrent_regularizer=None, bias_regularizer=None,
                 activity_regularizer=None, kernel_constraint=None, recurrent_constraint=None, bias_constraint=None,
                 dropout=0., recurrent_dropout=0., implementation=1, return_sequences=False, return_state=False,
                 go_backwards=False, stateful=False, unroll=False, **kwargs):
        options = given(locals())
        _warn_of_mode(implementation)
        super().__init__(LSTMCell, options, **kwargs)
