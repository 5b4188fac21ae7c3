"""Tensors in nested lists and dicts. Plain Python without a framework: both sides of kcool walk structures here."""

__all__ = ["is_symbolic", "leaves", "listed", "mapped", "single"]


def is_symbolic(tensor):
    """Whether an object is a tensor of a Keras graph: it has a recorded origin."""
    return getattr(tensor, "_keras_history", None) is not None


def leaves(structure):
    """Everything in nested lists and dicts that is not None, in the order in which the frameworks flatten."""
    if isinstance(structure, dict):
        return [leaf for key in sorted(structure) for leaf in leaves(structure[key])]
    if isinstance(structure, (list, tuple)):
        return [leaf for item in structure for leaf in leaves(item)]
    return [] if structure is None else [structure]


def mapped(structure, function):
    """The structure with each symbolic tensor replaced by a function of it."""
    if isinstance(structure, dict):
        return {key: mapped(value, function) for key, value in structure.items()}
    if isinstance(structure, tuple) and hasattr(structure, "_fields"):
        return type(structure)(*(mapped(item, function) for item in structure))
    if isinstance(structure, (list, tuple)):
        return (tuple if isinstance(structure, tuple) else list)(mapped(item, function) for item in structure)
    return function(structure) if is_symbolic(structure) else structure


def listed(tensors):
    """One or several tensors as a list."""
    return list(tensors) if isinstance(tensors, (list, tuple)) else [tensors]


def single(tensors):
    """A list of one as the one."""
    return tensors[0] if len(tensors) == 1 else tensors
