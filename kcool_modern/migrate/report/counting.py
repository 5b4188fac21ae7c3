"""The numbers at the end of every report."""
from collections import Counter

from ..job import CHANGED_FILE, FAILED, NOTHING
from ..rule import CHANGED, FINE, LEFT

__all__ = ["Count"]


class Count:
    """Adds up reports.

    Attributes:
        files, changed, nothing, failed: numbers of files; ``changed`` would change or did.
        findings: a Counter of statuses.
        codes: a Counter of (code, status).
        exit_code: the largest of the files'.
    """

    def __init__(self):
        self.files = self.changed = self.nothing = self.failed = self.exit_code = 0
        self.findings, self.codes = Counter(), Counter()

    def add(self, report):
        """Adds a file."""
        self.files += 1
        self.changed += report.state == CHANGED_FILE
        self.nothing += report.state == NOTHING
        self.failed += report.state == FAILED
        self.exit_code = max(self.exit_code, report.exit_code)
        for one in report.findings:
            self.findings[one.status] += 1
            self.codes[one.code, one.status] += 1

    def sentence(self, written):
        """The counts in words."""
        files = "%d file%s" % (self.files, "" if self.files == 1 else "s")
        verb = "changed" if written else "would change"
        parts = ["%s: %d %s" % (files, self.changed, verb)]
        if self.nothing:
            parts.append("%d with nothing of Keras found" % self.nothing)
        if self.failed:
            parts.append("%d not read or not written" % self.failed)
        places = "%d changed, %d left for a person, %d recognized and fine" % (
            self.findings[CHANGED], self.findings[LEFT], self.findings[FINE])
        return ", ".join(parts) + "\nplaces: " + places
