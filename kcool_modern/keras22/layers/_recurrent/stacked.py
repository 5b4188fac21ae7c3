"""Several cells as one."""
import warnings

from ...engine.base_layer import Layer
from ...utils.generic_utils import has_arg

__all__ = ["StackedRNNCells", "output_size"]


def _count(cell):
    return len(cell.state_size) if hasattr(cell.state_size, "__len__") else 1


def output_size(cell):
    """The size of a cell's output: that of its first state if it does not say."""
    size = getattr(cell, "output_size", None)
    if size is not None:
        return size
    return cell.state_size[0] if hasattr(cell.state_size, "__len__") else cell.state_size


class StackedRNNCells(Layer):
    """A cell made of cells, each of which gets the output of the one before.

    Args:
        cells: list of cells.
        reverse_state_order: whether the states of the last cell come first.
    """

    def __init__(self, cells, **kwargs):
        for cell in cells:
            if not hasattr(cell, "call"):
                raise ValueError("All cells must have a `call` method. received cells:", cells)
            if not hasattr(cell, "state_size"):
                raise ValueError("All cells must have a `state_size` attribute. received cells:", cells)
        self.cells = cells
        self.reverse_state_order = kwargs.pop("reverse_state_order", False)
        if self.reverse_state_order:
            warnings.warn("`reverse_state_order=True` in `StackedRNNCells` is going to be deprecated: let your code "
                          "work with states in the order of the cells.", stacklevel=3)
        super().__init__(**kwargs)

    def _by_state(self, items):
        """Things that are given in the order of the cells, in the order of the states; and the other way round."""
        return items[::-1] if self.reverse_state_order else items

    @property
    def _cell_layers(self):
        return [cell for cell in self.cells if isinstance(cell, Layer)]

    @property
    def state_size(self):
        """The sizes of all cells' states, a flat tuple."""
        return tuple(size for cell in self._by_state(self.cells)
                     for size in (cell.state_size if hasattr(cell.state_size, "__len__") else [cell.state_size]))

    @property
    def output_size(self):
        """The last cell's."""
        return output_size(self.cells[-1])

    def call(self, inputs, states, constants=None, **kwargs):
        """One time step; see `RNN` for the arguments."""
        states, old, new = list(states), [], []
        for cell in self._by_state(self.cells):
            old.append(states[:_count(cell)])
            states = states[_count(cell):]
        for cell, its_states in zip(self.cells, self._by_state(old)):
            given = dict(kwargs, constants=constants) if has_arg(cell.call, "constants") else kwargs
            inputs, its_states = cell.call(inputs, its_states, **given)
            new.append(its_states)
        return inputs, [state for its_states in self._by_state(new) for state in its_states]

    def build(self, input_shape):
        """Builds the cells one after the other."""
        constants = []
        if isinstance(input_shape, list):
            input_shape, constants = input_shape[0], input_shape[1:]
        for cell in self.cells:
            if isinstance(cell, Layer):
                cell.build([input_shape] + constants if has_arg(cell.call, "constants") else input_shape)
            input_shape = (input_shape[0], output_size(cell))
        self.built = True

    def get_config(self):
        """See `Layer`."""
        return dict(super().get_config(), cells=[{"class_name": type(cell).__name__, "config": cell.get_config()}
                                                 for cell in self.cells])

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """See `Layer`."""
        from .. import deserialize
        config = dict(config)
        return cls([deserialize(cell, custom_objects=custom_objects) for cell in config.pop("cells")], **config)

    @property
    def trainable_weights(self):
        """The cells'."""
        return [weight for cell in self._cell_layers for weight in cell.trainable_weights] if self.trainable else []

    @property
    def non_trainable_weights(self):
        """The cells'; all of them if the whole is not trainable."""
        fixed = [weight for cell in self._cell_layers for weight in cell.non_trainable_weights]
        if self.trainable:
            return fixed
        return [weight for cell in self._cell_layers for weight in cell.trainable_weights] + fixed

    @property
    def losses(self):
        """The cells'."""
        return [loss for cell in self._cell_layers for loss in cell.losses]

    def get_losses_for(self, inputs=None):
        """See `Layer`."""
        return [loss for cell in self._cell_layers for loss in cell.get_losses_for(inputs)]
