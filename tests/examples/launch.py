"""Runs one example, as it is, with its work cut from outside; says in a file what came out.

    kcool run launch.py CUTS.json RESULT.json example.py [arguments]

Also for the real Keras 2.2.4 (`python launch.py ...`), hence in the Python of 2018.

CUTS.json: {"epochs", "samples", "evaluated", "steps", "workers": upper limits for calls of `fit` and the like; "last":
whether the last epochs are kept instead of the first, in training that starts there; "ranges": {stop: lower stop} for
the example's own loops; "clusters", "candidates": see `cluster_apart`, `cut_grid`; "old": real Keras; "nudge": how
far initial weights are moved, relative; "seed" of that; "keras": the name that the example's Keras is imported by, such
as "compat.keras" for a migrated one; "native": it is stock Keras 3}.
"""
import functools
import importlib
import inspect
import itertools
import json
import os
import random
import re
import runpy
import sys

import numpy as np

LOSS_LINE = re.compile(r"(?:[Ll]oss value|Decoded sentence)[^:]*:\s*(.*)")


class Cutter(object):
    """Limits the calls of a model's methods and writes down what they give back."""

    def __init__(self, cuts):
        self.cuts = cuts
        self.found = {"fit": [], "evaluate": [], "train_on_batch": [], "lines": [], "batches": []}
        self.depth = 0
        self.nudged = set()
        self.random = np.random.RandomState(cuts.get("seed"))

    def keras(self, path):
        """A module of the Keras that the example imports."""
        return importlib.import_module("%s.%s" % (self.cuts.get("keras", "keras"), path))

    def attach(self, training, sequential, network):
        for cls in (training.Model, sequential.Sequential):
            for name in ("fit", "fit_generator", "evaluate", "evaluate_generator", "train_on_batch"):
                if name in vars(cls):
                    setattr(cls, name, self._limited(name, vars(cls)[name]))
        if self.cuts.get("nudge"):
            load = network.Network.load_weights

            def load_weights(model, *args, **kwargs):
                load(model, *args, **kwargs)
                self._nudge(model)

            network.Network.load_weights = load_weights

    def _nudge(self, model):
        if not self.cuts.get("nudge") or id(model) in self.nudged:
            return
        self.nudged.add(id(model))
        model.set_weights([weight * (1 + self.cuts["nudge"] * self.random.uniform(-1, 1, weight.shape))
                           for weight in model.get_weights()])

    def _limited(self, name, method):
        signature = inspect.signature(method)

        @functools.wraps(method)
        def limited(*args, **kwargs):
            bound = signature.bind(*args, **kwargs)
            if not self.depth:
                self._nudge(args[0])
                self._cut(name, bound)
            self.depth += 1
            try:
                result = method(args[0], **_named(bound))
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
        limit = self.cuts["samples" if name.startswith("fit") else "evaluated"]
        for key in ("x", "y", "sample_weight", "validation_data") if name != "train_on_batch" else ():
            if key in given:
                given[key] = self._head(given[key], limit)
        for key in ("steps_per_epoch", "validation_steps", "steps"):
            if given.get(key):
                given[key] = min(given[key], self.cuts["steps"])
        if name.endswith("_generator"):
            given["workers"] = min(given.get("workers", 1), self.cuts["workers"])
        if name.startswith("fit"):
            given["callbacks"] = list(given.get("callbacks") or []) + [self.observer()]
        endless = self.cuts.get("native") and name == "fit" and hasattr(given.get("x"), "__next__")
        endless = endless or isinstance(given.get("x"), tuple(self._sequences()))
        if (name == "fit_generator" or endless) and given.get("steps_per_epoch") is None:
            given["steps_per_epoch"] = self.cuts["steps"]

    def _sequences(self):
        return [importlib.import_module("keras.utils").PyDataset] if self.cuts.get("native") else []

    def observer(self):
        """A callback that notes the loss of each batch."""
        Callback = self.keras("callbacks").Callback
        losses = []
        self.found["batches"].append(losses)

        class Observer(Callback):
            def on_batch_end(self, batch, logs=None):
                losses.append(float(logs["loss"]))

        return Observer()

    def _cut_epochs(self, bound):
        given, limit = bound.arguments, self.cuts["epochs"]
        epochs, first = given.get("epochs", 1), given.get("initial_epoch", 0)
        if self.cuts.get("last") and not first:
            given["initial_epoch"] = max(0, epochs - limit)
        else:
            given["epochs"] = min(epochs, first + limit)

    def _head(self, data, limit):
        if isinstance(data, np.ndarray):
            return data[:limit]
        if isinstance(data, (list, tuple)) and any(isinstance(part, (list, tuple, np.ndarray)) for part in data):
            return type(data)(self._head(part, limit) for part in data)
        return data

    def _note(self, name, result):
        if name.startswith("fit"):
            history = {key: [float(value) for value in values] for key, values in result.history.items()}
            self.found["fit"].append(history)
        else:
            self.found[name.replace("_generator", "")].append(np.asarray(result, "float64").ravel().tolist())


