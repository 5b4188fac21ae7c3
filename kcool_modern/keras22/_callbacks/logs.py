"""Callbacks that gather, show and write the logs."""
import csv
import json
import os
import warnings
from collections import OrderedDict
from collections.abc import Iterable

import numpy as np

from ..callback_base import Callback
from ..utils.generic_utils import Progbar
from ..utils.progress import times

try:
    import requests
except ImportError:
    requests = None

__all__ = ["BaseLogger", "CSVLogger", "History", "ProgbarLogger", "RemoteMonitor"]


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
