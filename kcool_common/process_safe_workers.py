"""Who makes the batches of `process_safe`: a thread by itself, or a thread that hands each request to its process.

Nothing is shared between processes but one pipe each: no lock, semaphore or memory block that a killed process could
leave behind or take along. A process leads a group of its own, so that what it has started itself ends with it.
"""
import errno
import gc
import multiprocessing
import os
import pickle
import random
import signal
import sys
import threading
import time
import weakref
import zlib
from collections import namedtuple

import numpy as np

from kcool.errors import WrongValue

from .process_safe_failures import Died, attempt, packed, unpacked

__all__ = ["Job", "Process", "Thread", "context_for", "following", "item", "state_number"]

#: What a worker is asked for. ``place``: which one in the order. ``index``: of the batch. ``seed``: list of ints.
Job = namedtuple("Job", "place index seed")

_LOOK = 0.1      # seconds between looks at whether a process is still there
_GRACE = 2.0     # seconds that a process has for its end after its last batch
_TERM = 0.5      # seconds between asking a process to end and killing it
_READY = b"ready"

# This process's ends of all pipes. A forked worker closes its copies, or the others would never see the end of it.
_ends = weakref.WeakSet()  # type: weakref.WeakSet
_starting = threading.Lock()


def item(source, index):
    """A batch of a Sequence."""
    return source[index]


def following(source, index):
    """The next batch of a generator."""
    return next(source)


def state_number():
    """A number that tells the present state of NumPy's and Python's random generators, which are left as they are."""
    return zlib.crc32(pickle.dumps((np.random.get_state(), random.getstate())))


def context_for(start_method):
    """The `multiprocessing` context to start processes with; None is fork where the system has it.

    Raises:
        WrongValue: not a start method of this system.
    """
    methods = multiprocessing.get_all_start_methods()
    if start_method is None:
        start_method = multiprocessing.get_start_method(allow_none=True)
        if start_method is None:
            # Later Pythons start others by default, to which generators and what __main__ defines cannot be sent.
            start_method = "fork" if "fork" in methods and sys.platform != "darwin" else methods[0]
    if start_method not in methods:
        raise WrongValue("process_safe: start_method=%r." % (start_method,), supported=", ".join(methods))
    return multiprocessing.get_context(start_method)


class Thread(object):
    """Makes batches in the calling thread.

    Args:
        source: Sequence or generator.
        take: `item` or `following`.
        caught: exceptions to report; others pass.
    """

    pid = method = None

    def __init__(self, source, take, caught=Exception):
        self._source, self._take, self._caught = source, take, caught

    def ready(self):
        """None: there is nothing to wait for."""

    def make(self, job):
        """What comes of a `Job`."""
        return attempt(self._take, self._source, job.index, self._caught)

    def finish(self):
        """Nothing to end."""

    ask_to_end = kill = finish


