"""Callbacks that act on what the logs say: they save, stop, or change the learning rate."""
import warnings

import numpy as np

from .. import backend as K
from ..callback_base import Callback

__all__ = ["EarlyStopping", "LearningRateScheduler", "ModelCheckpoint", "ReduceLROnPlateau", "TerminateOnNaN"]


class TerminateOnNaN(Callback):
    """Stops the training when the loss is no finite number."""

    def on_batch_end(self, batch, logs=None):
        """See `Callback`."""
        loss = (logs or {}).get("loss")
        if loss is not None and not np.isfinite(loss):
            print("Batch %d: Invalid loss, terminating training" % batch)
            self.model.stop_training = True


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
