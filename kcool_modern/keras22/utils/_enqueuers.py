"""Workers that prepare batches ahead: threads or processes, a queue of what they were asked for, and one consumer."""
import itertools
import multiprocessing as mp
import queue
import random
import threading
import warnings
from abc import abstractmethod
from multiprocessing.pool import ThreadPool

import numpy as np

from kcool_common.process_safe_workers import context_for

from ._worker_ends import Closing, Failure, Stopped, lost, named, numbered

__all__ = ["GeneratorEnqueuer", "OrderedEnqueuer", "SequenceEnqueuer", "get_index", "init_pool", "init_pool_generator",
           "next_sample"]

# How often a wait looks whether it is in vain, in seconds. Nothing is late by it: what is waited for ends the wait.
_LOOK = 0.5

# Workers find their sequence here by its number; a process gets the dict from its pool's initializer.
_SHARED_SEQUENCES = {}  # type: dict
_numbers = itertools.count()
# A shared flag: what a worker process is still asked for need not be done.
_halted = None


def init_pool(seqs):
    """Tells a new worker process the sequences, a dict by number."""
    global _SHARED_SEQUENCES
    _SHARED_SEQUENCES = seqs


def init_pool_generator(gens, random_seed=None):
    """Tells a new worker process the generators, and seeds NumPy with `random_seed` plus the id of the process."""
    init_pool(gens)
    if random_seed is not None:
        np.random.seed(random_seed + mp.current_process().ident)


def _start_process(halted, initializer, *args):
    global _halted
    _halted = halted
    initializer(*args)


def get_index(uid, i):
    """Batch `i` of the sequence number `uid`; runs in a worker."""
    if _halted is not None and _halted.value:
        return None
    return _SHARED_SEQUENCES[uid][i]


def next_sample(uid):
    """The next batch of the generator number `uid`; runs in a worker."""
    if _halted is not None and _halted.value:
        return None
    return next(_SHARED_SEQUENCES[uid])


class SequenceEnqueuer:
    """Keeps a queue of batches filled by workers.

        enqueuer.start(workers=2)
        for batch in enqueuer.get():
            ...
        enqueuer.stop()

    Args:
        sequence: what the workers take batches from.
        use_multiprocessing: processes instead of threads.
    """

    def __init__(self, sequence, use_multiprocessing=False):
        self.sequence = sequence
        self.use_multiprocessing = use_multiprocessing
        self.uid = next(_numbers)
        self.workers = 0
        self.executor_fn = None
        self.queue = None
        self.run_thread = None
        self.stop_signal = None
        self._processes = ()

    def is_running(self):
        """Whether it was started and not stopped."""
        return self.stop_signal is not None and not self.stop_signal.is_set()

    def start(self, workers=1, max_queue_size=10):
        """Starts the workers.

        Args:
            workers: how many.
            max_queue_size: how many batches are prepared ahead.
        """
        self.executor_fn = self._get_executor_init(workers) if self.use_multiprocessing \
            else lambda _: ThreadPool(workers)
        self.workers = workers
        self.queue = queue.Queue(max_queue_size)
        self.stop_signal = threading.Event()
        self.run_thread = threading.Thread(target=self._run_safely, daemon=True)
        self.run_thread.start()

    def stop(self, timeout=None):
        """Stops the workers and waits for processes to be gone.

        Args:
            timeout: seconds to wait at most.
        """
        self.stop_signal.set()
        with self.queue.mutex:
            self.queue.queue.clear()
            self.queue.unfinished_tasks = 0
            self.queue.not_full.notify_all()
            self.queue.all_tasks_done.notify_all()
        if threading.current_thread() is not self.run_thread:
            self.run_thread.join(timeout)
        _SHARED_SEQUENCES.pop(self.uid, None)

    @abstractmethod
    def _run(self):
        """Asks the workers for batches and puts what they promise into the queue, until stopped."""
        raise NotImplementedError

    @abstractmethod
    def _get_executor_init(self, workers):
        """A function that makes the pool of processes, from the dict of sequences."""
        raise NotImplementedError

    @abstractmethod
    def get(self):
        """A generator of batches; None among them is left out."""
        raise NotImplementedError

    def _send_sequence(self):
        _SHARED_SEQUENCES[self.uid] = self.sequence

    def _run_safely(self):
        try:
            self._run()
        except Exception as error:
            # Nobody looks at this thread: what cannot be started or sent has to come out where batches are awaited.
            self.queue.put(Failure(error))

    def _make_pool(self, workers, initializer, *args):
        chosen = context_for(None)
        self._halt = chosen.RawValue("b", 0)
        return chosen.Pool(workers, initializer=_start_process, initargs=(self._halt, initializer) + args)

    def _pool(self):
        return Closing(self, self.executor_fn(_SHARED_SEQUENCES))

    def _batches(self):
        while self.is_running():
            batch = self._next()
            if batch is not None:
                yield batch

    def _next(self):
        """The next batch of the queue, in order; raises what the worker raised, with its traceback."""
        promise = self._wait(lambda: self.queue.get(timeout=_LOOK))
        self._await(promise)
        batch = promise.get() if isinstance(promise, Failure) else named(promise)
        try:
            self.queue.task_done()
        except ValueError:
            # Another thread has stopped the queue meanwhile, which counts everything as done.
            pass
        return batch

    def _await(self, promise):
        while not isinstance(promise, Failure) and not promise.ready():
            promise.wait(_LOOK)
            if not promise.ready():
                self._check(promise.batch)

    def _wait(self, take):
        while True:
            try:
                return take()
            except queue.Empty:
                self._check()

    def _check(self, batch=None):
        if not self.is_running():
            raise Stopped
        dead = [process for process in self._processes if process.exitcode not in (None, 0)]
        if dead:
            raise lost(dead[0], batch)
        if not self.run_thread.is_alive() and self.queue.empty():
            raise Stopped


