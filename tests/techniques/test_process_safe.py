"""`compat.process_safe`: what training sees of a Sequence or generator, and what is left when a worker fails."""
import functools
import gc
import multiprocessing
import os
import pickle
import random
import sys
import time

import numpy as np
import pytest

from compat import errors, process_safe
from tests.techniques import batches
from tests.techniques.batches import LateOrder, Marked, Noisy, Numbered, Pooled, endless, endless_with_a_pool
from tests.techniques.problems import LeastSquares

pytestmark = pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="looks for processes in /proc")

WAYS = [dict(workers=0), dict(workers=1), dict(workers=3), dict(workers=3, use_multiprocessing=True),
        dict(workers=2, use_multiprocessing=True, max_queue_size=1)]
PROCESSES = dict(workers=3, use_multiprocessing=True)


def way_name(way):
    return "-".join("%s%s" % (key[0], int(value)) for key, value in sorted(way.items()))


# ---- what is left of workers


def descendants(root):
    """Ids of all processes below one."""
    parents = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open("/proc/%s/stat" % name) as stat:
                    state, parent = stat.read().rpartition(")")[2].split()[:2]
            except (IOError, OSError):
                continue
            if state != "Z":
                parents[int(name)] = int(parent)
    found, more = set(), {root}
    while more:
        found |= more
        more = {pid for pid, parent in parents.items() if parent in found} - found
    return found - {root}


#: How the semaphores of this process and of its children begin; other tests run at the same time in other processes.
OWN = "kcool-%d" % os.getpid()


def running():
    """Processes below this one, and what lies in the memory that processes share (of semaphores: our own)."""
    return descendants(os.getpid()), {name for name in os.listdir("/dev/shm")
                                      if not name.startswith("sem.") or name.startswith("sem." + OWN)}


def left_over(before, wait=3):
    """Processes, named semaphores and shared memory that were not there before."""
    deadline = time.time() + wait
    while True:
        left = set.union(*(now - then for now, then in zip(running(), before)))
        if not left or time.time() > deadline:
            return left
        time.sleep(0.05)


@pytest.fixture(autouse=True)
def _iterators_end_here():
    """Iterators of tf.data that an error has left are ended: the older they are, the longer that takes, to a minute."""
    yield
    gc.collect()


@pytest.fixture
def nothing_left(monkeypatch):
    monkeypatch.setitem(multiprocessing.current_process()._config, "semprefix", "/" + OWN)
    before = running()
    yield before
    assert left_over(before) == set()


# ---- models


@pytest.fixture
def make(keras, K, kind):
    """Makes a model without bias whose weights go down by half of what it has seen."""
    def model(width=18):
        mean = keras.ops.mean if kind == "plain" else K.mean
        made = keras.models.Sequential([keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros",
                                                           input_shape=(width,))])
        made.compile(keras.optimizers.SGD(1.0), loss=lambda y_true, y_pred: mean(y_pred))
        return made

    return model


@pytest.fixture
def shuffles_again(stack, kind):
    """Whether `fit` puts the batches of a Sequence through a shuffling buffer."""
    return kind == "plain" and stack.engine == "tensorflow" and tuple(map(int, stack.keras.split(".")[:2])) < (3, 6)


@pytest.fixture
def fit(old, shuffles_again):
    """`fit`, or what Keras 2.2 had for this."""
    def run(model, data, epochs=1, steps=None, validation_data=None, validation_steps=None, **arguments):
        validation = {} if validation_data is None else dict(validation_data=validation_data)
        if validation and (old or not hasattr(validation_data, "__len__")):
            # With steps, Keras 3.0 goes through validation data once only, in whatever epoch.
            validation["validation_steps"] = validation_steps
        if old:
            return model.fit_generator(data, steps_per_epoch=steps or len(data), epochs=epochs, workers=0, verbose=0,
                                       **dict(validation, **arguments))
        if shuffles_again:
            arguments.setdefault("shuffle", False)
        return model.fit(data, steps_per_epoch=steps, epochs=epochs, verbose=0, **dict(validation, **arguments))

    return run


