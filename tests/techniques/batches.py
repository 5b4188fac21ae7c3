"""Sources of batches for the tests of process-safe data. No framework in here: new interpreters import this module."""
import multiprocessing
import os
import signal
import time

import numpy as np


class Marked(object):
    """Batch i has the rows 2 i and 2 i + 1 of a unit matrix: what training has seen can be read off the weights.

    Args:
        length: batches per epoch.
        trouble: function of the index that is called before a batch is made.
    """

    def __init__(self, length=9, trouble=None):
        self.length, self.trouble, self.ends = length, trouble, 0
        self.width = 2 * length

    def __len__(self):
        return self.length

    def __getitem__(self, index):
        if self.trouble is not None:
            self.trouble(index)
        x = np.zeros((2, self.width), "float32")
        x[0, 2 * index] = x[1, 2 * index + 1] = 1
        return x, np.zeros((2, 1), "float32")

    def on_epoch_end(self):
        self.ends += 1


class Numbered(object):
    """Batch i holds one row, the number i, for models that tell what they were given."""

    def __init__(self, length=9):
        self.length = length

    def __len__(self):
        return self.length

    def __getitem__(self, index):
        time.sleep(0.02 if index % 3 == 0 else 0)
        return np.full((1, 1), index, "float32"), np.zeros((1, 1), "float32")


class Pooled(Marked):
    """Batches made with the help of processes of the source's own."""

    def __getitem__(self, index):
        pool = multiprocessing.Pool(2)
        try:
            assert pool.map(abs, [-1, index]) == [1, index]
        finally:
            pool.terminate()
        return super(Pooled, self).__getitem__(index)


class LateOrder(Marked):
    """Draws its order when it is first asked for a batch, as the iterators of `ImageDataGenerator` do."""

    order = None

    def __getitem__(self, index):
        if self.order is None:
            self.order = np.random.permutation(self.length)
        return super(LateOrder, self).__getitem__(self.order[index])

    def on_epoch_end(self):
        super(LateOrder, self).on_epoch_end()
        self.order = np.random.permutation(self.length)


class Noisy(object):
    """One random number a batch."""

    def __len__(self):
        return 24

    def __getitem__(self, index):
        return np.array([[np.random.uniform()]]), np.zeros((1, 1))


def noted(path, trouble, index):
    """Trouble, with the time of it in a file."""
    if index == 5:
        with open(path, "w") as note:
            note.write(repr(time.time()))
    trouble(index)


def killed(index):
    if index == 5:
        os.kill(os.getpid(), signal.SIGKILL)


def stopped(index):
    if index == 5:
        os.kill(os.getpid(), signal.SIGSTOP)


def hanging(index):
    if index == 5:
        time.sleep(1000)


def raising(index):
    if index == 5:
        raise KeyError("no such picture")


def leaving(index):
    if index == 5:
        os._exit(3)


def exiting(index):
    if index == 5:
        raise SystemExit("enough")


class Unsendable(Exception):
    """Cannot be made again from its arguments."""

    def __init__(self, one, two):
        super(Unsendable, self).__init__(one)


def unsendable(index):
    if index == 5:
        raise Unsendable("odd", 2)


def killed_with_a_pool(index):
    """Dies with processes of its own at work."""
    if index == 5:
        multiprocessing.Pool(2).map_async(time.sleep, [1000, 1000])
        time.sleep(0.3)
        os.kill(os.getpid(), signal.SIGKILL)


def endless(length=9, start=0):
    """The batches of `Marked` over and over."""
    source, index = Marked(length), start
    while True:
        yield source[index % length]
        index += 1


def endless_with_a_pool(length=9):
    """The same, made with the help of processes that the generator keeps."""
    pool = multiprocessing.Pool(2)
    for batch in endless(length):
        assert pool.map(abs, [-1, -2]) == [1, 2]
        yield batch


def failing_generator(length=9):
    """Ends in an error at batch 5."""
    for index, batch in enumerate(endless(length)):
        raising(index)
        yield batch
