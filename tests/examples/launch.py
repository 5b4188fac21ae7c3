"""Runs one example, as it is, with its work cut from outside; says in a file what came out.

    kcool run launch.py CUTS.json RESULT.json example.py [arguments]

Also for the real Keras 2.2.4 (`python launch.py ...`), hence in the Python of 2018.

CUTS.json: {"epochs", "samples", "steps": upper limits for each call of `fit` and the like; "last": whether the last
epochs are kept instead of the first; "ranges": {stop: lower stop} for the example's own loops; "old": real Keras}.
"""
import functools
import inspect
import json
import random
import re
import runpy
import sys

import numpy as np

LOSS_LINE = re.compile(r"(?:[Ll]oss value|Decoded sentence)\D*:\s*(.*)")


class Cutter(object):
    """Limits the calls of a model's methods and writes down what they give back."""

    def __init__(self, cuts):
        self.cuts = cuts
        self.found = {"fit": [], "evaluate": [], "train_on_batch": [], "lines": [], "batches": []}
        self.depth = 0

    def attach(self, classes):
        for cls in classes:
            for name in ("fit", "fit_generator", "evaluate", "evaluate_generator", "train_on_batch"):
                if name in vars(cls):
                    setattr(cls, name, self._limited(name, vars(cls)[name]))

    def _limited(self, name, method):
        signature = inspect.signature(method)

        @functools.wraps(method)
        def limited(*args, **kwargs):
            bound = signature.bind(*args, **kwargs)
            if not self.depth:
                self._cut(name, bound)
            self.depth += 1
            try:
                result = method(*bound.args, **bound.kwargs)
            finally:
                self.depth -= 1
            if not self.depth:
                self._note(name, result)
            return result

        return limited

    def _cut(self, name, bound):
        given = bound.arguments
        if name.startswith("fit"):
            self._cut_epochs(bound)
            for key in ("x", "y", "sample_weight", "validation_data"):
                if key in given:
                    given[key] = self._head(given[key])
        for key in ("steps_per_epoch", "validation_steps", "steps"):
            if given.get(key):
                given[key] = min(given[key], self.cuts["steps"])
        if name.startswith("fit"):
            given["callbacks"] = list(given.get("callbacks") or []) + [self.observer()]
        if name == "fit_generator" and given.get("steps_per_epoch") is None:
            given["steps_per_epoch"] = self.cuts["steps"]

    def observer(self):
        """A callback that notes the loss of each batch."""
        from keras.callbacks import Callback

        losses = []
        self.found["batches"].append(losses)

        class Observer(Callback):
            def on_batch_end(self, batch, logs=None):
                losses.append(float(logs["loss"]))

        return Observer()

    def _cut_epochs(self, bound):
        given, limit = bound.arguments, self.cuts["epochs"]
        epochs, first = given.get("epochs", 1), given.get("initial_epoch", 0)
        if self.cuts.get("last"):
            given["initial_epoch"] = max(first, epochs - limit)
        else:
            given["epochs"] = min(epochs, first + limit)

    def _head(self, data):
        if isinstance(data, np.ndarray):
            return data[:self.cuts["samples"]]
        if isinstance(data, (list, tuple)) and any(isinstance(part, (list, tuple, np.ndarray)) for part in data):
            return type(data)(self._head(part) for part in data)
        return data

    def _note(self, name, result):
        if name.startswith("fit"):
            history = {key: [float(value) for value in values] for key, values in result.history.items()}
            self.found["fit"].append(history)
        else:
            self.found[name.replace("_generator", "")].append(np.asarray(result, "float64").ravel().tolist())


def cut_range(ranges):
    """A `range` that ends the example's own loops earlier."""
    class Kind(type):
        def __call__(cls, *bounds):
            stop = bounds[0] if len(bounds) == 1 else bounds[1]
            if str(stop) in ranges and sys._getframe(1).f_globals.get("__name__") == "__main__":
                bounds = (bounds[0] if len(bounds) > 1 else 0, ranges[str(stop)]) + bounds[2:]
            return range(*bounds)

        def __instancecheck__(cls, instance):
            return isinstance(instance, range)

    return Kind("range", (), {})


class Listener(object):
    """Standard output that keeps the lines in which an example prints a loss."""

    def __init__(self, stream, lines):
        self.stream, self.lines, self.rest = stream, lines, ""

    def write(self, text):
        *complete, self.rest = (self.rest + text).split("\n")
        self.lines += [match.group(1) for match in map(LOSS_LINE.search, complete) if match]
        return self.stream.write(text)

    def __getattr__(self, name):
        return getattr(self.stream, name)


def main(cuts_path, result_path, script, *arguments):
    """Runs the example."""
    with open(cuts_path) as file:
        cuts = json.load(file)
    if cuts.get("old"):
        # NumPy read pickled arrays without being asked to in 2018; these were written by a newer one.
        np.load = functools.partial(np.load, allow_pickle=True)
        sys.modules.update({"numpy._core": np.core, "numpy._core.multiarray": np.core.multiarray})
    from keras.engine import sequential, training
    from keras.utils import data_utils

    # The files are stand-ins, so their hashes are not those of the originals.
    data_utils.validate_file = lambda *args, **kwargs: True
    cutter = Cutter(cuts)
    cutter.attach([training.Model, sequential.Sequential])
    np.random.seed(1337)
    random.seed(1337)
    import six

    shorter = cut_range(cuts.get("ranges", {}))
    six.moves.range = shorter
    sys.argv = [script] + list(arguments)
    sys.stdout = Listener(sys.stdout, cutter.found["lines"])
    try:
        runpy.run_path(script, init_globals={"range": shorter}, run_name="__main__")
    finally:
        sys.stdout = sys.stdout.stream
        with open(result_path, "w") as file:
            json.dump(cutter.found, file)


if __name__ == "__main__":
    main(*sys.argv[1:])
