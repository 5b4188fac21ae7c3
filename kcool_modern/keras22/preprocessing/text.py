"""Texts as sequences of numbers."""
from keras.src.legacy.preprocessing import text as _native
from keras.src.legacy.preprocessing.text import hashing_trick, one_hot, text_to_word_sequence

__all__ = ["Tokenizer", "hashing_trick", "one_hot", "text_to_word_sequence"]


class Tokenizer(_native.Tokenizer):
    """Numbers words by how often they occur.

    Args:
        num_words: only the ``num_words - 1`` most frequent words are used; None for all.
        filters: characters that separate words and are left out.
        lower: take texts in lower case.
        split: what separates words.
        char_level: number characters instead of words.
        oov_token: stands for unknown words, as number 1; None leaves them out.
        document_count: texts seen before.
    """

    # Keras 3 has another argument in the seventh place.
    def __init__(self, num_words=None, filters="!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n", lower=True, split=" ",
                 char_level=False, oov_token=None, document_count=0, **kwargs):
        super().__init__(num_words, filters, lower, split, char_level, oov_token, document_count=document_count,
                         **kwargs)
