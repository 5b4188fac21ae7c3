"""The arguments that recurrent cells and layers share."""

__all__ = ["LAYER_OPTIONS", "forwarding", "given", "weight"]

#: What belongs to a recurrent layer rather than to its cell.
LAYER_OPTIONS = ("return_sequences", "return_state", "go_backwards", "stateful", "unroll")


def given(arguments):
    """The options among the local names of a constructor that has just begun.

    Args:
        arguments: ``locals()``.
    """
    return {name: value for name, value in arguments.items() if name not in ("self", "kwargs", "__class__")}


def forwarding(*names):
    """Class decorator: attributes that are read from the layer's cell."""
    def decorate(cls):
        for name in names:
            setattr(cls, name, property(lambda self, name=name: getattr(self.cell, name)))
        return cls
    return decorate


def weight(layer, name, shape, role=None, initializer=None):
    """Adds a weight with the layer's initializer, regularizer and constraint for it.

    Args:
        layer: the layer or cell.
        name: of the weight.
        shape: tuple of int.
        role: ``kernel``, ``recurrent`` or ``bias``; the name by default.
        initializer: in the place of the layer's own.
    """
    role = role or name
    return layer.add_weight(shape=shape, name=name, initializer=initializer or getattr(layer, role + "_initializer"),
                            regularizer=getattr(layer, role + "_regularizer"),
                            constraint=getattr(layer, role + "_constraint"))
