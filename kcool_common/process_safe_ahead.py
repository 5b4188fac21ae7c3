"""Batches made ahead by workers and given out in order: who is asked for what, and how long an answer may take."""
import itertools
import os
import threading
import time
from multiprocessing.util import Finalize

from kcool.errors import WrongOrder

from .process_safe_failures import Ended, Made, Overdue
from .process_safe_workers import Job

__all__ = ["Ahead", "AtOnce"]

# What a new interpreter may take before its first batch: it imports the main program's modules.
_NEW_INTERPRETER = 60.0

# The part of the timeout that a batch may take. In the rest its worker is ended.
_PART = 0.9

# Seconds to wait for threads: for those that end their processes after the last batch, and after an interruption.
_ORDERLY, _HASTY = 5.0, 0.5

_NO_MORE = object()


class AtOnce(object):
    """Batches made when they are asked for, by a worker that is the caller itself.

    Args:
        worker: a `Thread`.
        indices: iterable of the batches' indices, in order.
        told: function of outcome and index that makes the error.
    """

    def __init__(self, worker, indices, told):
        self._worker, self._indices, self._told = worker, iter(indices), told

    def next(self):
        """The next batch; raises StopIteration after the last."""
        index = next(self._indices)
        outcome = self._worker.make(Job(index, index, None))
        if isinstance(outcome, Made):
            return outcome.batch
        self.close()
        if isinstance(outcome, Ended):
            raise StopIteration
        error = self._told(outcome, index)
        raise error

    def close(self):
        """There will be no more batches."""
        self._indices = iter(())


class Ahead(object):
    """Batches made ahead. Workers end when the last batch is made, at `close`, with this object, and with the program.

    Args:
        workers: list of `Thread` and `Process`, not used by anybody else.
        indices: iterable of the batches' indices, in order, finite or not.
        told: function of outcome and index that makes the error.
        size: how many batches may be made or waiting.
        timeout: within how many seconds a batch that does not come has to be an error; None for never.
        seed: list of ints, to which the place of a batch is added.
    """

    def __init__(self, workers, indices, told, size, timeout, seed=()):
        self._desk = _Desk(workers, indices, told, size, timeout, seed)
        # The threads know the desk alone, so that this object can be given up with them at work. At the end of the
        # program `multiprocessing` waits for all processes, after it has done what it was told to do before.
        self._end = Finalize(self, _Desk.close, args=(self._desk,), exitpriority=100)
        self._desk.open()

    def next(self):
        """The next batch; raises StopIteration after the last, WorkerFailed as soon as any batch is known to fail."""
        try:
            return self._desk.next()
        except BaseException:
            self.close()
            raise

    def close(self):
        """Ends the workers, whatever they do; those waiting for a batch get an error."""
        self._end()