@pytest.fixture
def predict(old):
    def run(model, data, steps=None):
        if old:
            return model.predict_generator(data, steps=steps or len(data), workers=0)
        return model.predict(data, steps=steps, verbose=0)

    return run


@pytest.fixture
def wrapped(stack, old):
    """Whether data goes through TensorFlow's own pipeline, which makes errors of its own out of ours."""
    return not old and stack.engine == "tensorflow"


def numbers(data):
    """The one number in each batch."""
    return [x.item() for x, _ in data]


def exposures(model):
    """How often each sample was trained on."""
    return (model.get_weights()[0].ravel() * -2).tolist()


def failed(error, wrapped):
    """The WorkerFailed in what came out of `fit`."""
    # Also where Keras hands data to TensorFlow it takes the first batch itself, and may be told of the failure then.
    if not (wrapped and "WorkerFailed" in str(error.value)):
        assert type(error.value) is errors.WorkerFailed
    return error.value


# ---- each sample once, in order


@pytest.mark.parametrize("way", WAYS, ids=way_name)
def test_each_sample_once_an_epoch(make, fit, nothing_left, way):
    source, model = Marked(), make()
    data = process_safe(source, **way)
    assert len(data) == 9
    fit(model, data, epochs=3)
    assert exposures(model) == [3.0] * 18
    assert source.ends == 3
    assert left_over(nothing_left, wait=0) == set()


@pytest.mark.parametrize("way", WAYS, ids=way_name)
def test_order_is_kept_whatever_keras_shuffles(keras, fit, way):
    problem = LeastSquares(batches=7)

    class Batches(keras.utils.Sequence):
        def __len__(self):
            return problem.batches

        def __getitem__(self, index):
            time.sleep(0.02 if index % 3 == 0 else 0)
            return problem.batch(index)

    model = keras.models.Sequential([keras.layers.Dense(2, input_shape=(5,))])
    model.compile(keras.optimizers.SGD(problem.rate), "mse")
    model.set_weights([problem.kernel, problem.bias])
    fit(model, process_safe(Batches(), **way), epochs=2)
    for found, expected in zip(model.get_weights(), problem.weights(14)[-1]):
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("way", [WAYS[0], PROCESSES], ids=way_name)
def test_shuffle(keras, predict, way):
    model = keras.models.Sequential([keras.layers.Dense(1, use_bias=False, kernel_initializer="ones",
                                                        input_shape=(1,))])
    model.compile("sgd", "mse")
    plain = process_safe(Numbered(), **way)
    assert predict(model, plain).ravel().tolist() == list(range(9))
    random.seed(3)
    shuffled = process_safe(Numbered(), shuffle=True, **way)
    found = [predict(model, shuffled).ravel().tolist() for _ in range(2)]
    assert [sorted(order) for order in found] == [list(range(9))] * 2
    assert found[0] != found[1] and found[0] != list(range(9))
    random.seed(3)
    again = process_safe(Numbered(), shuffle=True, **way)
    assert [predict(model, again).ravel().tolist() for _ in range(2)] == found


def test_a_keras_that_would_shuffle_again_is_refused(make, fit, shuffles_again):
    if shuffles_again:
        with pytest.raises(errors.WrongValue, match="shuffle=False"):
            fit(make(), process_safe(Marked()), shuffle=True)
    else:
        model = make()
        fit(model, process_safe(Marked()), shuffle=True)
        assert exposures(model) == [1.0] * 18


def test_validation_evaluate_and_predict(make, fit, old, predict, nothing_left):
    source, held_out, model = Marked(), Marked(), make()
    data, validation = process_safe(source, **PROCESSES), process_safe(held_out, **PROCESSES)
    history = fit(model, data, epochs=2, validation_data=validation, validation_steps=len(validation))
    assert exposures(model) == [2.0] * 18
    np.testing.assert_allclose(history.history["val_loss"], [-0.5, -1.0])
    assert source.ends == 2
    loss = model.evaluate_generator(validation, workers=0) if old else model.evaluate(validation, verbose=0)
    np.testing.assert_allclose(loss, -1.0)
    assert predict(model, validation).shape == (18, 1)


