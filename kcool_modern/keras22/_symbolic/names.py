"""Names of variables and scopes as a graph of TensorFlow 1 gave them: each one once, a number behind the others."""
import contextlib

from .context import computation

__all__ = ["name_scope", "reset_names", "unique"]

_taken = {}  # type: dict
_scopes = []  # type: list


def unique(name):
    """A name, behind those of the open scopes, that nothing has had since `reset_names`."""
    full = _behind_scope(name.partition(":")[0])
    # A trace runs code that the graph has named before.
    if computation() is not None and not computation().describes:
        return full
    count = _taken.get(full.lower(), 0)
    _taken[full.lower()] = count + 1
    if count == 0:
        return full
    while "%s_%d" % (full.lower(), count) in _taken:
        count += 1
    _taken["%s_%d" % (full.lower(), count)] = 1
    return "%s_%d" % (full, count)


def reset_names():
    """Names begin without a number again: a new graph."""
    _taken.clear()


@contextlib.contextmanager
def name_scope(name, default_name=None, values=None):
    """A context in which the names of variables begin with ``name/``.

    Args:
        name: str; one that ends with ``/`` is entered again as it is, and no name leaves all scopes.
        default_name: taken in the place of a name that is None.
        values: not used.
    """
    name = default_name if name is None else name
    full = "" if not name else name[:-1] if name.endswith("/") else unique(name)
    _scopes.append(full)
    try:
        yield full and full + "/"
    finally:
        _scopes.pop()


def _behind_scope(name):
    return "%s/%s" % (_scopes[-1], name) if _scopes and _scopes[-1] else name
