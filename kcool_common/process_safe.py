"""What `process_safe` gives back: a Sequence, or a generator, whose batches are made by watched workers.

Both sides use these; each adds only what its own `fit` has to be handed.
"""
import copy
import functools
import itertools
import os
import random
import threading
import types
import weakref

from kcool.errors import WorkerFailed, WrongOrder, WrongValue

from .process_safe_ahead import Ahead, AtOnce
from .process_safe_failures import failure
from .process_safe_workers import Process, Thread, context_for, following, item, state_number

__all__ = ["SafeGenerator", "SafeSequence", "Settings", "kind_of"]

_SUPPORTED = "a Sequence (an object with __getitem__ and __len__), or a generator or other iterator of batches"


def kind_of(source):
    """``'sequence'`` or ``'generator'``.

    Raises:
        WrongValue: neither.
    """
    if isinstance(source, (SafeSequence, SafeGenerator)):
        raise WrongValue("process_safe: this is what process_safe gave back.", do="hand it to fit as it is")
    if not isinstance(source, (tuple, list, dict, str, bytes)) and not hasattr(source, "dtype"):
        if hasattr(source, "__getitem__") and (hasattr(source, "__len__") or hasattr(source, "num_batches")):
            return "sequence"
        if hasattr(source, "__next__"):
            return "generator"
    hint = "process_safe(iter(data))" if hasattr(source, "__iter__") and not hasattr(source, "__len__") else \
        "arrays go to fit as they are; a function that makes a generator is called first: process_safe(function())"
    raise WrongValue("process_safe: %.100r is no source of batches." % (source,),
                     found="type %s" % type(source).__name__, supported=_SUPPORTED, do=hint)


class Settings(object):
    """How batches are to be made; see `process_safe` for the arguments."""

    def __init__(self, workers, use_multiprocessing, max_queue_size, timeout, start_method):
        for name, value, least in (("workers", workers, 0), ("max_queue_size", max_queue_size, 1)):
            if isinstance(value, bool) or int(value) != value or value < least:
                raise WrongValue("process_safe: %s=%r." % (name, value), supported="integers from %d" % least)
        if timeout is not None and not timeout > 0:
            raise WrongValue("process_safe: timeout=%r." % (timeout,), supported="seconds, more than 0, or None")
        self.workers, self.size, self.timeout = int(workers), int(max_queue_size), timeout
        self.context = context_for(start_method) if use_multiprocessing and workers else None

    def batches(self, source, take, indices, told, number=None, seed=()):
        """`Ahead` or `AtOnce`: batches of a source by `number` workers (as many as were chosen, if None)."""
        if not self.workers:
            return AtOnce(Thread(source, take), indices, told)
        made = []  # type: list
        try:
            for _ in range(number or self.workers):
                made.append(Thread(source, take, BaseException) if self.context is None else
                            Process(source, take, self.context))
        except BaseException:
            for worker in made:
                worker.finish()
            raise
        return Ahead(made, indices, told, self.size, self.timeout, seed)


class _Guarded(object):
    """What both kinds have in common: they belong to one process, and can be closed."""

    #: The last WorkerFailed. Out of `fit` on TensorFlow 2 comes an error of TensorFlow's, with the same text in it.
    failure = None

    def _own(self):
        self._owner, self._closed = os.getpid(), False

    def _remembered(self, take):
        try:
            return take()
        except WorkerFailed as error:
            # A copy: the error itself leads to the frames of the training.
            self.failure = copy.copy(error)
            raise

    def _check_owner(self):
        if os.getpid() != self._owner:
            raise self._elsewhere()

    def _elsewhere(self):
        return WrongOrder("process_safe: this data has workers of its own and cannot be sent to other ones.",
                          found="process %d; it was made in process %d" % (os.getpid(), self._owner),
                          do="workers=0 in fit_generator, evaluate_generator and predict_generator, and no "
                             "use_multiprocessing there; give both to process_safe instead")

    def __reduce__(self):
        raise self._elsewhere()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()


class _Pass(object):
    """One time through a Sequence."""

    def __init__(self, batches, length):
        self._batches, self._left = batches, length

    @property
    def complete(self):
        return not self._left

    def take(self):
        """The next batch; with the last one the workers are gone."""
        batch = self._batches.next()
        self._left -= 1
        if self.complete:
            self._batches.close()
        return batch

    def close(self):
        self._batches.close()


