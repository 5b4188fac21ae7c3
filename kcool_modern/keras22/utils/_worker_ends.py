"""How workers end: with an error that says which batch is lost, and without leaving anything behind."""
import time
from multiprocessing.connection import wait

from kcool.errors import WorkerFailed
from kcool_common.process_safe_failures import end_of

__all__ = ["Closing", "Failure", "Stopped", "lost", "named", "numbered"]

# How long a worker process may go on with its batch after everything was stopped, in seconds.
_GRACE = 5

# How often is looked whether one was killed meanwhile.
_LOOK = 0.2


def numbered(promise, index):
    """A promise that knows which batch it is of."""
    promise.batch = index
    return promise


def named(promise):
    """The batch that was promised. What the worker raised stays what it is; its cause is an error with the number."""
    try:
        return promise.get()
    except StopIteration:
        raise
    except Exception as error:
        named = WorkerFailed("Batch %d (counted from 0) could not be made: %s: %s" % (
            promise.batch, type(error).__name__, error), batch=promise.batch)
        named.__cause__ = error.__cause__
        raise error from named


def lost(process, batch):
    """The error for a worker process that is gone.

    Args:
        process: the process.
        batch: number of the batch that is awaited, or None.
    """
    which = "A batch" if batch is None else "Batch %d (counted from 0), or one asked for after it," % batch
    return WorkerFailed("%s is lost: its worker process %s." % (which, end_of(process.exitcode)), batch=batch,
                        found="process %d" % process.pid, do="look for a lack of memory (`dmesg`); "
                        "compat.process_safe says exactly which batch it was")


class Stopped(Exception):
    """No more batches will come."""


class Failure:
    """Stands in the queue for the batches that will not come, and says why."""

    def __init__(self, error):
        self._error = error

    def get(self):
        raise self._error

    def successful(self):
        return False


class Closing:
    """A pool that leaves nothing behind."""

    def __init__(self, owner, pool):
        self._owner, self._pool = owner, pool

    def __enter__(self):
        # The pool replaces its dead without a word, so the first ones are remembered.
        self._owner._processes = tuple(self._pool._pool) if self._owner.use_multiprocessing else ()
        return self._pool

    def __exit__(self, *error):
        processes, self._owner._processes = self._owner._processes, ()
        if not self._owner.use_multiprocessing:
            # A thread cannot be ended from outside, and may wait for ever in the user's code.
            self._pool.terminate()
            return
        # Pool.terminate waits for ever when a process has a large batch half written (its lock dies with it).
        self._owner._halt.value = 1
        self._pool.close()
        deadline = time.monotonic() + _GRACE
        # With a process that was killed a lock or a batch may be lost, for which a pool waits for ever.
        while not _lost_one(processes) and any(process.is_alive() for process in processes):
            if time.monotonic() > deadline:
                break
            wait([process.sentinel for process in processes if process.is_alive()], _LOOK)
        if _lost_one(processes) or any(process.is_alive() for process in processes):
            self._kill(processes)
        else:
            self._pool.join()

    def _kill(self, processes):
        handler = self._pool._worker_handler
        handler._state = "TERMINATE"
        self._pool._terminate.cancel()
        self._pool._change_notifier.put(None)
        # It may be about to replace a process.
        handler.join(_GRACE)
        for process in list(self._pool._pool) + list(processes):
            process.kill()
            process.join()


def _lost_one(processes):
    return any(process.exitcode not in (None, 0) for process in processes)
