"""What a function of symbolic tensors would give: shapes, dtypes, and what it touches besides its arguments."""
from collections import OrderedDict

import keras

from .context import Computation
from .engines import engine, value_of
from .phase import LEARNING_PHASE
from .spec import is_backend_tensor, is_symbol, is_variable, map_structure

__all__ = ["Inference", "infer"]


class Inference(Computation):
    """A computation on stand-ins.

    Attributes:
        outputs: what the function gave, with symbolic tensors in the place of tensors; also for every product.
        free: symbols that were asked for without being arguments.
        uses_learning_phase: whether the learning phase was asked for.
    """

    describes = True

    def __init__(self, stand_in, arguments):
        super().__init__()
        self._stand_in = stand_in
        self._arguments = set(map(id, arguments))
        self._free = OrderedDict()
        self._uses_learning_phase = False
        self.outputs = None

    @property
    def free(self):
        """See the class."""
        return list(self._free.values())

    @property
    def training(self):
        """The learning phase; to ask is noted."""
        self._uses_learning_phase = True
        return False

    @property
    def uses_learning_phase(self):
        """See the class."""
        return self._uses_learning_phase or any(getattr(s, "_uses_learning_phase", False) for s in self.free)

    def resolve(self, symbol):
        """A stand-in for a symbol; those that are no arguments are noted."""
        if symbol is LEARNING_PHASE:
            self._uses_learning_phase = True
        elif id(symbol) not in self._arguments:
            self._free[id(symbol)] = symbol
        return self._stand_in(symbol)


def infer(function, args, kwargs, name):
    """Runs a function on stand-ins.

    Args:
        function: takes and gives tensors.
        args, kwargs: with symbolic tensors at any depth.
        name: for the names of the outputs.

    Returns:
        A finished `Inference`.
    """
    return engine().infer(function, args, kwargs, name)


def substituted(values, of_symbol):
    """A structure with stand-ins for symbols and values for variables."""
    def leaf(value):
        if is_symbol(value):
            return of_symbol(value)
        return value_of(value) if is_variable(value) else value
    return map_structure(leaf, values)


def as_tensors(values):
    """A structure whose leaves are all tensors of the engine."""
    return map_structure(lambda leaf: leaf if is_backend_tensor(leaf) else keras.ops.convert_to_tensor(leaf), values)