class SafeSequence(_Guarded):
    """Batches of a Sequence: each exactly once in a pass, in its order, made by workers that live as long as the pass.

    `on_epoch_end` of the Sequence is called once after each complete pass, in the process of the training, before
    the workers of the next pass start; so they see what it has changed.
    """

    def __init__(self, source, settings, shuffle):
        self.source, self.shuffle = source, shuffle
        self._settings, self._epoch, self._due = settings, 0, False
        self._passes = weakref.WeakSet()  # type: weakref.WeakSet
        self._own()
        self._length()

    def __len__(self):
        return self._length()

    def _length(self):
        length = len(self.source) if hasattr(self.source, "__len__") else self.source.num_batches
        if not length:
            raise WrongValue("process_safe: there is nothing to go through.", found="a Sequence of length %s" % length,
                             supported="Sequences with at least one batch")
        return int(length)

    def __iter__(self):
        """One pass."""
        turn = self._begin()
        try:
            while not turn.complete:
                yield self._take(turn)
        finally:
            turn.close()
            if turn.complete:
                self._finish()

    def __getitem__(self, index):
        """The batch of an index, made by a worker of its own."""
        self._check_owner()
        length = self._length()
        if not -length <= index < length:
            raise IndexError("batch %d of %d" % (index, length))
        with _closing(self._batches([index % length], 1)) as batches:
            return batches.next()

    def _begin(self):
        """Starts a pass: a `_Pass`."""
        self._check_owner()
        self._finish()
        order = list(range(self._length()))
        if self.shuffle:
            random.shuffle(order)
        turn = _Pass(self._batches(order, min(self._settings.workers, len(order))), len(order))
        self._passes.add(turn)
        return turn

    def _take(self, turn):
        batch = self._remembered(turn.take)
        self._due = self._due or turn.complete
        return batch

    def _batches(self, order, number):
        # Nothing here may lead back to this object: threads hold it, and would keep it alive.
        told = functools.partial(_told, self._epoch)
        return self._settings.batches(self.source, item, order, told, number, [state_number(), self._epoch])

    def _finish(self):
        """What is due after a complete pass, once."""
        if self._due:
            self._due = False
            self._epoch += 1
            if hasattr(self.source, "on_epoch_end"):
                self.source.on_epoch_end()

    def on_epoch_end(self):
        """Tells that an epoch is over, as some versions of Keras do; the pass may be over already."""
        self._finish()

    def close(self):
        """Ends the workers of a pass that is under way. A new pass starts new ones."""
        if os.getpid() == self._owner:
            for turn in list(self._passes):
                turn.close()


def _told(epoch, outcome, index):
    return failure(outcome, index, epoch, "sequence[%d]" % index)


def _told_of_generator(outcome, index):
    return failure(outcome, index, None, "next(generator)")


class _closing(object):  # noqa: N801 - used like contextlib.closing, with what is no context itself
    def __init__(self, batches):
        self._batches = batches

    def __enter__(self):
        return self._batches

    def __exit__(self, *error):
        self._batches.close()


class SafeGenerator(_Guarded):
    """Batches of a generator in its order, made by one worker, given out to any number of threads.

    The worker holds the generator, and is there from the first batch until the end of the generator, an error,
    `close`, or until this object is gone.
    """

    def __init__(self, source, settings):
        if settings.workers > 1:
            raise WrongValue(
                "process_safe: workers=%d for a generator." % settings.workers,
                found="%s; threads would enter it at once, and each process would have a copy that gives the same "
                      "batches again" % type(source).__name__,
                supported="workers=1: a thread, or with use_multiprocessing=True a process; workers=0",
                do="workers=1, or make a Sequence of it, whose batches can be asked for by number")
        self.source, self._settings = source, settings
        self._batches, self._count, self._turn = None, itertools.count(), threading.Lock()
        self._own()

    # Keras 3 takes no iterators but generators.
    __class__ = property(lambda self: types.GeneratorType)  # type: ignore[assignment]

    def __iter__(self):
        return self

    def __next__(self):
        self._check_owner()
        with self._turn:
            if self._closed:
                raise StopIteration
            if self._batches is None:
                self._batches = self._settings.batches(self.source, following, self._count, _told_of_generator)
            try:
                return self._remembered(self._batches.next)
            except BaseException:
                self._closed = True
                raise

    next = __next__

    def close(self):
        """Ends the worker. The batches that were made ahead are gone, and a process has taken the generator along."""
        if os.getpid() == self._owner:
            self._closed = True
            if self._batches is not None:
                self._batches.close()
