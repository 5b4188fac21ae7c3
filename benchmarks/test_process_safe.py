"""What watched workers cost: epochs fed by `compat.process_safe` against Keras's own workers and a plain loop.

    python -m pytest benchmarks/test_process_safe.py -s

The same Sequence, the same small network, the same number of workers of the same kind; epochs take turns, each ratio is
the median over the rounds. One source does work in NumPy for every batch, the other hands out what it has: there the
time is that of moving batches. Nothing is asserted about speed.
"""
import time

import numpy as np
import pytest

from compat import process_safe

ROUNDS, BATCHES, ROWS, WIDTH, WORKERS = 9, 60, 64, 256, 2


def source_of(keras, repeats):
    class Source(keras.utils.Sequence):
        def __init__(self, **own):
            super(Source, self).__init__(**own)
            self.x = np.random.normal(size=(ROWS, WIDTH)).astype("float32")
            self.y = np.zeros((ROWS, 1), "float32")

        def __len__(self):
            return BATCHES

        def __getitem__(self, index):
            x = self.x
            for _ in range(repeats):
                x = np.sort(x + 0.001 * index, axis=0)
            return x, self.y

    return Source


def epoch_of_keras(stack, model, source, old, processes):
    """An epoch with Keras's own workers."""
    own = dict(workers=WORKERS, use_multiprocessing=processes, max_queue_size=10)
    if old:
        return lambda: model.fit_generator(source(), verbose=0, shuffle=False, **own)
    if stack.family == "keras2":
        return lambda: model.fit(source(), verbose=0, shuffle=False, **own)
    return lambda: model.fit(source(**own), verbose=0, shuffle=False)


def epoch_of(model, old, make):
    def run():
        data = make()
        if old:
            model.fit_generator(data, steps_per_epoch=BATCHES, workers=0, verbose=0)
        else:
            model.fit(data, verbose=0, shuffle=False)
    return run


def seconds(call):
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


@pytest.mark.parametrize("kind", ["compat", "plain"])
@pytest.mark.parametrize("processes", [True, False], ids=["processes", "threads"])
@pytest.mark.parametrize("repeats", [0, 6], ids=["moving", "work"])
def test_epoch(stack, keras, kind, repeats, processes):
    if kind == "plain":
        if stack.family != "keras3":
            pytest.skip("one kind of models here")
        import keras
    old = stack.dialect == "legacy" or stack.family == "keras3" and kind == "compat"
    model = keras.models.Sequential([keras.layers.Dense(32, input_shape=(WIDTH,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    source = source_of(keras, repeats)
    ways = [
        epoch_of(model, old, lambda: process_safe(source(), workers=WORKERS, use_multiprocessing=processes)),
        epoch_of_keras(stack, model, source, old, processes),
        epoch_of(model, old, lambda: process_safe(source(), workers=0))]
    for way in ways:
        way()
    rounds = []
    for turn in range(ROUNDS):
        order = list(range(3))[turn % 3:] + list(range(3))[:turn % 3]
        times = {way: seconds(ways[way]) for way in order}
        rounds.append([times[way] for way in range(3)])
    ours, theirs, plain = np.median(rounds, axis=0)
    ratios = [np.percentile([row[0] / row[other] for row in rounds], (25, 50, 75)) for other in (1, 2)]
    print("\nprocess_safe, %s (%s models), %d %s, %s: RATIO %.2f (%.2f-%.2f) to Keras's workers, %.2f (%.2f-%.2f) to "
          "none; ms a batch %.2f, %.2f, %.2f" % (
              (stack.name, kind, WORKERS, "processes" if processes else "threads",
               "NumPy work" if repeats else "moving only", ratios[0][1], ratios[0][0], ratios[0][2], ratios[1][1],
               ratios[1][0], ratios[1][2]) + tuple(1e3 * t / BATCHES for t in (ours, theirs, plain))))
