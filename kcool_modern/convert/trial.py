"""A file is read for the first time by a process that may come to harm.

HDF5 was not made for hostile files: a few odd bytes send it into an endless loop, let it ask for gigabytes, or end the
process. No exception comes of that, so the first reading happens in a process of its own, within limits.
"""
import os
import pickle
import subprocess
import sys

from kcool.errors import KcoolError, UnreadableModel

__all__ = ["require_harmless", "within_limits"]

#: Seconds of processor time, and what is added for every 100 MB of the file.
SECONDS, SECONDS_PER_100_MB = 4, 4
#: Bytes of memory beyond what the arrays of a file may claim.
MEMORY = 1 << 30

_CHILD = """
import pickle, sys
sys.path[:] = pickle.loads(bytes.fromhex(sys.argv[1]))
from kcool_modern.convert.trial import within_limits
sys.stdout.write(pickle.dumps(within_limits(*pickle.loads(bytes.fromhex(sys.argv[2])))).hex())
"""


def require_harmless(path, limits, architecture=None):
    """Has a file read by another process, to its last array.

    Args:
        path, limits, architecture: see `source.opened`.

    Raises:
        UnreadableModel: the process came to harm.
        KcoolError: what `source.opened` raised there.
    """
    handed = [pickle.dumps(one).hex() for one in (list(sys.path), (path, limits, architecture))]
    seconds = 10 * _seconds(path)
    try:
        done = subprocess.run([sys.executable, "-c", _CHILD, *handed], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=seconds, universal_newlines=True)
    except subprocess.TimeoutExpired:
        raise _harmful(path, "no end after %d seconds" % seconds)
    if done.returncode:
        raise _harmful(path, "the process that read it ended with %s" % (
            "signal %d" % -done.returncode if done.returncode < 0 else done.stderr.strip().split("\n")[-1][:200]))
    error = pickle.loads(bytes.fromhex(done.stdout))
    if error is not None:
        raise error


def within_limits(path, limits, architecture=None):
    """Reads a file to its last array, in a process that may be ended for it; gives the `KcoolError`, or None."""
    from .source import opened

    _limit(path, limits)
    try:
        with opened(path, limits, architecture) as saved:
            for stored in saved.layers + ([saved.optimizer] if saved.optimizer else []):
                stored.read()
    except KcoolError as error:
        return error
    return None


def _limit(path, limits):
    try:
        import resource
    except ImportError:  # there only the time is limited, from outside
        return
    for what, most in ((resource.RLIMIT_CPU, _seconds(path)), (resource.RLIMIT_AS, _taken() + MEMORY + 2 * (
            limits.ratio * os.path.getsize(path) if os.path.exists(path) else 0))):
        resource.setrlimit(what, (most, resource.getrlimit(what)[1]))


def _seconds(path):
    size = os.path.getsize(path) if os.path.exists(path) else 0
    return SECONDS + SECONDS_PER_100_MB * (size // 10 ** 8)


def _taken():
    """Bytes of address space in use; a guess where it cannot be told."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 1 << 30


def _harmful(path, found):
    return UnreadableModel(
        "%s cannot be read as a saved Keras model." % path, found="damage that HDF5 cannot cope with: " + found,
        do="save it again on the stack that wrote it: model.save(%r)" % os.path.basename(path))
