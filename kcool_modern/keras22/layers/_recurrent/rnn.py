"""The layer that runs a cell over time."""
from ..._symbolic.context import computation
from ...engine.base_layer import InputSpec, Layer
from ...utils.generic_utils import has_arg
from .cells import is_stock
from .masks import forget_masks
from .recurrence import Recurrence, ready
from .stacked import StackedRNNCells, output_size

__all__ = ["RNN"]


class RNN(Recurrence):
    """Runs a cell over the time steps of its input.

    Args:
        cell: has ``call(input_at_t, states) -> (output, new states)``, ``state_size`` (int or list of int) and perhaps
            ``output_size``; or a list of such cells, each of which gets the output of the one before.
        return_sequences, return_state, go_backwards, stateful, unroll: see `Recurrence`.
    """

    def __init__(self, cell, return_sequences=False, return_state=False, go_backwards=False, stateful=False,
                 unroll=False, **kwargs):
        if isinstance(cell, (list, tuple)):
            cell = StackedRNNCells(cell)
        if not hasattr(cell, "call"):
            raise ValueError("`cell` should have a `call` method. The RNN was passed:", cell)
        if not hasattr(cell, "state_size"):
            raise ValueError("The RNN cell should have an attribute `state_size` (tuple of integers, one integer per "
                             "RNN state).")
        super().__init__(return_sequences, return_state, go_backwards, stateful, unroll, **kwargs)
        self.cell = cell

    def _state_sizes(self):
        size = self.cell.state_size
        return list(size) if hasattr(size, "__len__") else [size]

    def _output_size(self):
        return output_size(self.cell)

    def build(self, input_shape):
        """Builds the cell, and the states of a stateful layer."""
        shape = input_shape[0] if isinstance(input_shape, list) else input_shape
        self.input_spec[0] = self._spec_of_input(shape)
        self._build_cell((shape[0],) + tuple(shape[2:]), input_shape)
        if self.state_spec is None:
            self.state_spec = [InputSpec(shape=self._state_shape(None, size)) for size in self._state_sizes()]
        elif [spec.shape[self._state_axis] for spec in self.state_spec] != self._state_sizes():
            raise ValueError("An `initial_state` was passed that is not compatible with `cell.state_size`. Received "
                             "`state_spec`=%s; however `cell.state_size` is %s" % (
                                 self.state_spec, self.cell.state_size))
        if self.stateful:
            self.reset_states()
        self.built = True

    def _spec_of_input(self, shape):
        return InputSpec(shape=(shape[0] if self.stateful else None, None) + tuple(shape[2:]))

    def _build_cell(self, step_shape, input_shape):
        if not isinstance(self.cell, Layer):
            return
        if self._num_constants is None:
            self.cell.build(step_shape)
        elif isinstance(input_shape, list):
            self.cell.build([step_shape] + input_shape[-self._num_constants:])
        else:
            self.cell.build([step_shape] + [spec.shape for spec in self.constants_spec])

    def _recurrence(self, inputs, states, constants, training):
        """The sequence to run over, constants and step function for ``K.rnn``."""
        if constants and not has_arg(self.cell.call, "constants"):
            raise ValueError("RNN cell does not support constants")
        if is_stock(self.cell):
            sequence, more, step = self.cell.hoist(inputs, states, training)
            return sequence, [ready(constant) for constant in more], step
        count, constants = len(states), [ready(constant) for constant in constants or []]
        kwargs = {"training": training} if has_arg(self.cell.call, "training") else {}

        def step(x, states_and_constants):
            given = {"constants": list(states_and_constants[count:])} if constants else {}
            return self.cell.call(x, states_and_constants[:count], **dict(kwargs, **given))

        forget_masks(self.cell)
        if computation() is None:
            # Cells draw dropout masks in their first call, and keep them: that one has to be outside of the operation
            # that `K.rnn` is in a graph.
            step(inputs[:, 0], states + constants)
        return inputs, constants, step

    def get_config(self):
        """See `Layer`."""
        cell = {"class_name": type(self.cell).__name__, "config": self.cell.get_config()}
        config = dict(super().get_config(), cell=cell)
        if self._num_constants is not None:
            config["num_constants"] = self._num_constants
        return config

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """See `Layer`."""
        from .. import deserialize
        config = dict(config)
        cell = deserialize(config.pop("cell"), custom_objects=custom_objects)
        num_constants = config.pop("num_constants", None)
        layer = cls(cell, **config)
        layer._num_constants = num_constants
        return layer

    @property
    def trainable_weights(self):
        """The cell's."""
        return self.cell.trainable_weights if self.trainable and isinstance(self.cell, Layer) else []

    @property
    def non_trainable_weights(self):
        """The cell's; all of them if the layer is not trainable."""
        if not isinstance(self.cell, Layer):
            return []
        return self.cell.non_trainable_weights if self.trainable else self.cell.weights

    @property
    def losses(self):
        """The cell's, then the layer's own."""
        own = super().losses
        return self.cell.losses + own if isinstance(self.cell, Layer) else own

    def get_losses_for(self, inputs=None):
        """See `Layer`; the cell's come first."""
        own = super().get_losses_for(inputs)
        return self.cell.get_losses_for(inputs) + own if isinstance(self.cell, Layer) else own