class _Desk(object):
    """What consumer and workers share."""

    def __init__(self, workers, indices, told, size, timeout, seed):
        self._workers, self._indices, self._told = workers, iter(indices), told
        self._size, self._seed = size, list(seed)
        self._timeout = None if timeout is None else _PART * timeout
        self._changed = threading.Condition()
        self._owner = os.getpid()
        self._places, self._upcoming = itertools.count(), next(self._indices, _NO_MORE)
        self._asked = {}        # place -> (Job, since when, worker)
        self._done = {}         # place -> (Job, outcome)
        self._given = 0
        self._last = None       # how many batches there are, once that is known
        self._closed = False
        self._starting = {}     # worker -> since when
        self._threads = []      # type: list

    def open(self):
        now = time.monotonic()
        self._starting = dict.fromkeys(self._workers, now)
        for worker in self._workers:
            thread = threading.Thread(target=self._serve, args=(worker,), name="process_safe", daemon=True)
            self._threads.append(thread)
            thread.start()

    # ---- the consumer's side

    def next(self):
        with self._changed:
            while True:
                self._raise_failures()
                if self._closed:
                    raise WrongOrder("process_safe: the data was closed while a batch was awaited.",
                                     do="go through it again, or close it later")
                self._raise_if_overdue()
                if self._given in self._done:
                    _, outcome = self._done.pop(self._given)
                    self._given += 1
                    self._changed.notify_all()
                    return outcome.batch
                if self._last is not None and self._given >= self._last:
                    raise StopIteration
                self._changed.wait(self._patience())

    def _raise_failures(self):
        """Whatever fails ends the data at once: batches before it that wait would only put off the message."""
        if self._given == 0 and isinstance(self._done.get(0, (None, None))[1], Made):
            # But the first: an error in place of it makes Keras 3 (3.15) on JAX drop the model's weights.
            return
        for place in sorted(self._done):
            job, outcome = self._done[place]
            if not isinstance(outcome, Made):
                raise self._told(outcome, job.index)

    def _raise_if_overdue(self):
        if self._timeout is None:
            return
        now = time.monotonic()
        for worker, since in self._starting.items():
            if now - since > self._limit(worker):
                raise self._told(Overdue(now - since, worker.pid, worker.method, False), self._given)
        for job, since, worker in self._asked.values():
            if now - since > self._timeout:
                raise self._told(Overdue(now - since, worker.pid, worker.method, True), job.index)

    def _limit(self, worker):
        return self._timeout + (_NEW_INTERPRETER if worker.method in ("spawn", "forkserver") else 0)

    def _patience(self):
        if self._timeout is None:
            return 60
        dues = [since + self._limit(worker) for worker, since in self._starting.items()]
        dues += [since + self._timeout for _, since, _ in self._asked.values()]
        return max(0.01, min(dues or [time.monotonic() + 1]) - time.monotonic() + 0.01)

    def close(self):
        # A forked child has a copy of this object, but not its threads; the processes are not its own.
        if os.getpid() != self._owner:
            return
        with self._changed:
            self._closed = True
            over = not self._asked and not self._starting and self._last is not None and self._given >= self._last
            self._changed.notify_all()
        if not over:
            for worker in self._workers:
                worker.ask_to_end()
            for worker in self._workers:
                worker.kill()
        # A thread at work on a batch cannot be ended; it asks for no other one.
        deadline = time.monotonic() + (_ORDERLY if over else _HASTY)
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(max(0.01, deadline - time.monotonic()))

    # ---- the workers' side

    def _serve(self, worker):
        try:
            trouble = worker.ready()
            with self._changed:
                del self._starting[worker]
                if trouble is not None and not self._closed:
                    self._done[next(self._places)] = (Job(None, self._given, None), trouble)
                self._changed.notify_all()
            job = self._take(worker) if trouble is None else None
            while job is not None:
                outcome = worker.make(job)
                job = self._take(worker) if self._put(job, outcome) else None
        finally:
            worker.finish()

    def _take(self, worker):
        with self._changed:
            while True:
                if self._closed or self._last is not None:
                    return None
                if len(self._asked) + len(self._done) < self._size:
                    break
                self._changed.wait()
            place, index = next(self._places), self._upcoming
            self._upcoming = next(self._indices, _NO_MORE)
            if self._upcoming is _NO_MORE:
                self._ends_at(place + 1)
            job = Job(place, index, self._seed + [place])
            self._asked[place] = (job, time.monotonic(), worker)
            self._changed.notify_all()
            return job

    def _put(self, job, outcome):
        """Takes what came of a job; whether the worker shall go on."""
        with self._changed:
            del self._asked[job.place]
            if isinstance(outcome, Ended):
                self._ends_at(job.place)
            elif isinstance(outcome, Made) or not self._closed:
                # At the close workers are killed, which is no failure.
                self._done[job.place] = (job, outcome)
            self._changed.notify_all()
            return isinstance(outcome, Made)

    def _ends_at(self, place):
        self._last = place if self._last is None else min(place, self._last)
        self._changed.notify_all()


