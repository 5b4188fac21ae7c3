"""What happens around epochs and batches of training besides the training itself."""
import csv
import json
import os
import time
import warnings
from collections import OrderedDict, deque
from collections.abc import Iterable

import numpy as np

from . import backend as K
from ._tensorboard import TensorBoard
from .callback_base import Callback
from .utils.generic_utils import Progbar
from .utils.progress import times

try:
    import requests
except ImportError:
    requests = None

__all__ = ["BaseLogger", "CSVLogger", "Callback", "CallbackList", "EarlyStopping", "History", "LambdaCallback",
           "LearningRateScheduler", "ModelCheckpoint", "ProgbarLogger", "ReduceLROnPlateau", "RemoteMonitor",
           "TensorBoard", "TerminateOnNaN"]


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


class BaseLogger(Callback):
    """Puts the averages over an epoch into its logs; part of every training.

    Args:
        stateful_metrics: names of numbers that are taken as they are in the end.
    """

    def __init__(self, stateful_metrics=None):
        super(BaseLogger, self).__init__()
        self.stateful_metrics = set(stateful_metrics or ())

    def on_epoch_begin(self, epoch, logs=None):
        """See `Callback`."""
        self.seen, self.totals = 0, {}

    def on_batch_end(self, batch, logs=None):
        """See `Callback`."""
        logs = logs or {}
        size = logs.get("size", 0)
        self.seen += size
        for name, value in logs.items():
            stateful = name in self.stateful_metrics
            self.totals[name] = value if stateful else self.totals.get(name, 0) + times(value, size)

    def on_epoch_end(self, epoch, logs=None):
        """See `Callback`."""
        if logs is None:
            return
        for name in self.params["metrics"]:
            if name in self.totals:
                total = self.totals[name]
                logs[name] = total if name in self.stateful_metrics else total / self.seen


class TerminateOnNaN(Callback):
    """Stops the training when the loss is no finite number."""

    def on_batch_end(self, batch, logs=None):
        """See `Callback`."""
        loss = (logs or {}).get("loss")
        if loss is not None and not np.isfinite(loss):
            print("Batch %d: Invalid loss, terminating training" % batch)
            self.model.stop_training = True


class ProgbarLogger(Callback):
    """Prints a progress bar for each epoch.

    Args:
        count_mode: ``samples`` or ``steps``, what the bar counts.
        stateful_metrics: as in `BaseLogger`.
    """

    def __init__(self, count_mode="samples", stateful_metrics=None):
        super(ProgbarLogger, self).__init__()
        if count_mode not in ("samples", "steps"):
            raise ValueError("Unknown `count_mode`: " + str(count_mode))
        self.use_steps = count_mode == "steps"
        self.stateful_metrics = set(stateful_metrics or ())

    def on_train_begin(self, logs=None):
        """See `Callback`."""
        self.verbose, self.epochs = self.params["verbose"], self.params["epochs"]

    def on_epoch_begin(self, epoch, logs=None):
        """See `Callback`."""
        self.seen, self.log_values = 0, []
        self.target = self.params["steps" if self.use_steps else "samples"]
        if self.verbose:
            print("Epoch %d/%d" % (epoch + 1, self.epochs))
            self.progbar = Progbar(target=self.target, verbose=self.verbose, stateful_metrics=self.stateful_metrics)

    def on_batch_begin(self, batch, logs=None):
        """See `Callback`."""
        if self._is_under_way():
            self.log_values = []

    def on_batch_end(self, batch, logs=None):
        """See `Callback`."""
        logs = logs or {}
        self.seen += 1 if self.use_steps else logs.get("size", 0)
        self._take(logs)
        # The last batch is shown together with the end of the epoch.
        if self.verbose and self._is_under_way():
            self.progbar.update(self.seen, self.log_values)

    def on_epoch_end(self, epoch, logs=None):
        """See `Callback`."""
        self._take(logs or {})
        if self.verbose:
            self.progbar.update(self.seen, self.log_values)

    def _is_under_way(self):
        return self.target is None or self.seen < self.target

    def _take(self, logs):
        self.log_values.extend((name, logs[name]) for name in self.params["metrics"] if name in logs)


class History(Callback):
    """Keeps the logs of all epochs; part of every training, and what ``fit`` gives.

    Attributes:
        epoch: list of int.
        history: dict from name to list of numbers.
    """

    def on_train_begin(self, logs=None):
        """See `Callback`."""
        self.epoch, self.history = [], {}

    def on_epoch_end(self, epoch, logs=None):
        """See `Callback`."""
        self.epoch.append(epoch)
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(value)