class Process(object):
    """Has batches made by a process.

    `ready`, `make` and `finish` belong to one thread, `kill` may be called by any.

    Args:
        source: Sequence or generator.
        take: `item` or `following`.
        context: of `multiprocessing`.

    Raises:
        WrongValue: the process cannot be started with this source.
    """

    def __init__(self, source, take, context):
        self.method = context.get_start_method()
        forked = self.method == "fork"
        with _starting:
            here, there = context.Pipe()
            inherited = tuple(_ends) + (here,) if forked else ()
            # Not a daemon: those must not have processes of their own.
            self._process = context.Process(target=_serve, daemon=False, name="process_safe", args=(
                there, source, take, os.getpid(), inherited, self.method != "forkserver"))
            try:
                self._process.start()
            except Exception as error:
                here.close()
                raise _not_started(error, self.method)
            finally:
                there.close()
            _ends.add(here)
        self.pid, self._connection = self._process.pid, here
        if forked:
            # The child does the same; whoever comes first.
            _quietly(os.setpgid, self.pid, self.pid)

    def ready(self):
        """Waits until the process can work; `Died` if it never will."""
        answer = self._answer()
        return None if answer == _READY else answer

    def make(self, job):
        """What comes of a `Job`."""
        try:
            self._connection.send((job.index, job.seed))
        except (OSError, ValueError):
            return self._died()
        answer = self._answer()
        return answer if isinstance(answer, Died) else unpacked(answer)

    def _answer(self):
        # The end of a process does not close the pipe while processes that it has started hold copies of its end.
        try:
            while not self._connection.poll(_LOOK):
                if self._process.exitcode is not None and not self._connection.poll(0):
                    return self._died()
            return self._connection.recv_bytes()
        except (EOFError, OSError):
            return self._died()

    def _died(self):
        self._process.join(_GRACE)
        return Died(self.pid, self._process.exitcode)

    def finish(self):
        """Lets the process end by itself, then makes sure of it."""
        self._connection.close()
        self._process.join(_GRACE)
        self.kill()

    def ask_to_end(self):
        """Signals the process to end, and does not wait."""
        if os.name == "posix":
            self._signal(signal.SIGTERM)

    def kill(self):
        """Ends the process and what it has started."""
        if os.name != "posix":
            if self._process.is_alive():
                self._process.terminate()
                self._process.join(_TERM)
            return
        for sign in (signal.SIGTERM, signal.SIGKILL):
            # A process that has ended may leave others of its group behind.
            if not self._signal(sign):
                break
            deadline = time.monotonic() + _TERM
            while self._signal(0) and time.monotonic() < deadline:
                self._process.join(0.01)
        self._process.join(_TERM)

    def _signal(self, sign):
        """Signals the group, or the process if it leads none yet; whether there was any."""
        ended = self._process.exitcode is not None
        try:
            os.killpg(self.pid, sign)
            return True
        except OSError as error:
            if ended or error.errno not in (errno.ESRCH, errno.EPERM):
                return False
        return not ended and _quietly(os.kill, self.pid, sign)


def _quietly(function, *args):
    try:
        function(*args)
        return True
    except OSError:
        return False


def _not_started(error, method):
    if isinstance(error, AssertionError) and "daemonic" in str(error):
        return WrongValue("process_safe: a daemonic process cannot have workers that are processes.",
                          found=multiprocessing.current_process().name,
                          do="use_multiprocessing=False, or start that process with daemon=False")
    if method == "fork":
        return WrongValue("process_safe: no worker process could be started.",
                          found="%s: %s" % (type(error).__name__, error), do="take fewer workers")
    return WrongValue("process_safe: the data cannot be sent to a process started by %s." % method,
                      found="%s: %s" % (type(error).__name__, error),
                      supported="data that `pickle` takes: no generators, lambdas, open files or locks in it",
                      do="start_method='fork' where there is one, or use_multiprocessing=False for threads")


# ---- in the process -----------------------------------------------------------------------------------------------


def _serve(connection, source, take, parent, inherited, has_parent):
    _settle(parent, inherited, has_parent)
    seed = None
    try:
        connection.send_bytes(_READY)
        while True:
            job = connection.recv()
            if seed is not None:
                _reseed(job[1])
            seed = job[1]
            connection.send_bytes(packed(attempt(take, source, job[0], BaseException)))
    except (EOFError, OSError):
        # Nobody wants more.
        return


def _settle(parent, inherited, has_parent):
    global _starting
    # The copy was made under this lock, which nobody opens here; a source may have workers of its own.
    _starting = threading.Lock()
    for end in inherited:
        end.close()
    _ends.clear()
    if hasattr(os, "setpgid"):
        _quietly(os.setpgid, 0, 0)
        # Handlers of the main program are not for its workers.
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, signal.SIG_DFL)
        if has_parent:
            threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    if hasattr(gc, "freeze"):
        # What was copied is never collected: destructors of the framework's objects may wait for the parent's threads.
        gc.freeze()


def _end_with(parent):
    while os.getppid() == parent:
        time.sleep(1)
    if os.getpgid(0) == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(1)


def _reseed(seed):
    """Random numbers of a batch's own: copies of a process would all draw the same ones.

    The first batch keeps the copied state, so that what a source draws once (its order, when it is first asked) is the
    same in all workers.
    """
    np.random.seed(seed)
    random.seed(",".join(map(str, seed)))
