"""K903."""
from ..rule import Rule


class NotWritten(Rule):
    """A file was not written.

    It is read-only, or somebody has changed it since it was read. It stays as it is, and the exit status is 3.
    """

    code = "K903"
