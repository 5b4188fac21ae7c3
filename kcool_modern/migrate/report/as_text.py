"""For people: a diff, what was left and why, and the counts."""
import difflib
import os

from ..job import CHANGED_FILE, NOTHING
from ..rule import CHANGED, LEFT
from .counting import Count

__all__ = ["Writer", "diff"]

_COLOURS = {"-": "\033[31m", "+": "\033[32m", "@": "\033[36m"}
_PLAIN = "\033[0m"


def diff(report):
    """The lines of a unified diff, with the line ends that the file has."""
    name = os.path.normpath(report.path).lstrip("/")
    lines = difflib.unified_diff(report.before.splitlines(True), report.after.splitlines(True),
                                 "a/" + name, "b/" + name)
    for line in lines:
        yield line if line.endswith(("\n", "\r")) else line + "\n\\ No newline at end of file\n"


class Writer:
    """Writes as it goes along.

    Args:
        stream: a text stream.
        options: ``diff`` (whether to show one), ``colour``, ``verbose``, ``written``.
    """

    def __init__(self, stream, options):
        self._stream, self._options, self.count = stream, options, Count()

    def add(self, report):
        """Writes what became of a file."""
        self.count.add(report)
        if self._options.diff and report.state == CHANGED_FILE:
            for line in diff(report):
                self._stream.write(self._coloured(line))
        shown = [one for one in report.findings if one.status == LEFT or self._options.verbose]
        for one in shown:
            where = "%s:%s%d:%d" % (report.path, "cell %d:" % one.cell if one.cell else "", one.line, one.column)
            self._print("%s: %s %s%s" % (where, one.code, "" if one.status == LEFT else one.status + ": ", one.message))
            if one.hint:
                self._print("    %s" % one.hint)
        if report.state == NOTHING:
            self._print("%s: nothing of Keras found" % report.path)
        elif not self._options.diff and report.state == CHANGED_FILE:
            self._print("%s: %s (%d place%s)" % (
                report.path, "changed" if report.written else "would change", report.count(CHANGED),
                "" if report.count(CHANGED) == 1 else "s"))

    def end(self):
        """Writes the counts."""
        self._print(self.count.sentence(self._options.written))

    def _print(self, line):
        self._stream.write(line + "\n")

    def _coloured(self, line):
        colour = _COLOURS.get(line[:1])
        if not self._options.colour or colour is None:
            return line
        body = line.rstrip("\r\n")
        return colour + body + _PLAIN + line[len(body):]
