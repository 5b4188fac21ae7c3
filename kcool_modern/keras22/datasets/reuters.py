"""Reuters: newswires as sequences of word numbers, in 46 topics."""
import json

import numpy as np

from ..utils.data_utils import get_file  # noqa: F401 - 2.2.4 had it here too
from ._files import arrays_of, fetch, loaded, renamed, shuffled, words

__all__ = ["get_word_index", "load_data"]


def load_data(path="reuters.npz", num_words=None, skip_top=0, maxlen=None, test_split=0.2, seed=113, start_char=1,
              oov_char=2, index_from=3, **kwargs):
    """Loads the newswires.

    Args:
        path: name in the cache.
        num_words: only words with a smaller number than this are kept.
        skip_top: only words with at least this number are kept.
        maxlen: only sequences shorter than this are kept.
        test_split: share of the test set.
        seed: NumPy's global generator is seeded with it.
        start_char: put before each sequence, unless None.
        oov_char: stands for each word left out, unless None.
        index_from: added to each word's number.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: arrays of lists, and of topics.
    """
    num_words = renamed(num_words, kwargs)
    arrays = loaded(fetch(path, "reuters.npz", "d6586e694ee56d7a4e65172e12b3e987c03096cb01eab99753921ef915959916",
                          "87aedbeb0cb229e378797a632c1997b6"))
    np.random.seed(seed)
    xs, labels = words(*shuffled(arrays["x"], arrays["y"]), num_words, skip_top, maxlen, start_char, oov_char,
                       index_from)
    cut = int(len(xs) * (1 - test_split))
    return arrays_of(xs[:cut], labels[:cut]), arrays_of(xs[cut:], labels[cut:])


def get_word_index(path="reuters_word_index.json"):
    """Loads the dict from words to their numbers (without `index_from`).

    Args:
        path: name in the cache.
    """
    with open(fetch(path, "reuters_word_index.json", "4d44cc38712099c9e383dc6e5f11a921")) as content:
        return json.load(content)
