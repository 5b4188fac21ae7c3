"""A choice between two functions that write variables, in PyTorch."""

__all__ = ["one_of"]


def one_of(condition, first, second, variables):
    """Calls one of two functions; see the module of TensorFlow."""
    (first if bool(condition) else second)()