def test_several_fits_and_an_epoch_left_early(make, fit):
    source, model = Marked(), make()
    data = process_safe(source, **PROCESSES)
    fit(model, data)
    fit(model, data, steps=4)
    fit(model, data)
    assert exposures(model) == [3.0] * 8 + [2.0] * 10
    assert source.ends >= 2


def test_changes_at_the_end_of_an_epoch_reach_the_workers(make, fit, old):
    class Growing(Marked):
        """Goes through its batches from another start in each epoch."""

        offset = 0

        def __getitem__(self, index):
            return super(Growing, self).__getitem__((index + self.offset) % 9)

        def on_epoch_end(self):
            self.offset += 3
            self.length = 6

    source, model = Growing(), make()
    data = process_safe(source, **PROCESSES)
    fit(model, data)
    assert exposures(model) == [1.0] * 18
    fit(model, data)
    assert len(data) == 6 and source.offset == 6
    assert exposures(model) == [1.0] * 6 + [2.0] * 12


def test_a_source_that_draws_its_order_late(make, fit):
    source, model = LateOrder(), make()
    fit(model, process_safe(source, **PROCESSES), epochs=2)
    assert exposures(model) == [2.0] * 18


def test_random_numbers_of_processes_differ_and_can_be_had_again():
    def draw(workers):
        np.random.seed(5)
        data = process_safe(Noisy(), workers=workers, use_multiprocessing=True)
        return [numbers(data) for _ in range(2)]

    state = np.random.get_state()[1].tolist()
    first, second = draw(3)
    # The copied state serves the first batch of each worker.
    assert len(set(first)) >= 22 and len(set(first) & set(second)) <= 3
    assert draw(1) == draw(1)
    np.random.set_state(("MT19937", state, 624))


def test_by_hand(nothing_left):
    data = process_safe(Numbered(), **PROCESSES)
    assert numbers(data) == list(range(9))
    assert [data[index][0].item() for index in (4, -1)] == [4, 8]
    with pytest.raises(IndexError):
        data[9]


# ---- workers that fail

TROUBLES = [
    ("killed", "SIGKILL"), ("leaving", "exit code 3"), ("raising", "KeyError: 'no such picture'"),
    ("exiting", "SystemExit: enough"), ("unsendable", "Unsendable: odd"), ("hanging", "is not there after"),
    ("stopped", "is not there after"), ("killed_with_a_pool", "SIGKILL")]


@pytest.mark.parametrize("trouble, text", TROUBLES)
def test_a_process_that_fails_ends_fit(make, fit, wrapped, nothing_left, tmp_path, trouble, text):
    note = tmp_path / "when"
    source, model = Marked(trouble=functools.partial(batches.noted, str(note), getattr(batches, trouble))), make()
    data = process_safe(source, timeout=4 if text.startswith("is not") else 30, **PROCESSES)
    with pytest.raises(Exception) as error:
        fit(model, data, epochs=2)
    assert time.time() - float(note.read_text()) < 10
    assert "batch 5 of epoch 0" in str(failed(error, wrapped)) and text in str(error.value)
    assert (data.failure.batch, data.failure.epoch) == (5, 0)
    # The error holds the frames of the training; the workers are gone nevertheless.
    assert left_over(nothing_left, wait=0) == set()
    # A new start is possible once the trouble is over.
    source.trouble = None
    before = exposures(model)
    fit(model, data)
    assert [a - b for a, b in zip(exposures(model), before)] == [1.0] * 18


