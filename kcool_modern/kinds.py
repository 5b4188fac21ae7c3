"""Which kind of model a model on Keras 3 is: a plain one, or one of Keras 2.2 (`keras22`)."""
import sys

__all__ = ["any_is_keras22", "is_keras22"]

_HOME = __name__.rpartition(".")[0] + ".keras22."


def is_keras22(value):
    """Whether a model, layer, operation, tensor or variable was made by Keras 2.2 on Keras 3."""
    if type(value).__module__.startswith(_HOME):
        return True
    tensors = sys.modules.get(_HOME + "_symbolic.tensor")
    if tensors is None:
        return False
    variables, layers = sys.modules.get(_HOME + "_symbolic.variable"), sys.modules.get(_HOME + "engine.base_layer")
    kinds = (tensors.Tensor,) + tuple(getattr(module, name) for module, name in (
        (variables, "Variable"), (layers, "Layer")) if module is not None)
    return isinstance(value, kinds)


def any_is_keras22(structure):
    """Whether there is something of Keras 2.2 among the items of nested lists and tuples."""
    if isinstance(structure, (list, tuple)):
        return any(map(any_is_keras22, structure))
    return is_keras22(structure)