def _checked_mode(mode, owner):
    if mode in ("auto", "min", "max"):
        return mode
    warnings.warn("%s mode %s is unknown, fallback to auto mode." % (owner, mode), RuntimeWarning, stacklevel=3)
    return "auto"


def _seeks_maximum(mode, monitor, *prefixes):
    if mode == "auto":
        return "acc" in monitor or any(map(monitor.startswith, prefixes))
    return mode == "max"


class ModelCheckpoint(Callback):
    """Saves the model after epochs.

    Args:
        filepath: str; ``{epoch}`` and the names in the logs are filled in by ``format``.
        monitor: str, the number that tells what is best.
        verbose: int.
        save_best_only: bool.
        save_weights_only: bool.
        mode: ``min``, ``max``, or ``auto``: the greater is better for accuracies and F-measures, the smaller for
            everything else.
        period: int, save after every so many epochs.
    """

    def __init__(self, filepath, monitor="val_loss", verbose=0, save_best_only=False, save_weights_only=False,
                 mode="auto", period=1):
        super(ModelCheckpoint, self).__init__()
        self.filepath, self.monitor, self.verbose, self.period = filepath, monitor, verbose, period
        self.save_best_only, self.save_weights_only = save_best_only, save_weights_only
        self.epochs_since_last_save = 0
        if _seeks_maximum(_checked_mode(mode, "ModelCheckpoint"), monitor, "fmeasure"):
            self.monitor_op, self.best = np.greater, -np.inf
        else:
            self.monitor_op, self.best = np.less, np.inf

    def on_epoch_end(self, epoch, logs=None):
        """See `Callback`."""
        logs = logs or {}
        self.epochs_since_last_save += 1
        if self.epochs_since_last_save < self.period:
            return
        self.epochs_since_last_save = 0
        filepath = self.filepath.format(epoch=epoch + 1, **logs)
        if not self.save_best_only:
            self._say(epoch, "saving model to %s", filepath)
            self._save(filepath)
            return
        current = logs.get(self.monitor)
        if current is None:
            warnings.warn("Can save best model only with %s available, skipping." % self.monitor, RuntimeWarning,
                          stacklevel=3)
        elif self.monitor_op(current, self.best):
            self._say(epoch, "%s improved from %0.5f to %0.5f, saving model to %s", self.monitor, self.best, current,
                      filepath)
            self.best = current
            self._save(filepath)
        else:
            self._say(epoch, "%s did not improve from %0.5f", self.monitor, self.best)

    def _say(self, epoch, text, *values):
        if self.verbose > 0:
            print("\nEpoch %05d: %s" % (epoch + 1, text % values))

    def _save(self, filepath):
        save = self.model.save_weights if self.save_weights_only else self.model.save
        save(filepath, overwrite=True)


class EarlyStopping(Callback):
    """Stops the training when a number does not become better any more.

    Args:
        monitor: str, the number.
        min_delta: float, what counts as better.
        patience: int, after how many epochs without it the training stops.
        verbose: int.
        mode: as in `ModelCheckpoint`, but for F-measures.
        baseline: float, what is to be beaten at first.
        restore_best_weights: bool, whether the model gets back the weights of the best epoch when stopped.
    """

    def __init__(self, monitor="val_loss", min_delta=0, patience=0, verbose=0, mode="auto", baseline=None,
                 restore_best_weights=False):
        super(EarlyStopping, self).__init__()
        self.monitor, self.patience, self.verbose, self.baseline = monitor, patience, verbose, baseline
        self.restore_best_weights, self.best_weights = restore_best_weights, None
        self.wait = self.stopped_epoch = 0
        maximum = _seeks_maximum(_checked_mode(mode, "EarlyStopping"), monitor)
        self.monitor_op = np.greater if maximum else np.less
        self.min_delta = min_delta if maximum else -min_delta

    def on_train_begin(self, logs=None):
        """See `Callback`."""
        self.wait = self.stopped_epoch = 0
        worst = np.inf if self.monitor_op == np.less else -np.inf
        self.best = worst if self.baseline is None else self.baseline

    def on_epoch_end(self, epoch, logs=None):
        """See `Callback`."""
        current = self.get_monitor_value(logs)
        if current is None:
            return
        if self.monitor_op(current - self.min_delta, self.best):
            self.best, self.wait = current, 0
            if self.restore_best_weights:
                self.best_weights = self.model.get_weights()
            return
        self.wait += 1
        if self.wait >= self.patience:
            self.stopped_epoch = epoch
            self.model.stop_training = True
            # There are none if no epoch was better than the baseline.
            if self.restore_best_weights and self.best_weights is not None:
                if self.verbose > 0:
                    print("Restoring model weights from the end of the best epoch")
                self.model.set_weights(self.best_weights)

    def on_train_end(self, logs=None):
        """See `Callback`."""
        if self.stopped_epoch > 0 and self.verbose > 0:
            print("Epoch %05d: early stopping" % (self.stopped_epoch + 1))

    def get_monitor_value(self, logs):
        """The number that is looked at; None, with a warning, if the logs have it not."""
        logs = logs or {}
        if logs.get(self.monitor) is None:
            warnings.warn("Early stopping conditioned on metric `%s` which is not available. Available metrics are: %s"
                          % (self.monitor, ",".join(logs)), RuntimeWarning, stacklevel=3)
        return logs.get(self.monitor)


