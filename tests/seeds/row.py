"""One row: an idiom or a claim of the articles, and what shows it."""
from collections import namedtuple

__all__ = ["NO_TEST", "Row", "row"]

#: Why there may be nothing to test.
NO_TEST = {
    "not Keras": "a command line of another program",
    "no text": "a heading with nothing below it",
}

#: ``number``; ``where``: the section; ``what``: the idiom or claim, in our words; ``tests``: names of corpus scripts
#: and pytest node ids, at least one of them; ``note``: where the published code does not do what its text says;
#: ``untested``: a key of `NO_TEST` in the place of tests.
Row = namedtuple("Row", "number where what tests note untested")


def row(number, where, what, tests=(), note="", untested=None):
    """A row; what is written without a slash is a script of the corpus."""
    return Row(number, where, what, tuple(tests), note, untested)