def test_the_error_has_the_workers_traceback_and_exception(make, fit, wrapped, old):
    data = process_safe(Marked(trouble=batches.raising), **PROCESSES)
    with pytest.raises(Exception) as error:
        fit(make(), data)
    assert "in raising" in str(error.value) and "sequence[5]" in str(error.value)
    if not wrapped:
        assert isinstance(error.value, RuntimeError)
    if old:  # plain Keras raises errors of `fit` anew, "from None"
        assert type(error.value.__cause__) is KeyError
    again = pickle.loads(pickle.dumps(data.failure))
    assert (str(again), again.batch, again.epoch) == (str(data.failure), 5, 0)


@pytest.mark.parametrize("way, trouble, text", [
    (dict(workers=0), "raising", "no such picture"), (dict(workers=2), "raising", "no such picture"),
    (dict(workers=2), "hanging", "a thread cannot be ended")], ids=["main", "thread", "thread-hangs"])
def test_a_thread_that_fails_ends_fit(make, fit, wrapped, way, trouble, text):
    data = process_safe(Marked(trouble=getattr(batches, trouble)), timeout=3, **way)
    with pytest.raises(Exception) as error:
        fit(make(), data)
    assert "batch 5 of epoch 0" in str(failed(error, wrapped)) and text in str(error.value)


def test_a_worker_that_hangs_ends_it_within_ten_seconds(nothing_left):
    loop = iter(process_safe(Marked(trouble=batches.hanging), max_queue_size=1, **PROCESSES))
    for _ in range(5):
        next(loop)
    start = time.time()
    with pytest.raises(errors.WorkerFailed, match="batch 5 of epoch 0.*is not there"):
        next(loop)
    assert 8 < time.time() - start < 10
    assert left_over(nothing_left, wait=0) == set()


def test_the_epoch_is_named(make, fit, wrapped):
    source = Marked()
    data = process_safe(source, **PROCESSES)
    fit(make(), data, epochs=2)
    source.trouble = batches.raising
    with pytest.raises(Exception) as error:
        fit(make(), data)
    assert "batch 5 of epoch 2" in str(failed(error, wrapped))


@pytest.mark.parametrize("wrong, text", [
    (None, "no batch of arrays: None"), ("x", "no batch of arrays: 'x'"),
    ((np.array([np.zeros(2), np.zeros(3)], dtype=object), np.zeros(2)), "ragged")])
def test_what_is_no_batch_is_named(wrong, text):
    class Odd(Numbered):
        def __getitem__(self, index):
            return wrong if index == 4 else super(Odd, self).__getitem__(index)

    with pytest.raises(errors.WorkerFailed) as error:
        list(process_safe(Odd(), **PROCESSES))
    assert "batch 4 of epoch 0" in str(error.value) and text in str(error.value)


def test_a_batch_that_cannot_be_sent():
    class Odd(Numbered):
        def __getitem__(self, index):
            return np.zeros((1, 1)), [np.zeros(1), lambda: index]

    with pytest.raises(errors.WorkerFailed, match="cannot be sent between processes"):
        list(process_safe(Odd(), **PROCESSES))


# ---- generators


@pytest.mark.parametrize("way", [dict(workers=0), dict(workers=1), dict(workers=1, use_multiprocessing=True)],
                         ids=way_name)
def test_an_endless_generator(make, fit, nothing_left, way):
    model = make()
    with process_safe(endless(), **way) as data:
        fit(model, data, epochs=2, steps=9)
        assert exposures(model) == [2.0] * 18
    assert left_over(nothing_left) == set()
    assert list(data) == []


def test_a_generator_goes_on_where_it_was(make, fit, old, predict):
    data = process_safe(endless(), workers=1, use_multiprocessing=True)
    model = make()
    fit(model, data, steps=5)
    if not old:
        # Keras takes more from a generator than it uses.
        data.close()
        return
    fit(model, data, steps=4)
    assert exposures(model) == [1.0] * 18
    data.close()


