"""Commands of GitHub Actions, which become annotations of a pull request."""
import os

from ..rule import CHANGED, LEFT
from .counting import Count

__all__ = ["Writer"]

_LEVELS = {CHANGED: "warning", LEFT: "error"}


class Writer:
    """Writes as it goes along."""

    def __init__(self, stream, options):
        self._stream, self._options, self.count = stream, options, Count()

    def add(self, report):
        """Writes a line for every place that is changed or left."""
        self.count.add(report)
        path = _escaped(os.path.normpath(report.path).replace(os.sep, "/"), ",:")
        for one in report.findings:
            if one.status in _LEVELS:
                text = one.message + ("\n" + one.hint if one.hint else "")
                self._stream.write("::%s file=%s,line=%d,col=%d,title=%s::%s\n" % (
                    _LEVELS[one.status], path, one.line, one.column, one.code, _escaped(text)))

    def end(self):
        """Writes the counts."""
        self._stream.write(self.count.sentence(self._options.written) + "\n")


def _escaped(text, more=""):
    for letter in "%\r\n" + more:
        text = text.replace(letter, "%%%02X" % ord(letter))
    return text
