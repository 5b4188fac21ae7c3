"""K905."""
from ..rule import Rule


class OwnFailure(Rule):
    """kcool itself failed on a file.

    The file stays as it is, the others are gone on with, and the exit status is 3. Please report it with the file.
    """

    code = "K905"