def test_a_generator_that_ends(nothing_left):
    source = (batch for _, batch in zip(range(4), endless()))
    data = process_safe(source, workers=1, use_multiprocessing=True, max_queue_size=2)
    assert [int(x.argmax()) for x, _ in data] == [0, 2, 4, 6]
    assert next(data, "none") == "none"


@pytest.mark.parametrize("processes", [False, True])
def test_a_generator_that_fails(make, fit, wrapped, nothing_left, processes):
    data = process_safe(batches.failing_generator(), workers=1, use_multiprocessing=processes)
    with pytest.raises(Exception) as error:
        fit(make(), data, steps=9)
    assert "batch 5 (counted from 0)" in str(failed(error, wrapped)) and "no such picture" in str(error.value)
    assert data.failure.epoch is None


def test_a_generator_that_is_killed(make, fit, wrapped, nothing_left):
    def generator():
        for index, batch in enumerate(endless()):
            batches.killed(index)
            yield batch

    with pytest.raises(Exception) as error:
        fit(make(), process_safe(generator(), workers=1, use_multiprocessing=True), steps=9)
    assert "batch 5" in str(failed(error, wrapped)) and "SIGKILL" in str(error.value)


def test_sources_that_use_processes_themselves(make, fit, nothing_left):
    model = make()
    with process_safe(endless_with_a_pool(), workers=1, use_multiprocessing=True) as data:
        fit(model, data, epochs=2, steps=9)
    assert exposures(model) == [2.0] * 18
    model = make()
    fit(model, process_safe(Pooled(), workers=2, use_multiprocessing=True), epochs=1)
    assert exposures(model) == [1.0] * 18


def test_several_workers_for_a_generator_are_refused():
    with pytest.raises(errors.WrongValue, match="the same batches again"):
        process_safe(endless(), workers=4, use_multiprocessing=True)


# ---- ends of all kinds


def test_unfinished_data_ends_with_its_last_reference(nothing_left):
    data = process_safe(Numbered(), max_queue_size=2, **PROCESSES)
    loop = iter(data)
    next(loop)
    assert left_over(nothing_left, wait=0)
    del loop
    assert left_over(nothing_left, wait=0) == set()
    stream = process_safe(endless(), workers=1, use_multiprocessing=True)
    next(stream)
    assert left_over(nothing_left, wait=0)
    del stream
    assert left_over(nothing_left, wait=0) == set()


def test_closing_in_the_middle(nothing_left):
    with process_safe(Numbered(), max_queue_size=2, **PROCESSES) as data:
        loop = iter(data)
        next(loop)
        assert left_over(nothing_left, wait=0)
    assert left_over(nothing_left, wait=0) == set()
    with pytest.raises(errors.WrongOrder, match="closed"):
        list(loop)
    assert len(list(data)) == 9


def test_interrupted(make, fit, keras, nothing_left):
    class Interrupt(keras.callbacks.Callback):
        def on_batch_end(self, batch, logs=None):
            raise KeyboardInterrupt

    with process_safe(Marked(), **PROCESSES) as data, pytest.raises(KeyboardInterrupt):
        fit(make(), data, callbacks=[Interrupt()])
    assert left_over(nothing_left, wait=0) == set()


@pytest.mark.parametrize("end", [
    "pass", "raise KeyboardInterrupt", "os.kill(os.getpid(), signal.SIGINT); time.sleep(9)"],
    ids=["end", "raised", "signal"])
def test_the_interpreter_ends_with_unfinished_data(end):
    import subprocess

    source = """
import os, signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background begins with SIGINT ignored
from compat import process_safe
from tests.techniques.batches import Numbered, endless
data = process_safe(Numbered(), workers=2, use_multiprocessing=True, max_queue_size=2)
loop, stream = iter(data), process_safe(endless(), workers=1, use_multiprocessing=True)
next(loop), next(stream)
print("ready")
sys.stdout.flush()
sys.stdin.readline()
%s
""" % end
    before = running()
    pipe = subprocess.PIPE
    program = subprocess.Popen([sys.executable, "-c", source], stdin=pipe, stdout=pipe, stderr=pipe,
                               universal_newlines=True, env=dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path)))
    assert program.stdout.readline() == "ready\n"
    workers = descendants(program.pid)
    assert len(workers) >= 3
    _, told = program.communicate("go\n", timeout=60)
    assert (program.returncode != 0) == (end != "pass")
    assert "leaked" not in told and "Exception ignored" not in told, told
    assert not workers & descendants(1) and left_over(before) == set()


