"""Which kind of model a model on Keras 3 is: a plain one, or one of Keras 2.2 (`keras22`)."""
__all__ = ["any_is_keras22", "is_keras22"]

_HOME = __name__.rpartition(".")[0] + ".keras22."


def is_keras22(value):
    """Whether a model, layer, optimizer, operation, tensor or variable is one of Keras 2.2 on Keras 3."""
    return any(cls.__module__.startswith(_HOME) for cls in type(value).__mro__)


def any_is_keras22(structure):
    """Whether there is something of Keras 2.2 among the items of nested lists and tuples."""
    if isinstance(structure, (list, tuple)):
        return any(map(any_is_keras22, structure))
    return is_keras22(structure)
