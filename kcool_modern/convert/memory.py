"""A bound on the memory of this process, for a moment: against files that claim to hold more than they do."""
import contextlib
import os

__all__ = ["at_most"]


@contextlib.contextmanager
def at_most(more):
    """Lets this process take at most so much more memory while the context lasts; no bound where the system has none.

    It holds for all threads: for a program of our own, not for a user's process.

    Args:
        more: bytes beyond what is taken now, or None for no bound.

    Raises:
        MemoryError, or what a library makes of it: more was asked for.
    """
    taken = None if more is None else _taken()
    if taken is None:
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    bound = taken + more
    if soft not in (resource.RLIM_INFINITY, -1):
        bound = min(bound, soft)
    resource.setrlimit(resource.RLIMIT_AS, (bound, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _taken():
    """Bytes of address space in use; None where it cannot be told."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, AttributeError):
        return None
