"""Process-safe data: batches made by watched workers, for `fit_generator` of Keras 2.2.

Recipe preserved: a ``keras.utils.Sequence`` with ``workers``, ``use_multiprocessing`` and ``max_queue_size``, or an
endless generator, of which the articles say that it must not be copied into several processes.

This side hands `fit_generator` a Sequence that is gone through in the training's own thread (``workers=0``), where
Keras 2.2 leaves order, errors and the end of an epoch to the Sequence.

Known differences: Keras's own ``workers`` and ``shuffle`` are to be left at 0 and alone; those of `process_safe` count.
"""
from keras.utils import Sequence

from kcool_common import process_safe as _common

__all__ = ["process_safe"]


class SafeSequence(_common.SafeSequence, Sequence):
    """A Sequence to Keras 2.2."""


def process_safe(data, workers=1, use_multiprocessing=False, max_queue_size=10, timeout=10, shuffle=False,
                 start_method=None):
    """Batches made ahead by workers that are watched: one that raises, hangs or is killed ends the training.

        data = process_safe(sequence, workers=4, use_multiprocessing=True)
        model.fit_generator(data, steps_per_epoch=len(data), epochs=3, workers=0)

    Args:
        data: a Sequence (an object with ``__getitem__`` and ``__len__``), or a generator of batches.
        workers: how many; 0 makes batches when they are needed, in the thread of the training. A generator has one.
        use_multiprocessing: processes instead of threads.
        max_queue_size: how many batches are made ahead.
        timeout: seconds within which a batch that does not come is an error; None for never.
        shuffle: batches of a Sequence in a new random order each epoch (by Python's `random`).
        start_method: of `multiprocessing`, such as ``'spawn'``; by default copies of this process where there are any.

    Returns:
        A Sequence for a Sequence, a generator for a generator. Both have `close()` and are context managers.

    Raises:
        WrongValue: an argument cannot be used, or the data cannot be sent to a process.
        WorkerFailed: while training; says which batch, and why.
    """
    settings = _common.Settings(workers, use_multiprocessing, max_queue_size, timeout, start_method)
    if _common.kind_of(data) == "generator":
        return _common.SafeGenerator(data, settings)
    return SafeSequence(data, settings, shuffle)