def _named(bound):
    """All arguments but the first, by name."""
    named = dict(bound.arguments)
    for parameter in bound.signature.parameters.values():
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            named.update(named.pop(parameter.name, {}))
    del named[next(iter(bound.signature.parameters))]
    return named


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


def allow_fewer_labels():
    """Lets ticks have fewer labels than there are of them, as Matplotlib did until 3.3 (on both stacks)."""
    try:
        from matplotlib.axis import Axis
    except ImportError:
        return
    strict = Axis.set_ticklabels

    @functools.wraps(strict)
    def set_ticklabels(self, labels, *args, **kwargs):
        labels = list(labels)
        missing = len(self.get_majorticklocs()) - len(labels)
        return strict(self, labels + [""] * missing, *args, **kwargs)

    Axis.set_ticklabels = set_ticklabels


def split_as_before():
    """Lets the example split text as `re.split` did until Python 3.6, at matches that are not empty (both stacks)."""
    modern = re.split

    @functools.wraps(modern)
    def split(pattern, string, maxsplit=0, flags=0):
        if sys._getframe(1).f_globals.get("__name__") != "__main__":
            return modern(pattern, string, maxsplit=maxsplit, flags=flags)
        parts, last = [], 0
        for match in re.finditer(pattern, string, flags):
            if match.group():
                parts += [string[last:match.start()]] + list(match.groups())
                last = match.end()
        return parts + [string[last:]]

    re.split = split


def choose_signs(Orthogonal):
    """Gives orthogonal matrices one rule for their signs: LAPACK has changed its own between the two stacks."""
    plain = Orthogonal.__call__

    @functools.wraps(plain)
    def call(*args, **kwargs):
        found = plain(*args, **kwargs)
        flat = found.reshape(-1, found.shape[-1])
        axis = 0 if len(flat) > flat.shape[1] else 1
        largest = np.expand_dims(np.abs(flat).argmax(axis=axis), axis)
        return (flat * np.sign(np.take_along_axis(flat, largest, axis))).reshape(found.shape)

    Orthogonal.__call__ = call


def cluster_apart():
    """Lets `k_means` draw from a generator of its own: how often it draws has changed with scikit-learn."""
    from sklearn import cluster

    cluster.k_means = functools.partial(cluster.k_means, random_state=0)


def cut_grid(limit):
    """Lets a search over a grid of parameters try only the first candidates."""
    from sklearn.model_selection import ParameterGrid

    plain = ParameterGrid.__iter__
    ParameterGrid.__iter__ = lambda grid: itertools.islice(plain(grid), limit)


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


def _without_races():
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    sys.path.append(root)
    from tests.corpus.record import order_writes

    sys.path.pop()  # not the same folder, should it stand there from the start
    order_writes()


def _own_sequence():
    # TensorFlow 1 brings a Keras of its own, which loads keras_preprocessing first: the iterators then have that one's
    # `Sequence`, so `fit_generator` takes them for mere generators, without a length and in another order.
    from keras.utils import Sequence
    from keras_preprocessing.image import Iterator

    Iterator.__bases__ = (Sequence,)


def _keep_parameters():
    # Keras gives copies; scikit-learn refuses them since it clones what it has cloned.
    from keras.wrappers.scikit_learn import BaseWrapper

    BaseWrapper.get_params = lambda self, **_: dict(self.sk_params, build_fn=self.build_fn)


def _attach_to_keras3(cutter):
    """Stock Keras 3, without kcool: importing the facade is an error."""
    sys.modules.update(compat=None, kcool=None)
    from keras import Model
    from keras.src.utils import file_utils

    file_utils.validate_file = lambda *args, **kwargs: True
    for name in ("fit", "evaluate", "train_on_batch"):
        setattr(Model, name, cutter._limited(name, getattr(Model, name)))


def main(cuts_path, result_path, script, *arguments):
    """Runs the example."""
    with open(cuts_path) as file:
        cuts = json.load(file)
    if cuts.get("old"):
        # NumPy read pickled arrays without being asked to in 2018.
        np.load = functools.partial(np.load, allow_pickle=True)
        _without_races()
        _own_sequence()
        _keep_parameters()
    cutter = Cutter(cuts)
    if cuts.get("native"):
        _attach_to_keras3(cutter)
    else:
        # The files are stand-ins, so their hashes are not those of the originals.
        cutter.keras("utils.data_utils").validate_file = lambda *args, **kwargs: True
        cutter.attach(*[cutter.keras("engine." + one) for one in ("training", "sequential", "network")])
        choose_signs(cutter.keras("initializers").Orthogonal)
    np.random.seed(1337)
    random.seed(1337)
    allow_fewer_labels()
    split_as_before()
    if cuts.get("candidates"):
        cut_grid(cuts["candidates"])
    if cuts.get("clusters"):
        cluster_apart()
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
