"""IMDB: film reviews as sequences of word numbers, with their sentiment."""
import json

import numpy as np

from ..utils.data_utils import get_file  # noqa: F401 - 2.2.4 had it here too
from ._files import arrays_of, fetch, loaded, renamed, shuffled, words

__all__ = ["get_word_index", "load_data"]


def load_data(path="imdb.npz", num_words=None, skip_top=0, maxlen=None, seed=113, start_char=1, oov_char=2,
              index_from=3, **kwargs):
    """Loads the reviews.

    Args:
        path: name in the cache.
        num_words: only words with a smaller number than this are kept.
        skip_top: only words with at least this number are kept.
        maxlen: only sequences shorter than this are kept.
        seed: NumPy's global generator is seeded with it.
        start_char: put before each sequence, unless None.
        oov_char: stands for each word left out, unless None.
        index_from: added to each word's number.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: arrays of lists, and of 0 and 1.
    """
    num_words = renamed(num_words, kwargs)
    arrays = loaded(fetch(path, "imdb.npz", "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f",
                          "599dadb1135973df5b59232a0e9a887c"))
    np.random.seed(seed)
    x_train, y_train = shuffled(arrays["x_train"], arrays["y_train"])
    x_test, y_test = shuffled(arrays["x_test"], arrays["y_test"])
    xs, labels = words(np.concatenate([x_train, x_test]), np.concatenate([y_train, y_test]), num_words, skip_top,
                       maxlen, start_char, oov_char, index_from)
    # With maxlen this is not where the test set begins; old numbers were got with it.
    cut = len(x_train)
    return arrays_of(xs[:cut], labels[:cut]), arrays_of(xs[cut:], labels[cut:])


def get_word_index(path="imdb_word_index.json"):
    """Loads the dict from words to their numbers (without `index_from`).

    Args:
        path: name in the cache.
    """
    with open(fetch(path, "imdb_word_index.json", "bfafd718b763782e994055a2d397834f")) as content:
        return json.load(content)
