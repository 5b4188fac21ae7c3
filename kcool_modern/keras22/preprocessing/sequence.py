"""Sequences cut, padded, paired and windowed."""
import random

import numpy as np
from keras.src.legacy.preprocessing import sequence as _native
from keras.src.legacy.preprocessing.sequence import make_sampling_table

from ..utils.data_utils import Sequence

__all__ = ["TimeseriesGenerator", "make_sampling_table", "pad_sequences", "skipgrams"]


def pad_sequences(sequences, maxlen=None, dtype="int32", padding="pre", truncating="pre", value=0.0):
    """Sequences of one length, as an array.

    Args:
        sequences: list of lists or arrays; trailing dimensions must agree.
        maxlen: the length; that of the longest by default.
        dtype: of the result.
        padding: ``'pre'`` or ``'post'``: where short sequences are filled up.
        truncating: ``'pre'`` or ``'post'``: where long sequences are cut.
        value: what they are filled up with.

    Returns:
        An array of shape (sequences, maxlen) or (sequences, maxlen, ...).
    """
    from keras.utils import pad_sequences as native

    if isinstance(sequences, np.ndarray) and sequences.dtype == object:
        sequences = list(sequences)
    return native(sequences, maxlen=maxlen, dtype=dtype, padding=padding, truncating=truncating, value=value)


def skipgrams(sequence, vocabulary_size, window_size=4, negative_samples=1.0, shuffle=True, categorical=False,
              sampling_table=None, seed=None):
    """Pairs of words that stand near each other, and of words that need not.

    Args:
        sequence: word numbers; 0 is no word.
        vocabulary_size: largest possible number plus 1.
        window_size: how far words of a pair are apart at most.
        negative_samples: random pairs for each true one.
        shuffle: in random order.
        categorical: labels as ``[0, 1]`` and ``[1, 0]`` instead of 1 and 0.
        sampling_table: probability to use each word number; see `make_sampling_table`.
        seed: of the order.

    Returns:
        (pairs, labels), two lists.
    """
    couples, labels = _native.skipgrams(sequence, vocabulary_size, window_size, negative_samples, False, categorical,
                                        sampling_table)
    if shuffle:
        # Later Pythons refuse the float that Keras 3 draws this number with.
        seed = random.randint(0, int(10e6)) if seed is None else seed
        for values in (couples, labels):
            random.seed(seed)
            random.shuffle(values)
    return couples, labels


def _remove_long_seq(maxlen, seq, label):
    """The sequences that are shorter than a length, and their labels: two lists."""
    kept = [(x, y) for x, y in zip(seq, label) if len(x) < maxlen]
    return [x for x, _ in kept], [y for _, y in kept]


class TimeseriesGenerator(_native.TimeseriesGenerator, Sequence):
    """Batches of windows over a series, with the target that follows each.

    Args:
        data: time steps, first axis is time.
        targets: one per time step.
        length: time steps a window spans.
        sampling_rate: take each so manieth step of a window.
        stride: steps from window to window.
        start_index: steps before it are not used.
        end_index: steps after it are not used.
        shuffle: windows at random instead of in order.
        reverse: each window from its end to its beginning.
        batch_size: windows per batch.
    """

    def __init__(self, data, targets, length, sampling_rate=1, stride=1, start_index=0, end_index=None, shuffle=False,
                 reverse=False, batch_size=128):
        super().__init__(data, targets, length, sampling_rate, stride, start_index, end_index, shuffle, reverse,
                         batch_size)
