"""What a list of updates makes of variables."""

__all__ = ["new_values"]


def new_values(updates, value_of, cast):
    """The new values of variables after a list of updates, carried out in order.

    Args:
        updates: list of `program.Update`.
        value_of: gives the tensor behind a target.
        cast: ``cast(tensor, variable)``: the tensor in the variable's dtype.

    Returns:
        List of ``(variable, tensor)``, each variable once.
    """
    pending = {}
    for variable, kind, target in updates:
        value = cast(value_of(target), variable)
        if kind != "set":
            old = pending[id(variable)][1] if id(variable) in pending else value_of(variable)
            value = old + value if kind == "add" else old - value
        pending[id(variable)] = (variable, value)
    return list(pending.values())
