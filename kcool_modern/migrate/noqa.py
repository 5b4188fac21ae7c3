"""``# kcool: noqa`` and ``# kcool: noqa K305, K2``: lines that are left alone."""
import re

__all__ = ["Noqa"]

_COMMENT = re.compile(r"#\s*kcool:\s*noqa\b:?[ \t]*([A-Z]\d{0,3}(?:[,\s]+[A-Z]\d{0,3})*)?", re.IGNORECASE)


class Noqa:
    """The suppressions of a text."""

    def __init__(self, text):
        self._lines = {}
        if "kcool" not in text:
            return
        for number, line in enumerate(re.split(r"\r\n|\r|\n", text), 1):
            match = _COMMENT.search(line)
            if match:
                codes = re.split(r"[,\s]+", (match.group(1) or "").upper())
                self._lines[number] = tuple(filter(None, codes))

    def covers(self, code, node):
        """Whether the first or the last line of a node silences a code."""
        if not self._lines:
            return False
        for line in (getattr(node, "lineno", 0), getattr(node, "end_lineno", 0)):
            codes = self._lines.get(line)
            if codes is not None and (not codes or code.startswith(codes)):
                return True
        return False