class RemoteMonitor(Callback):
    """Posts the logs of each epoch to a server.

    Args:
        root: str, the server's URL.
        path: str, follows `root`.
        field: str, the form's field that gets the logs as JSON.
        headers: dict of HTTP headers.
        send_as_json: bool, whether the request's body is the JSON itself.
    """

    def __init__(self, root="http://localhost:9000", path="/publish/epoch/end/", field="data", headers=None,
                 send_as_json=False):
        super(RemoteMonitor, self).__init__()
        self.root, self.path, self.field = root, path, field
        self.headers, self.send_as_json = headers, send_as_json

    def on_epoch_end(self, epoch, logs=None):
        """See `Callback`."""
        if requests is None:
            raise ImportError("RemoteMonitor requires the `requests` library.")
        event = {"epoch": epoch}
        event.update((name, value.item() if isinstance(value, (np.ndarray, np.generic)) else value)
                     for name, value in (logs or {}).items())
        body = {"json": event} if self.send_as_json else {"data": {self.field: json.dumps(event)}}
        try:
            requests.post(self.root + self.path, headers=self.headers, **body)
        except requests.exceptions.RequestException:
            warnings.warn("Warning: could not reach RemoteMonitor root server at " + str(self.root), stacklevel=2)


class LearningRateScheduler(Callback):
    """Sets the learning rate before each epoch.

    Args:
        schedule: called as ``schedule(epoch, lr)``, or ``schedule(epoch)``; gives a float.
        verbose: int.
    """

    def __init__(self, schedule, verbose=0):
        super(LearningRateScheduler, self).__init__()
        self.schedule, self.verbose = schedule, verbose

    def on_epoch_begin(self, epoch, logs=None):
        """See `Callback`."""
        if not hasattr(self.model.optimizer, "lr"):
            raise ValueError('Optimizer must have a "lr" attribute.')
        lr = float(K.get_value(self.model.optimizer.lr))
        try:
            lr = self.schedule(epoch, lr)
        except TypeError:
            lr = self.schedule(epoch)
        if not isinstance(lr, (float, np.float32, np.float64)):
            raise ValueError('The output of the "schedule" function should be float.')
        K.set_value(self.model.optimizer.lr, lr)
        if self.verbose > 0:
            print("\nEpoch %05d: LearningRateScheduler setting learning rate to %s." % (epoch + 1, lr))

    def on_epoch_end(self, epoch, logs=None):
        """See `Callback`."""
        if logs is not None:
            logs["lr"] = K.get_value(self.model.optimizer.lr)


