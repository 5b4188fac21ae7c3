"""What a program asks of its models and is told: the log that two runs of it are compared by.

Only calls from outside of Keras count: that `fit_generator` calls `train_on_batch` is an affair of Keras.
"""
import functools
import json
import os
import sys
import threading

import numpy as np

__all__ = ["Log", "METHODS", "read", "seed"]

#: The methods of a model whose results are kept.
METHODS = ("fit", "fit_generator", "train_on_batch", "evaluate", "evaluate_generator", "test_on_batch", "predict",
           "predict_generator", "predict_on_batch")


def seed(number):
    """Seeds the generators that weights, batches and data are drawn from."""
    import random

    random.seed(number)
    np.random.seed(number)


class Log(object):
    """Keeps the results of every model of a Keras of the 2.2 dialect, until `close`.

    Args:
        keras: its namespace.
    """

    def __init__(self, keras):
        self.events, self._inside = [], threading.local()
        self._model, self._plain = keras.models.Model, {}
        for name in METHODS:
            for owner in self._model.__mro__:
                if name in vars(owner):
                    self._plain[name] = vars(self._model).get(name)
                    setattr(self._model, name, self._logged(name, getattr(self._model, name)))
                    break

    def _logged(self, name, plain):
        @functools.wraps(plain)
        def method(model, *args, **kwargs):
            if getattr(self._inside, "a_call", False):
                return plain(model, *args, **kwargs)
            self._inside.a_call = True
            try:
                found = plain(model, *args, **kwargs)
            finally:
                self._inside.a_call = False
            self.events.append(_event(name, model, found, sys._getframe(1)))
            return found

        return method

    def close(self):
        """Gives the model its own methods back."""
        for name, plain in self._plain.items():
            if plain is None:
                delattr(self._model, name)
            else:
                setattr(self._model, name, plain)

    def write(self, path):
        """Writes the log as an ``.npz`` file."""
        arrays, told = {}, []
        for number, event in enumerate(self.events):
            parts = event.pop("values")
            event["parts"] = list(parts)
            arrays.update({"%d/%d" % (number, i): value for i, value in enumerate(parts.values())})
            told.append(event)
        with open(path, "wb") as file:
            np.savez(file, events=np.array(json.dumps(told)), **arrays)


def _event(name, model, found, frame):
    return {"method": name, "model": getattr(model, "name", None) or type(model).__name__,
            "file": os.path.basename(frame.f_code.co_filename), "line": frame.f_lineno, "values": _values(found, model)}


def _values(found, model):
    """Named arrays: the curves of a history, the numbers of an evaluation, or predictions."""
    from collections import OrderedDict

    history = getattr(found, "history", None)
    if isinstance(history, dict):
        return OrderedDict((key, np.asarray(history[key], "float64")) for key in sorted(history))
    found = list(found) if isinstance(found, (list, tuple)) else [found]
    names = getattr(model, "metrics_names", ()) if all(np.ndim(one) == 0 for one in found) else ()
    names = names if len(names) == len(found) else ["output %d" % i for i in range(len(found))]
    return OrderedDict((name, np.asarray(one)) for name, one in zip(names, found))


def read(path):
    """Reads what `Log.write` wrote: a list of dicts with ``method``, ``model``, ``file``, ``line``, ``values``."""
    from collections import OrderedDict

    with np.load(path, allow_pickle=False) as file:
        events = json.loads(str(file["events"]))
        for number, event in enumerate(events):
            names = event.pop("parts")
            event["values"] = OrderedDict((name, file["%d/%d" % (number, i)]) for i, name in enumerate(names))
    return events
