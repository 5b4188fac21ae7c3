"""Several callbacks as one."""
import time
import warnings
from collections import deque

import numpy as np

__all__ = ["CallbackList"]


class CallbackList(object):
    """Several callbacks that are called one after the other.

    Args:
        callbacks: list of `Callback`.
        queue_length: int, how many batches the watch over slow callbacks looks back.
    """

    #: Callbacks of a batch that take longer than this, in seconds, and as long as the batch, are worth a warning.
    slow = 0.1

    def __init__(self, callbacks=None, queue_length=10):
        self.callbacks = list(callbacks or [])
        self.queue_length = queue_length
        self._forget_times()

    def append(self, callback):
        """Adds a callback."""
        self.callbacks.append(callback)

    def set_params(self, params):
        """Hands the parameters of the training to all."""
        self._call("set_params", params)

    def set_model(self, model):
        """Hands the model to all."""
        self._call("set_model", model)

    def on_epoch_begin(self, epoch, logs=None):
        """See `Callback`."""
        self._call("on_epoch_begin", epoch, logs or {})
        self._forget_times()

    def on_epoch_end(self, epoch, logs=None):
        """See `Callback`."""
        self._call("on_epoch_end", epoch, {} if logs is None else logs)

    def on_batch_begin(self, batch, logs=None):
        """See `Callback`."""
        self._call_timed("on_batch_begin", self._begin_times, batch, {} if logs is None else logs)
        self._entered = time.time()

    def on_batch_end(self, batch, logs=None):
        """See `Callback`."""
        now = time.time()
        self._batch_time = now - (self._entered or now)
        self._call_timed("on_batch_end", self._end_times, batch, {} if logs is None else logs)

    def on_train_begin(self, logs=None):
        """See `Callback`."""
        self._call("on_train_begin", logs or {})

    def on_train_end(self, logs=None):
        """See `Callback`."""
        self._call("on_train_end", logs or {})

    def __iter__(self):
        return iter(self.callbacks)

    def _call(self, method, *args):
        for callback in self.callbacks:
            getattr(callback, method)(*args)

    def _forget_times(self):
        self._batch_time, self._entered = 0., None
        self._begin_times, self._end_times = deque([], self.queue_length), deque([], self.queue_length)

    def _call_timed(self, method, times, *args):
        before = time.time()
        self._call(method, *args)
        times.append(time.time() - before)
        if self._batch_time > 0. and max(times) > self.slow:
            median = np.median(times)
            if median > max(self.slow, 0.95 * self._batch_time):
                warnings.warn("Method %s() is slow compared to the batch update (%f). Check your callbacks."
                              % (method, median), stacklevel=3)
