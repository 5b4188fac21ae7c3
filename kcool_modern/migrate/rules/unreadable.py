"""K902."""
from ..rule import Rule


class Unreadable(Rule):
    """A file cannot be read.

    It is neither Python 3 nor Python 2, or its bytes do not follow the encoding that it declares. The line is told; the
    file stays as it is, and the exit status is 3.
    """

    code = "K902"
