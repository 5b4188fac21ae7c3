"""``keras.layers.convolutional_recurrent``: recurrent layers whose products are convolutions."""
from .. import backend as K
from ..engine.base_layer import (
    InputSpec,
    Layer,  # noqa: F401 - 2.2.4 had it here too
)
from ..legacy import interfaces
from ..utils import conv_utils
from ..utils.generic_utils import has_arg, to_list, transpose_shape  # noqa: F401 - 2.2.4 had it here too
from ._legacy import ConvRecurrent2D, Recurrent
from ._recurrent.cells import LSTMCell, StockCell
from ._recurrent.gates import forget_bias
from ._recurrent.layers import StockRNN
from ._recurrent.options import forwarding, given, weight
from ._recurrent.rnn import RNN

__all__ = ["ConvLSTM2D", "ConvLSTM2DCell", "ConvRNN2D", "ConvRecurrent2D", "Recurrent"]


class ConvRNN2D(RNN):
    """Runs a convolutional cell over a sequence of images.

    Args:
        cell: a cell (see `RNN`) with the attributes ``filters``, ``kernel_size``, ``kernel_shape``, ``strides``,
            ``padding``, ``data_format`` and ``dilation_rate``, and a method ``input_conv``.
    """

    def __init__(self, cell, return_sequences=False, return_state=False, go_backwards=False, stateful=False,
                 unroll=False, **kwargs):
        if unroll:
            raise TypeError("Unrolling isn't possible with convolutional RNNs.")
        if isinstance(cell, (list, tuple)):
            raise TypeError("It is not possible at the moment to stack convolutional cells.")
        super().__init__(cell, return_sequences, return_state, go_backwards, stateful, unroll, **kwargs)
        self.input_spec = [InputSpec(ndim=5)]

    @property
    def _state_axis(self):
        return 1 if self.cell.data_format == "channels_first" else 3

    def _state_shape(self, batch, size, rows=None, columns=None):
        return (batch, size, rows, columns) if self._state_axis == 1 else (batch, rows, columns, size)

    def _spec_of_input(self, shape):
        return InputSpec(shape=(shape[0] if self.stateful else None, None) + tuple(shape[2:5]))

    def _image_size(self, input_shape):
        cell, first = self.cell, 3 if self._state_axis == 1 else 2
        return [conv_utils.conv_output_length(input_shape[first + i], cell.kernel_size[i], padding=cell.padding,
                                              stride=cell.strides[i], dilation=cell.dilation_rate[i]) for i in (0, 1)]

    def compute_output_shape(self, input_shape):
        """See `Layer`; a list if states are returned."""
        input_shape = input_shape[0] if isinstance(input_shape, list) else input_shape
        state = self._state_shape(input_shape[0], self.cell.filters, *self._image_size(input_shape))
        shape = (state[0], input_shape[1]) + state[1:] if self.return_sequences else state
        return [shape, state, state] if self.return_state else shape

    def get_initial_state(self, inputs):
        """States of zeros for an input: a list of tensors, images in the size of the outputs."""
        shape = tuple(self.cell.kernel_shape)[:-1] + (self.cell.filters,)
        # The size of the images need not be known before there are values: a convolution tells it.
        state = self.cell.input_conv(K.zeros_like(inputs[:, 0]), K.constant(0., shape=shape, dtype=K.dtype(inputs)),
                                     padding=self.cell.padding)
        return [state for _ in self._state_sizes()]

    def _shapes_of_states(self):
        input_shape = self.input_spec[0].shape
        image = self._image_size(input_shape)
        shapes = [self._state_shape(input_shape[0], size, *image) for size in self._state_sizes()]
        if any(None in shape for shape in shapes):
            raise ValueError("If a RNN is stateful, it needs to know its batch size. Specify it: by "
                             "`batch_input_shape` of the first layer of a Sequential model, or by `batch_shape` of "
                             "`Input`. The same thing goes for the number of rows and columns.")
        return shapes


