"""Whether tensors come from plain layers of Keras 3, or from those of Keras 2.2."""
from .graph import is_input_node, is_symbolic, node_operation, nodes_between
from .kinds import is_keras22
from .marks import symbol_behind

__all__ = ["has_plain_layers"]


def has_plain_layers(structure):
    """Whether layers of plain Keras 3, perhaps some of Keras 2.2 among them, lead to the tensors in a structure."""
    operations = [node_operation(node) for node in nodes_between([], _symbols(structure))[0] if not is_input_node(node)]
    layers = [one for one in operations if hasattr(one, "add_weight")]
    return not all(map(is_keras22, layers))


def _symbols(structure):
    if isinstance(structure, (list, tuple)):
        return [symbol for item in structure for symbol in _symbols(item)]
    if hasattr(structure, "variable") and hasattr(structure, "kind"):
        return [structure.value]
    symbol = symbol_behind(structure)
    return [symbol] if is_symbolic(symbol) else []
