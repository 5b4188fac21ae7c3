"""Names: counters per prefix, and scopes."""
import contextlib
from collections import defaultdict

__all__ = ["get_uid", "name_scope", "reset_uids", "scoped"]

_counters = defaultdict(int)  # type: defaultdict
_scopes = []  # type: list


def get_uid(prefix=""):
    """The next number for a prefix; the first is 1."""
    _counters[prefix] += 1
    return _counters[prefix]


def reset_uids():
    """Starts all counters anew."""
    _counters.clear()


@contextlib.contextmanager
def name_scope(name, default_name=None, values=None):
    """A context in which the names of variables begin with ``name/``."""
    _scopes.append(name or default_name)
    try:
        yield "/".join(filter(None, _scopes)) + "/"
    finally:
        _scopes.pop()


def scoped(name):
    """A name with the scopes it is in; None stays None."""
    return None if name is None else "/".join([scope for scope in _scopes if scope] + [name])