class OrderedEnqueuer(SequenceEnqueuer):
    """Batches of a `Sequence` in their order, epoch after epoch.

    Args:
        sequence: a `Sequence`.
        use_multiprocessing: processes instead of threads.
        shuffle: batches in a new random order each epoch.

    Attributes:
        limit: int, how many batches are made in all; without end if None. In 2.2.4 a pause of a tenth of a second
            decided whether the workers began an epoch that nobody would ask for.
    """

    def __init__(self, sequence, use_multiprocessing=False, shuffle=False):
        super().__init__(sequence, use_multiprocessing)
        self.shuffle = shuffle
        self.limit = None
        self._sent = 0

    def _get_executor_init(self, workers):
        return lambda seqs: self._make_pool(workers, init_pool, seqs)

    def _run(self):
        order = list(range(len(self.sequence)))
        self._send_sequence()
        while True:
            if self.shuffle:
                random.shuffle(order)
            with self._pool() as pool:
                for index in order:
                    if self._sent == self.limit:
                        self.stop_signal.wait()
                    if self.stop_signal.is_set():
                        return
                    self.queue.put(numbered(pool.apply_async(get_index, (self.uid, index)), index), block=True)
                    self._sent += 1
                self._wait_queue()
                if self.stop_signal.is_set():
                    return
            self.sequence.on_epoch_end()
            # Processes have copies: each epoch's pool is sent what the sequence has become.
            self._send_sequence()

    def _wait_queue(self):
        with self.queue.all_tasks_done:
            while self.queue.unfinished_tasks and not self.stop_signal.is_set():
                self.queue.all_tasks_done.wait(_LOOK)

    def get(self):
        """A generator of batches, without end; None among them is left out."""
        try:
            yield from self._batches()
        except Stopped:
            return
        except Exception:
            self.stop()
            raise


class GeneratorEnqueuer(SequenceEnqueuer):
    """Batches of a generator, in the order in which workers get hold of them.

    With processes each has a copy of the generator. With several threads the generator has to be safe for them.

    Args:
        sequence: the generator, finite or not.
        use_multiprocessing: processes instead of threads.
        wait_time: not used any more.
        random_seed: seeds NumPy in each process, plus the id of that process.
    """

    def __init__(self, sequence, use_multiprocessing=False, wait_time=None, random_seed=None):
        super().__init__(sequence, use_multiprocessing)
        self.random_seed = random_seed
        if wait_time is not None:
            warnings.warn("`wait_time` is not used anymore.", DeprecationWarning, stacklevel=2)

    def _get_executor_init(self, workers):
        return lambda seqs: self._make_pool(workers, init_pool_generator, seqs, self.random_seed)

    def _run(self):
        self._ended = threading.Event()
        self._send_sequence()
        with self._pool() as pool:
            for index in itertools.count():
                if self.stop_signal.is_set() or self._ended.is_set():
                    break
                self.queue.put(numbered(pool.apply_async(next_sample, (self.uid,)), index), block=True)
            # Others may still be at work on the batches before the end.
            while self._ended.is_set() and not self.stop_signal.wait(_LOOK):
                continue

    def get(self):
        """A generator of batches, up to the end of the source; None among them is left out."""
        try:
            yield from self._batches()
        except StopIteration:
            for batch in self._last_ones():
                if batch is not None:
                    yield batch
        except Stopped:
            return
        except Exception as error:
            self.stop()
            if "generator already executing" in str(error):
                raise RuntimeError(
                    "Your generator is NOT thread-safe. Keras requires a thread-safe generator when "
                    "`use_multiprocessing=False, workers > 1`.") from error
            raise

    def _last_ones(self):
        self._ended.set()
        while self.is_running():
            try:
                promise = self.queue.get(block=False)
            except queue.Empty:
                return
            try:
                self._await(promise)
            except Stopped:
                return
            except Exception:
                self.stop()
                raise
            if promise.successful():
                yield promise.get()
