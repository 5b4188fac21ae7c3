"""Where the datasets come from, and what the modules of this folder share."""
import os
import warnings

import numpy as np

from ..preprocessing.sequence import _remove_long_seq
from ..utils.data_utils import _cache_folder, get_file, validate_file

__all__ = ["arrays_of", "fetch", "loaded", "renamed", "shuffled", "words"]

#: The files of Keras 2.2.4's own servers are kept here now.
ORIGIN = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"


def fetch(path, name, *hashes):
    """Downloads a file of the collection unless it is cached.

    Args:
        path: name in the cache.
        name: name in the collection.
        hashes: of the file as it is now and as it was in 2018: either is taken.
    """
    expected = hashes[0] if hashes else None
    cached = os.path.join(_cache_folder(None, "datasets"), path)
    if os.path.exists(cached):
        expected = next((known for known in hashes if validate_file(cached, known)), expected)
    return get_file(path, origin=ORIGIN + name, file_hash=expected)


def loaded(path):
    """The arrays of an ``.npz`` file, which may be arrays of lists."""
    try:
        from keras.src.datasets import npz_utils
    except ImportError:
        return np.load(path, allow_pickle=True)
    return npz_utils.load_npz(path)


def renamed(num_words, kwargs):
    """The number of words, from the spelling of Keras 1 if that was used."""
    if "nb_words" in kwargs:
        warnings.warn("The `nb_words` argument in `load_data` has been renamed `num_words`.", stacklevel=3)
        num_words = kwargs.pop("nb_words")
    if kwargs:
        raise TypeError("Unrecognized keyword arguments: " + str(kwargs))
    return num_words


def shuffled(*arrays):
    """The arrays in one new order, drawn from NumPy's own generator as it stands."""
    indices = np.arange(len(arrays[0]))
    np.random.shuffle(indices)
    return [array[indices] for array in arrays]


def words(xs, labels, num_words, skip_top, maxlen, start_char, oov_char, index_from):
    """Sequences of word numbers, shifted, filtered and limited to a vocabulary.

    Returns:
        (list of lists, labels).
    """
    if start_char is not None:
        xs = [[start_char] + [word + index_from for word in x] for x in xs]
    elif index_from:
        xs = [[word + index_from for word in x] for x in xs]
    if maxlen:
        xs, labels = _remove_long_seq(maxlen, xs, labels)
        if not xs:
            raise ValueError("After filtering for sequences shorter than maxlen=%s, no sequence was kept. "
                             "Increase maxlen." % maxlen)
    if not num_words:
        num_words = max(max(x) for x in xs)
    if oov_char is not None:
        return [[word if skip_top <= word < num_words else oov_char for word in x] for x in xs], labels
    return [[word for word in x if skip_top <= word < num_words] for x in xs], labels


def arrays_of(xs, labels):
    """Both as arrays; sequences of different lengths become an array of lists."""
    if len({len(x) for x in xs}) == 1:
        return np.array(xs), np.array(labels)
    sequences = np.empty(len(xs), dtype=object)
    sequences[:] = xs
    return sequences, np.array(labels)
