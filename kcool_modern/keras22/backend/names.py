"""Names: counters per prefix, and scopes."""
from collections import defaultdict

from .._symbolic.names import name_scope

__all__ = ["get_uid", "name_scope", "reset_uids"]

_counters = defaultdict(int)  # type: defaultdict


def get_uid(prefix=""):
    """The next number for a prefix; the first is 1."""
    _counters[prefix] += 1
    return _counters[prefix]


def reset_uids():
    """Starts all counters anew."""
    _counters.clear()
