"""For who leads a team: files, findings by code, before and after, and what is left to do. One file, no scripts."""
import difflib
import os

from jinja2 import Environment, FileSystemLoader

from kcool import __version__

from ..explain import GROUPS
from ..job import CHANGED_FILE, FAILED, NOTHING
from ..rule import CHANGED, LEFT
from ..rules import all_rules
from .counting import Count

__all__ = ["Writer"]

#: Minutes for a place that is left, by the first digit of its code: a guess to plan with, and said to be one.
MINUTES = {"1": 10, "2": 10, "3": 15, "4": 45, "5": 20, "6": 60, "9": 20}


class Writer:
    """Writes everything at the end."""

    def __init__(self, stream, options):
        self._stream, self._options, self.count, self._files = stream, options, Count(), []

    def add(self, report):
        """Takes what became of a file."""
        self.count.add(report)
        left = [one for one in report.findings if one.status == LEFT]
        self._files.append({
            "path": report.path, "state": _STATES[report.state], "changed": report.count(CHANGED), "left": left,
            "findings": report.findings, "minutes": _minutes(left), "hunks": list(_hunks(report))})

    def end(self):
        """Writes the page."""
        environment = Environment(loader=FileSystemLoader(os.path.dirname(__file__)), autoescape=True,
                                  trim_blocks=True, lstrip_blocks=True)
        titles = {rule.code: rule.title for rule in all_rules()}
        codes = [{"code": code, "title": titles.get(code, ""), "changed": self.count.codes[code, CHANGED],
                  "left": self.count.codes[code, LEFT]}
                 for code in sorted({code for code, status in self.count.codes})]
        minutes = sum(file["minutes"] for file in self._files)
        self._stream.write(environment.get_template("page.html").render(
            files=sorted(self._files, key=lambda file: (-len(file["left"]), -file["changed"], file["path"])),
            codes=codes, count=self.count, effort=_effort(minutes), groups=GROUPS, minutes=MINUTES,
            version=__version__, written=self._options.written, CHANGED=CHANGED, LEFT=LEFT))


_STATES = {CHANGED_FILE: "changes", FAILED: "not read or not written", NOTHING: "nothing of Keras found"}
_STATES["same"] = "stays"


def _minutes(left):
    return sum(MINUTES[one.code[1]] for one in left)


def _effort(minutes):
    return "%d minutes" % minutes if minutes < 120 else "%.0f hours" % (minutes / 60)


def _hunks(report):
    """The changed places: pairs of old and new lines, with their number."""
    if report.state != CHANGED_FILE:
        return
    before, after = report.before.splitlines(), report.after.splitlines()
    for kind, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "equal":
            yield {"line": a + 1, "before": "\n".join(before[a:b]), "after": "\n".join(after[c:d])}