class ReduceLROnPlateau(Callback):
    """Makes the learning rate smaller when a number does not become better any more.

    Args:
        monitor: str, the number.
        factor: float below 1, for the learning rate.
        patience: int, after how many epochs without improvement.
        verbose: int.
        mode: as in `EarlyStopping`.
        min_delta: float, what counts as better; ``epsilon`` in older scripts.
        cooldown: int, epochs to wait after a reduction.
        min_lr: float, the smallest learning rate.
    """

    def __init__(self, monitor="val_loss", factor=0.1, patience=10, verbose=0, mode="auto", min_delta=1e-4, cooldown=0,
                 min_lr=0, **kwargs):
        super(ReduceLROnPlateau, self).__init__()
        if factor >= 1.0:
            raise ValueError("ReduceLROnPlateau does not support a factor >= 1.0.")
        if "epsilon" in kwargs:
            min_delta = kwargs.pop("epsilon")
            warnings.warn("`epsilon` argument is deprecated and will be removed, use `min_delta` instead.",
                          stacklevel=2)
        self.monitor, self.factor, self.patience, self.verbose = monitor, factor, patience, verbose
        self.mode, self.min_delta, self.cooldown, self.min_lr = mode, min_delta, cooldown, min_lr
        self._reset()

    def _reset(self):
        self.mode = _checked_mode(self.mode, "Learning Rate Plateau Reducing")
        if _seeks_maximum(self.mode, self.monitor):
            self.monitor_op, self.best = lambda a, b: np.greater(a, b + self.min_delta), -np.inf
        else:
            self.monitor_op, self.best = lambda a, b: np.less(a, b - self.min_delta), np.inf
        self.cooldown_counter = self.wait = 0

    def on_train_begin(self, logs=None):
        """See `Callback`."""
        self._reset()

    def on_epoch_end(self, epoch, logs=None):
        """See `Callback`."""
        logs = {} if logs is None else logs
        logs["lr"] = K.get_value(self.model.optimizer.lr)
        current = logs.get(self.monitor)
        if current is None:
            warnings.warn("Reduce LR on plateau conditioned on metric `%s` which is not available. Available metrics "
                          "are: %s" % (self.monitor, ",".join(logs)), RuntimeWarning, stacklevel=3)
            return
        if self.in_cooldown():
            self.cooldown_counter -= 1
            self.wait = 0
        if self.monitor_op(current, self.best):
            self.best, self.wait = current, 0
        elif not self.in_cooldown():
            self.wait += 1
            if self.wait >= self.patience:
                self._reduce(epoch)

    def _reduce(self, epoch):
        old = float(K.get_value(self.model.optimizer.lr))
        if old > self.min_lr:
            new = max(old * self.factor, self.min_lr)
            K.set_value(self.model.optimizer.lr, new)
            if self.verbose > 0:
                print("\nEpoch %05d: ReduceLROnPlateau reducing learning rate to %s." % (epoch + 1, new))
            self.cooldown_counter, self.wait = self.cooldown, 0

    def in_cooldown(self):
        """Whether the last reduction was too short a time ago."""
        return self.cooldown_counter > 0


class CSVLogger(Callback):
    """Writes the logs of each epoch as a line of a file.

    Args:
        filename: str.
        separator: str, between the columns.
        append: bool, whether lines are added to an existing file.
    """

    def __init__(self, filename, separator=",", append=False):
        super(CSVLogger, self).__init__()
        self.filename, self.sep, self.append = filename, separator, append
        self.writer = self.keys = None
        self.append_header = True

    def on_train_begin(self, logs=None):
        """See `Callback`."""
        if self.append and os.path.exists(self.filename):
            with open(self.filename) as there:
                self.append_header = not there.readline()
        self.csv_file = open(self.filename, "a" if self.append else "w", newline="\n")  # noqa: SIM115 - until the end

    def on_epoch_end(self, epoch, logs=None):
        """See `Callback`."""
        logs = logs or {}
        if self.keys is None:
            self.keys = sorted(logs)
        if self.model.stop_training:
            # What did not come to be measured in the last epoch.
            logs = {name: logs.get(name, "NA") for name in self.keys}
        if not self.writer:
            self.writer = csv.DictWriter(self.csv_file, ["epoch"] + self.keys, dialect="excel", delimiter=self.sep)
            if self.append_header:
                self.writer.writeheader()
        self.writer.writerow(OrderedDict([("epoch", epoch)] + [(name, _cell(logs[name])) for name in self.keys]))
        self.csv_file.flush()

    def on_train_end(self, logs=None):
        """See `Callback`."""
        self.csv_file.close()
        self.writer = None


def _cell(value):
    if isinstance(value, str) or not isinstance(value, Iterable) or np.ndim(value) == 0:
        return value
    return '"[%s]"' % ", ".join(map(str, value))


class LambdaCallback(Callback):
    """A callback made of functions.

    Args:
        on_epoch_begin, on_epoch_end: called as ``f(epoch, logs)``.
        on_batch_begin, on_batch_end: called as ``f(batch, logs)``.
        on_train_begin, on_train_end: called as ``f(logs)``.
        **kwargs: attributes.
    """

    def __init__(self, on_epoch_begin=None, on_epoch_end=None, on_batch_begin=None, on_batch_end=None,
                 on_train_begin=None, on_train_end=None, **kwargs):
        super(LambdaCallback, self).__init__()
        self.__dict__.update(kwargs)
        given = {"on_epoch_begin": on_epoch_begin, "on_epoch_end": on_epoch_end, "on_batch_begin": on_batch_begin,
                 "on_batch_end": on_batch_end, "on_train_begin": on_train_begin, "on_train_end": on_train_end}
        self.__dict__.update((name, function) for name, function in given.items() if function is not None)
