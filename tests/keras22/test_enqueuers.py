"""What workers prepare ahead."""
import multiprocessing
import os
import signal
import time

import numpy as np
import pytest


def _sequence(keras, length=3):
    class Counted(keras.utils.Sequence):
        def __init__(self):
            self.asked, self.epochs = [], 0

        def __len__(self):
            return length

        def __getitem__(self, index):
            self.asked.append(index)
            return np.full((2, 4), index, "float32"), np.ones((2, 1), "float32")

        def on_epoch_end(self):
            self.epochs += 1

    return Counted()


def test_a_sequence_is_asked_for_nothing_that_training_does_not_use(keras):
    model = keras.models.Sequential([keras.layers.Dense(1, input_shape=(4,))])
    model.compile("sgd", "mse")
    data, validation = _sequence(keras), _sequence(keras, 2)
    model.fit_generator(data, epochs=4, validation_data=validation, workers=1, verbose=0, shuffle=False)
    assert data.asked == [0, 1, 2] * 4
    assert validation.asked == [0, 1] * 4
    model.predict_generator(data, steps=1)
    assert len(data.asked) == 13


def test_an_enqueuer_goes_on_without_end_unless_told(keras):
    data = _sequence(keras)
    enqueuer = keras.utils.OrderedEnqueuer(data)
    enqueuer.start(workers=2, max_queue_size=2)
    batches = enqueuer.get()
    found = [int(next(batches)[0][0, 0]) for _ in range(8)]
    enqueuer.stop()
    assert found == [0, 1, 2, 0, 1, 2, 0, 1]


class Troubled:
    """Batches of which one ends its worker, or raises, once `trouble` is set."""

    def __init__(self, trouble, at=4):
        self.trouble, self.at, self.pool = trouble, at, None

    def __len__(self):
        return 8

    def __getitem__(self, index):
        if index == self.at:
            self.trouble()
        # Large enough to fill a pipe: a process that is killed may be in the middle of one.
        return np.full((50, 2000), index, "float32"), np.ones((50, 1), "float32")

    def on_epoch_end(self):
        pass


def kill():
    os.kill(os.getpid(), signal.SIGKILL)


def fail():
    raise LookupError("no such picture")


def endless(source):
    while True:
        for index in range(len(source)):
            yield source[index]


def _left():
    """Live children and what lies in shared memory."""
    return {process.pid for process in multiprocessing.active_children()}, set(os.listdir("/dev/shm"))


def _ends(run, expected):
    before = _left()
    start = time.monotonic()
    with pytest.raises(expected) as error:
        run()
    assert time.monotonic() - start < 10
    assert _left() == before
    return error.value


@pytest.fixture
def model(keras):
    made = keras.models.Sequential([keras.layers.Dense(1, input_shape=(2000,))])
    made.compile("sgd", "mse")
    return made


@pytest.fixture
def sequence(keras):
    def make(trouble):
        return type("Data", (Troubled, keras.utils.Sequence), {})(trouble)
    return make


@pytest.mark.parametrize("workers", [1, 3])
def test_a_killed_worker_ends_training(model, sequence, workers):
    error = _ends(lambda: model.fit_generator(sequence(kill), epochs=2, workers=workers, use_multiprocessing=True,
                                              shuffle=False, verbose=0), RuntimeError)
    assert error.batch <= 4 and "was killed by SIGKILL" in str(error)
    assert "Batch %d (counted from 0)" % error.batch in str(error)


def test_a_killed_generator_ends_training(model):
    error = _ends(lambda: model.fit_generator(endless(Troubled(kill)), 8, workers=1, use_multiprocessing=True,
                                              verbose=0), RuntimeError)
    assert "Batch 4 (counted from 0)" in str(error) and "was killed by SIGKILL" in str(error)


@pytest.mark.parametrize("processes", [False, True])
def test_what_a_worker_raises_says_which_batch(model, sequence, processes):
    error = _ends(lambda: model.fit_generator(sequence(fail), workers=2, use_multiprocessing=processes, shuffle=False,
                                              verbose=0), LookupError)
    assert error.args == ("no such picture",)
    assert error.__cause__.batch == 4 and "Batch 4 (counted from 0)" in str(error.__cause__)


def test_a_worker_killed_while_it_waits(model, keras):
    """It holds the lock of the queue from which the others take what they are asked for."""
    class Waiting(keras.callbacks.Callback):
        def on_batch_begin(self, batch, logs=None):
            if batch == 2:
                for process in multiprocessing.active_children():
                    os.kill(process.pid, signal.SIGKILL)

    data = type("Data", (Troubled, keras.utils.Sequence), {})(lambda: None)
    _ends(lambda: model.fit_generator(data, epochs=20, workers=2, use_multiprocessing=True, verbose=0, max_queue_size=1,
                                      callbacks=[Waiting()]), RuntimeError)
