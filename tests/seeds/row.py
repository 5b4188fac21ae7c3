"""One row: an idiom or a claim of the articles, and what shows it."""
from collections import namedtuple

__all__ = ["Row", "row"]

#: ``number``; ``where``: the section; ``what``: the idiom or claim, in our words; ``tests``: names of corpus scripts
#: and pytest node ids, at least one of them; ``note``: where the published code does not do what its text says.
Row = namedtuple("Row", "number where what tests note")


def row(number, where, what, tests, note=""):
    """A row; what is written without a slash is a script of the corpus."""
    return Row(number, where, what, tuple(tests), note)
