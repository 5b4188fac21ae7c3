"""SARIF 2.1.0, which code hosts show beside the lines."""
import json
import os

from kcool import __version__

from ..rule import CHANGED, LEFT
from ..rules import all_rules
from .counting import Count

__all__ = ["Writer"]

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {CHANGED: "warning", LEFT: "error"}


class Writer:
    """Writes everything at the end."""

    def __init__(self, stream, options):
        self._stream, self.count, self._results = stream, Count(), []

    def add(self, report):
        """Takes what became of a file."""
        self.count.add(report)
        for one in report.findings:
            text = one.message + (". " + one.hint if one.hint else "")
            self._results.append({
                "ruleId": one.code, "level": _LEVELS.get(one.status, "note"), "message": {"text": text},
                "locations": [{"physicalLocation": {
                    "artifactLocation": {"uri": os.path.normpath(report.path).replace(os.sep, "/")},
                    "region": {"startLine": one.line, "startColumn": one.column}}}]})

    def end(self):
        """Writes the object."""
        rules = [{"id": rule.code, "shortDescription": {"text": rule.title}, "fullDescription": {"text": rule.why}}
                 for rule in all_rules()]
        run = {"tool": {"driver": {"name": "kcool migrate", "version": __version__, "rules": rules}},
               "columnKind": "utf16CodeUnits", "results": self._results}
        json.dump({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, self._stream, indent=2)
        self._stream.write("\n")
