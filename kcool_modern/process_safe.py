"""Process-safe data: batches made by watched workers, for `fit` of tf.keras and Keras 3, and the old `fit_generator`.

Recipe preserved: a ``keras.utils.Sequence`` with ``workers``, ``use_multiprocessing`` and ``max_queue_size``, or an
endless generator, of which the articles say that it must not be copied into several processes.

`fit` of modern Keras asks a Sequence for batches by number, in an order that it has shuffled itself, after having
looked at the first ones; of a generator it takes more than it uses. So a Sequence is handed to it, and what its loop
over an epoch asks for is given out in our order, whatever the number; anybody else gets the batch of the number.

Known differences: what comes out of `fit` on TensorFlow 2 is an error of TensorFlow's, with our message in its text.
"""
import inspect
import sys

from kcool.dispatch import load
from kcool.errors import WrongOrder, WrongValue
from kcool.stack import stack
from kcool_common import process_safe as _common

__all__ = ["process_safe"]


def process_safe(data, workers=1, use_multiprocessing=False, max_queue_size=10, timeout=10, shuffle=False,
                 start_method=None):
    """Batches made ahead by workers that are watched: one that raises, hangs or is killed ends the training.

        data = process_safe(sequence, workers=4, use_multiprocessing=True)
        model.fit(data, epochs=3)
        model.fit_generator(data, steps_per_epoch=len(data), epochs=3, workers=0)   # a model of compat.keras on Keras 3

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
        WrongValue: an argument cannot be used, the data cannot be sent to a process, or Keras would shuffle it again.
        WorkerFailed: while training; says which batch, and why.
    """
    settings = _common.Settings(workers, use_multiprocessing, max_queue_size, timeout, start_method)
    if _common.kind_of(data) == "generator":
        return _common.SafeGenerator(data, settings)
    return _sequence_class()(data, settings, shuffle)


def _sequence_class():
    """`SafeSequence` that is a Sequence to every Keras that this process has loaded."""
    chosen = stack()
    if chosen.family == "keras3":
        from keras.utils import PyDataset

        bases = [PyDataset]
        old = sys.modules.get("kcool_modern.keras22.utils.data_utils")
        bases += [old.Sequence] if old is not None else []
    else:
        bases = [load("keras").utils.Sequence]
    key = tuple(bases)
    if key not in _classes:
        _classes[key] = type("SafeSequence", (SafeSequence,) + key, {"_again": chosen.family == "keras2"})
    return _classes[key]


_classes = {}  # type: dict


class SafeSequence(_common.SafeSequence):
    """A Sequence to Keras, which is gone through by its loops."""

    #: Whether Keras starts a pass anew in every epoch, also where the last one was left early.
    _again = False

    def __init__(self, source, settings, shuffle):
        for base in type(self).__mro__:
            if base.__name__ == "PyDataset":
                # Keras's own workers would ask for batches one by one.
                base.__init__(self, workers=1, use_multiprocessing=False)
        self._loop = self._turn = None
        self._left = []  # type: list
        super().__init__(source, settings, shuffle)

    @property
    def num_batches(self):
        """What Keras 3 calls the length."""
        return len(self)

    def __getitem__(self, index):
        frame = sys._getframe(1)
        if not _is_loop(frame):
            _refuse_a_second_shuffle(frame)
            return super().__getitem__(index)
        if frame is not self._loop:
            self._begin_for(frame)
        batch = self._take(self._turn)
        if self._turn.complete:
            # The frame leads to this object, and would keep it alive.
            self._loop = None
        return batch

    def _begin_for(self, frame):
        if any(frame is left for left in self._left):
            raise WrongOrder("process_safe: two loops read this data at the same time.",
                             do="give each its own: process_safe(...) for training, another one for validation")
        if self._turn is not None and not self._turn.complete:
            self._turn.close()
            self._left = self._left[-3:] + [self._loop]
        self._turn, self._loop = self._begin(), frame

    def on_epoch_end(self):
        """Called by Keras after an epoch, and when it begins anew after a look at the data."""
        if self._turn is not None and not self._turn.complete and self._again:
            self._turn.close()
            self._turn, self._loop, self._due = None, None, True
        self._finish()

    def close(self):
        super().close()
        self._loop = self._turn = None
        self._left = []


def _refuse_a_second_shuffle(frame):
    # Keras 3.0 to 3.5 look at a batch of a Sequence and put all of them through a buffer that TensorFlow shuffles.
    for caller in (frame, frame.f_back):  # in 3.1 to 3.5 a comprehension stands between
        adapter = caller.f_locals.get("self")
        make = getattr(type(adapter), "get_tf_dataset", None)
        if make is not None and getattr(adapter, "shuffle", False) and "shuffle" in make.__code__.co_names:
            raise WrongValue("process_safe: this Keras would put the batches into another order than was asked for.",
                             found="%s, and fit(shuffle=True), the default" % (str(stack()),),
                             do="fit(data, shuffle=False); to shuffle: process_safe(data, shuffle=True)")


def _is_loop(frame):
    """Whether a frame is Keras's loop over an epoch: the generator in the module that adapts data for `fit`."""
    generator = frame.f_code.co_flags & inspect.CO_GENERATOR
    return bool(generator) and "data_adapter" in frame.f_globals.get("__name__", "")
