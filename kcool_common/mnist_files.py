"""`read_data_sets`, with which scripts of TensorFlow's tutorials loaded MNIST."""
import collections
import gzip
import os

import numpy as np

__all__ = ["DataSet", "Datasets", "read_data_sets"]

Datasets = collections.namedtuple("Datasets", ["train", "validation", "test"])
SOURCE_URL = "https://storage.googleapis.com/cvdf-datasets/mnist/"


class DataSet(object):
    """Images and labels, handed out in batches.

    Args:
        images: uint8 array of shape (n, 28, 28, 1).
        labels: array of n numbers, or of shape (n, 10).
        dtype: ``float32`` for values from 0 to 1, or ``uint8``.
        reshape: whether images become rows.
        seed: of the order.
    """

    def __init__(self, images, labels, fake_data=False, one_hot=False, dtype="float32", reshape=True, seed=None):
        if reshape:
            images = images.reshape(len(images), int(np.prod(images.shape[1:])))
        if np.dtype(getattr(dtype, "as_numpy_dtype", dtype)) == np.float32:
            images = np.multiply(images.astype(np.float32), 1.0 / 255.0)
        self.images, self.labels, self.num_examples = images, labels, len(images)
        self.epochs_completed, self._reached, self._random = 0, 0, np.random.RandomState(seed)

    def next_batch(self, batch_size, fake_data=False, shuffle=True):
        """The next images and labels; a batch may reach into the next epoch."""
        if self._reached == 0 and self.epochs_completed == 0 and shuffle:
            self._mix()
        begin, end = self._reached, self._reached + batch_size
        if end <= self.num_examples:
            self._reached = end
            return self.images[begin:end], self.labels[begin:end]
        rest = self.images[begin:], self.labels[begin:]
        self.epochs_completed += 1
        if shuffle:
            self._mix()
        self._reached = end - self.num_examples
        return tuple(np.concatenate([first, of[:self._reached]]) for first, of in zip(rest, (self.images, self.labels)))

    def _mix(self):
        order = self._random.permutation(self.num_examples)
        self.images, self.labels = self.images[order], self.labels[order]


def read_data_sets(train_dir, fake_data=False, one_hot=False, dtype="float32", reshape=True, validation_size=5000,
                   seed=None, source_url=SOURCE_URL):
    """MNIST from the four files in a folder, which are downloaded unless they are there.

    Returns:
        `Datasets`.
    """
    def loaded(name):
        images, labels = _array(train_dir, name + "-images-idx3-ubyte.gz", source_url), _array(
            train_dir, name + "-labels-idx1-ubyte.gz", source_url)
        return images[..., None], np.eye(10)[labels] if one_hot else labels

    def made(images, labels):
        return DataSet(images, labels, dtype=dtype, reshape=reshape, seed=seed)

    images, labels = loaded("train")
    if not 0 <= validation_size <= len(images):
        raise ValueError("Validation size should be between 0 and %d. Received: %d." % (len(images), validation_size))
    cut = validation_size
    return Datasets(made(images[cut:], labels[cut:]), made(images[:cut], labels[:cut]), made(*loaded("t10k")))


def _array(folder, name, source_url):
    import keras

    path = keras.utils.get_file(name, source_url + name, cache_dir=os.path.abspath(folder), cache_subdir="")
    with gzip.open(path, "rb") as file:
        content = file.read()
    rank = content[3]
    sizes = np.frombuffer(content, ">u4", rank, 4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * rank).reshape(sizes)
