"""``keras.layers.recurrent``: cells, the layer that runs them over time, and the stock recurrent layers."""
from ..engine.base_layer import InputSpec, Layer  # noqa: F401 - 2.2.4 had it here too
from ..utils.generic_utils import has_arg, to_list  # noqa: F401 - 2.2.4 had it here too
from ._legacy import Recurrent
from ._recurrent.cells import GRUCell, LSTMCell, SimpleRNNCell
from ._recurrent.layers import GRU, LSTM, SimpleRNN
from ._recurrent.masks import _generate_dropout_mask
from ._recurrent.recurrence import _standardize_args
from ._recurrent.rnn import RNN
from ._recurrent.stacked import StackedRNNCells

__all__ = ["GRU", "GRUCell", "LSTM", "LSTMCell", "RNN", "Recurrent", "SimpleRNN", "SimpleRNNCell", "StackedRNNCells",
           "_generate_dropout_mask", "_standardize_args"]
