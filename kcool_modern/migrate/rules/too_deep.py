"""K904."""
from ..rule import Rule


class TooDeep(Rule):
    """Code is nested too deeply.

    Python's own parser gives up on some hundred brackets within each other, which generated code may have.
    """

    code = "K904"