# ---- other ways to start, and misuse


def test_new_interpreters(nothing_left):
    data = process_safe(Numbered(), workers=2, use_multiprocessing=True, start_method="spawn")
    assert numbers(data) == list(range(9))
    with pytest.raises(errors.WorkerFailed, match="batch 5 of epoch 0.*SIGKILL"):
        list(process_safe(Marked(trouble=batches.killed), workers=2, use_multiprocessing=True, start_method="spawn"))
    # The tracker of Python's own semaphores belongs to the program.
    nothing_left[0].update(tracker())


def tracker():
    try:
        from multiprocessing import resource_tracker as module
        return {module._resource_tracker._pid}
    except ImportError:
        from multiprocessing import semaphore_tracker as module
        return {getattr(module._semaphore_tracker, "_pid", None)}


@pytest.mark.parametrize("source", [endless(), Marked(trouble=lambda index: None)], ids=["generator", "lambda"])
def test_what_cannot_be_sent_to_a_new_interpreter(source, nothing_left):
    with pytest.raises(errors.WrongValue) as error:
        next(iter(process_safe(source, workers=1, use_multiprocessing=True, start_method="spawn")))
    assert "spawn" in str(error.value) and "pickle" in str(error.value)
    nothing_left[0].update(tracker())


@pytest.mark.parametrize("arguments, text", [
    (dict(workers=-1), "workers=-1"), (dict(workers=1.5), "workers=1.5"), (dict(workers=True), "workers=True"),
    (dict(max_queue_size=0), "max_queue_size=0"), (dict(timeout=0), "timeout=0"),
    (dict(workers=1, use_multiprocessing=True, start_method="thread"), "start_method='thread'")])
def test_arguments(arguments, text):
    with pytest.raises(errors.WrongValue, match=text):
        process_safe(Numbered(), **arguments)


@pytest.mark.parametrize("source", [(np.zeros(3), np.zeros(3)), [1, 2], np.zeros((3, 3)), endless, None, {"x": 1}],
                         ids=["tuple", "list", "array", "function", "none", "dict"])
def test_what_is_no_source(source):
    with pytest.raises(errors.WrongValue, match="no source of batches"):
        process_safe(source)


def test_a_sequence_of_length_0():
    with pytest.raises(errors.WrongValue, match="length 0"):
        process_safe(Marked(0))
    source = Marked()
    data = process_safe(source)
    source.length = 0
    with pytest.raises(errors.WrongValue, match="length 0"):
        list(data)


def test_data_cannot_be_sent_on():
    for data in (process_safe(Numbered()), process_safe(endless())):
        with pytest.raises(errors.WrongOrder, match="workers=0 in fit_generator"):
            pickle.dumps(data)
    with pytest.raises(errors.WrongValue, match="gave back"):
        process_safe(process_safe(Numbered()))


def test_two_loops_over_the_same_data(make, fit, old, kind, wrapped):
    if old:
        # Each loop of Keras 2.2 is a pass of its own.
        model = make()
        data = process_safe(Marked(), workers=1)
        fit(model, data, validation_data=data, validation_steps=9)
        assert exposures(model) == [1.0] * 18
        return
    from tests.techniques import loops_data_adapter as loops

    data = process_safe(Numbered(), workers=1)
    first, second = loops.epoch(data), loops.epoch(data)
    assert next(first)[0].item() == 0 and next(second)[0].item() == 0
    with pytest.raises(errors.WrongOrder, match="two loops"):
        next(first)
    assert numbers(second) == list(range(1, 9))
