"""For programs: one JSON object with every file and every place."""
import json

from ..explain import GROUPS
from .counting import Count

__all__ = ["Writer"]


class Writer:
    """Writes everything at the end."""

    def __init__(self, stream, options):
        self._stream, self._options, self.count, self._files = stream, options, Count(), []

    def add(self, report):
        """Takes what became of a file."""
        self.count.add(report)
        self._files.append({"path": report.path, "state": report.state, "written": report.written,
                            "findings": [finding(one) for one in report.findings]})

    def end(self):
        """Writes the object."""
        json.dump({"version": 1, "files": self._files, "exit_code": self.count.exit_code,
                   "groups": {"K%sxx" % digit: text for digit, text in GROUPS.items()},
                   "counts": {"files": self.count.files, "changed": self.count.changed, "nothing": self.count.nothing,
                              "failed": self.count.failed, "places": dict(self.count.findings)}},
                  self._stream, indent=2)
        self._stream.write("\n")


def finding(one):
    """A finding as plain values."""
    return {"code": one.code, "status": one.status, "line": one.line, "column": one.column, "cell": one.cell,
            "message": one.message, "hint": one.hint}
