"""What may come of a batch that a worker of `process_safe` was asked for, and what is said where it did not come."""
import pickle
import signal
import traceback
from collections import namedtuple

import numpy as np

from kcool.errors import WorkerFailed

__all__ = ["Died", "Ended", "Made", "Overdue", "Raised", "attempt", "end_of", "failure", "packed", "unpacked"]

#: A batch.
Made = namedtuple("Made", "batch")
#: The generator has no more.
Ended = namedtuple("Ended", "")
#: An exception: its type's name, its text, the worker's own traceback, and the exception in pickled form, or None.
Raised = namedtuple("Raised", "name text trace pickled")
#: The process is gone: its id and exit code, a negative one for a signal.
Died = namedtuple("Died", "pid exitcode")
#: No answer: for how many seconds, the id of the process (None for a thread), how that was started, and whether it has
#: got as far as its first batch.
Overdue = namedtuple("Overdue", "seconds pid method started")


class _Wrong(Exception):
    """What was returned is no batch."""


def attempt(take, source, index, caught=Exception):
    """Asks a source for a batch and says what came of it.

    Args:
        take: function of source and index.
        source: a Sequence or generator.
        index: which batch, for `take`.
        caught: classes of exceptions that are reported; others pass.
    """
    try:
        batch = take(source, index)
        _check(batch)
    except StopIteration:
        return Ended()
    except _Wrong as error:
        return Raised(None, str(error), None, None)
    except caught as error:
        return Raised(type(error).__name__, str(error), traceback.format_exc(), _pickled(error))
    return Made(batch)


def _pickled(error):
    try:
        return pickle.dumps(error)
    except Exception:
        return None


def _check(batch):
    if batch is None or not (isinstance(batch, (tuple, list, dict)) or hasattr(batch, "shape")):
        raise _Wrong("what was returned for it is no batch of arrays: %.100r" % (batch,))
    pending = [batch]
    while pending:
        part = pending.pop()
        if isinstance(part, dict):
            pending.extend(part.values())
        elif isinstance(part, tuple) or isinstance(part, list) and any(hasattr(item, "shape") for item in part):
            pending.extend(part)
        elif isinstance(part, np.ndarray) and part.dtype == object and any(np.ndim(item) for item in part.flat):
            raise _Wrong("an array in it is ragged: its %d rows have different shapes" % len(part))


def packed(outcome):
    """The bytes that carry an outcome from a process to its parent."""
    try:
        return pickle.dumps(outcome, protocol=pickle.HIGHEST_PROTOCOL)
    except Exception as error:
        return pickle.dumps(Raised(type(error).__name__, "the batch cannot be sent between processes: %s" % error,
                                   traceback.format_exc(), None))


def unpacked(message):
    """The outcome in the bytes from a process."""
    try:
        return pickle.loads(message)
    except Exception as error:
        return Raised(type(error).__name__, "the batch cannot be received from a process: %s" % error,
                      traceback.format_exc(), None)


def failure(outcome, batch, epoch, call):
    """The error to raise where a batch did not come; its cause is the worker's own exception, where that can be sent.

    Args:
        outcome: `Raised`, `Died` or `Overdue`.
        batch: index of the batch.
        epoch: how many times the data had been gone through before; None for a generator.
        call: how the user gets the same batch without workers.
    """
    where = "batch %d" % batch if epoch is None else "batch %d of epoch %d" % (batch, epoch)
    text, found, do = {Raised: _raised, Died: _died, Overdue: _overdue}[type(outcome)](outcome, call)
    error = WorkerFailed("process_safe: %s (counted from 0) %s." % (where, text), found=found, do=do, batch=batch,
                         epoch=epoch)
    error.__cause__ = _original(outcome) if isinstance(outcome, Raised) and outcome.pickled else None
    return error


def _original(outcome):
    try:
        return pickle.loads(outcome.pickled)
    except Exception:
        return None


def _raised(outcome, call):
    if outcome.trace is None:
        return "cannot be used", outcome.text, "return arrays, (x, y) or (x, y, sample_weight), as Keras takes them"
    return ("could not be made: %s: %s" % (outcome.name, outcome.text), "the worker's own traceback\n" + outcome.trace,
            "%s in the main process shows the same error under a debugger" % call)


def _died(outcome, call):
    if outcome.exitcode is None:
        how = "closed its end of the connection"
    else:
        how = end_of(outcome.exitcode)
    hint = "look for a lack of memory (`dmesg`), take fewer workers or a smaller max_queue_size" \
        if outcome.exitcode == -9 else "%s in the main process shows whether it is the data" % call
    return "will not come: its worker process %s" % how, "process %d" % outcome.pid, hint


def end_of(exitcode):
    """How a process has ended, in words; a negative exit code is that of a signal."""
    if exitcode >= 0:
        return "ended with exit code %d" % exitcode
    try:
        return "was killed by " + signal.Signals(-exitcode).name
    except ValueError:
        return "was killed by signal %d" % -exitcode


def _overdue(outcome, call):
    longer = "; if a batch may take that long, give process_safe a longer `timeout` (None for no limit)"
    if outcome.pid is None:
        return ("is not there after %.3g seconds" % outcome.seconds,
                "a thread that is still at work; a thread cannot be ended, a process can",
                "look where %s waits, or use_multiprocessing=True%s" % (call, longer))
    found = "process %d, started by %s; it was ended" % (outcome.pid, outcome.method)
    if not outcome.started:
        return "is not there: its worker process was not ready after %.3g seconds" % outcome.seconds, found, (
            "start_method='fork' where the data can be copied" if outcome.method != "fork" else longer[2:])
    fork = ", does not use TensorFlow, JAX or PyTorch, and no pool of processes, lock or connection that was made " \
           "before the workers were" if outcome.method == "fork" else ""
    return ("is not there after %.3g seconds" % outcome.seconds, found,
            "see that %s does not wait for something%s%s" % (call, fork, longer))