class ConvLSTM2DCell(LSTMCell):
    """An LSTM cell on images.

    Args:
        filters: number of output channels.
        kernel_size, strides, dilation_rate: int or pair of int; the recurrent convolution has strides of 1.
        padding: ``valid`` or ``same``.
        data_format: ``channels_first`` or ``channels_last``; ``image_data_format()`` by default.
        dropout, recurrent_dropout: the shares of inputs and of states that are dropped in training.
    """

    # The projections of a whole film would take more memory than everything else.
    projects_ahead = False

    def __init__(self, filters, kernel_size, strides=(1, 1), padding="valid", data_format=None, dilation_rate=(1, 1),
                 activation="tanh", recurrent_activation="hard_sigmoid", use_bias=True,
                 kernel_initializer="glorot_uniform", recurrent_initializer="orthogonal", bias_initializer="zeros",
                 unit_forget_bias=True, kernel_regularizer=None, recurrent_regularizer=None, bias_regularizer=None,
                 kernel_constraint=None, recurrent_constraint=None, bias_constraint=None, dropout=0.,
                 recurrent_dropout=0., **kwargs):
        options = given(locals())
        for name in ("kernel_size", "strides", "dilation_rate"):
            options[name] = conv_utils.normalize_tuple(options[name], 2, name)
        options.update(padding=conv_utils.normalize_padding(padding), data_format=K.normalize_data_format(data_format))
        StockCell.__init__(self, options, **kwargs)
        self.state_size = (filters, filters)

    @property
    def axis(self):
        """Where the gates lie side by side in activations."""
        return 1 if self.data_format == "channels_first" else -1

    def build(self, input_shape):
        """Makes kernel, recurrent kernel and bias; `input_shape` is that of one image."""
        channels, filters = input_shape[self.axis], self.filters
        if channels is None:
            raise ValueError("The channel dimension of the inputs should be defined. Found `None`.")
        self.kernel_shape = self.kernel_size + (channels, 4 * filters)
        self.kernel = weight(self, "kernel", self.kernel_shape)
        self.recurrent_kernel = weight(
            self, "recurrent_kernel", self.kernel_size + (filters, 4 * filters), "recurrent")
        initializer = forget_bias(self.bias_initializer, filters, filters, 2 * filters)
        self.bias = weight(self, "bias", (4 * filters,), initializer=initializer if self.unit_forget_bias else None
                           ) if self.use_bias else None
        self.built = True

    def _project(self, x, masks):
        products = self._products(x, masks, self._kernels(self.kernel, masks), self._input_product)
        return products if self.bias is None else K.bias_add(products, self.bias, data_format=self.data_format)

    def _input_product(self, x, kernel):
        return self.input_conv(x, kernel, padding=self.padding)

    def _recurrent_product(self, h, kernel):
        return self.recurrent_conv(h, kernel)

    def input_conv(self, x, w, b=None, padding="valid"):
        """The convolution of the input, with a bias if there is one."""
        y = K.conv2d(x, w, strides=self.strides, padding=padding, data_format=self.data_format,
                     dilation_rate=self.dilation_rate)
        return y if b is None else K.bias_add(y, b, data_format=self.data_format)

    def recurrent_conv(self, x, w):
        """The convolution of the state."""
        return K.conv2d(x, w, strides=(1, 1), padding="same", data_format=self.data_format)


@forwarding("filters", "kernel_size", "strides", "padding", "data_format", "dilation_rate", "activation",
            "recurrent_activation", "use_bias", "kernel_initializer", "recurrent_initializer", "bias_initializer",
            "unit_forget_bias", "kernel_regularizer", "recurrent_regularizer", "bias_regularizer", "kernel_constraint",
            "recurrent_constraint", "bias_constraint", "dropout", "recurrent_dropout")
class ConvLSTM2D(StockRNN, ConvRNN2D):
    """An LSTM on a sequence of images; see `ConvLSTM2DCell` and `RNN` for the arguments."""

    @interfaces.legacy_convlstm2d_support
    def __init__(self, filters, kernel_size, strides=(1, 1), padding="valid", data_format=None, dilation_rate=(1, 1),
                 activation="tanh", recurrent_activation="hard_sigmoid", use_bias=True,
                 kernel_initializer="glorot_uniform", recurrent_initializer="orthogonal", bias_initializer="zeros",
                 unit_forget_bias=True, kernel_regularizer=None, recurrent_regularizer=None, bias_regularizer=None,
                 activity_regularizer=None, kernel_constraint=None, recurrent_constraint=None, bias_constraint=None,
                 return_sequences=False, go_backwards=False, stateful=False, dropout=0., recurrent_dropout=0.,
                 **kwargs):
        super().__init__(ConvLSTM2DCell, given(locals()), **kwargs)
