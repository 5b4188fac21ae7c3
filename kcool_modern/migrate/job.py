"""One file from its bytes to its bytes, whatever happens on the way."""
import os
import traceback

from . import python2
from .engine import migrate_text
from .project import facade_name, lookup_from
from .rule import CHANGED, FINE, LEFT, Finding
from .source import Source, Unreadable
from .writing import NotWritten, replace

__all__ = ["CHANGED_FILE", "FAILED", "NOTHING", "Report", "SAME", "migrate_bytes", "migrate_file"]

#: What became of a file: it (would) change; it stays as it is; there is nothing of Keras in it; it failed.
CHANGED_FILE, SAME, NOTHING, FAILED = "changed", "same", "nothing", "failed"


class Report:
    """What became of one file.

    Attributes:
        path: as it was given.
        state: `CHANGED_FILE`, `SAME`, `NOTHING` or `FAILED`.
        findings: a list of `rule.Finding`.
        before, after: the texts; both "" unless the file changed.
        written: whether the file on the disk has changed.
    """

    def __init__(self, path, state, findings=(), before="", after=""):
        self.path, self.state, self.findings = path, state, list(findings)
        self.before, self.after, self.written = before, after, False

    def count(self, status):
        """How many findings have a status."""
        return sum(one.status == status for one in self.findings)

    @property
    def exit_code(self):
        """0 clean, 1 changed, 2 needs a human, 3 could not be read or written."""
        if self.state == FAILED:
            return 3
        return 2 if self.count(LEFT) else 1 if self.state == CHANGED_FILE else 0


def migrate_file(path, options):
    """Migrates a file, and writes it where the options say so.

    Args:
        path: the file.
        options: a `config.Options`.

    Returns:
        A `Report`; nothing is raised.
    """
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        return _failed(path, "K902", 1, "the file cannot be read: %s" % (error.strerror or error), "look at its rights")
    report, new = migrate_bytes(path, data, options)
    if options.write and new != data and report.state == CHANGED_FILE:
        try:
            replace(path, data, new)
            report.written = True
        except NotWritten as error:
            report.state = FAILED
            report.findings.append(Finding("K903", LEFT, error.why, 1, 1, error.do))
    return report


def migrate_bytes(path, data, options):
    """Migrates what stands in a file.

    Returns:
        ``(Report, new bytes)``; the bytes are the old ones where nothing changes.
    """
    try:
        if path.endswith(".ipynb"):
            from . import notebooks  # it loads nbformat, which takes its time

            return notebooks.migrate(path, data, options, _migrated)
        source = Source(data)
        outcome = _migrated(source.text, path, options)
        new = source.encode(outcome.text)
    except Unreadable as error:
        return _failed(path, "K902", error.line, error.why, error.do), data
    except SyntaxError as error:
        return _failed(path, *python2.explained(error)), data
    except (RecursionError, MemoryError):
        return _failed(path, "K904", 1, "the code is nested too deeply", "split the expression"), data
    except UnicodeEncodeError as error:
        return _failed(path, "K902", 1, str(error), "save the file as UTF-8"), data
    except Exception as error:  # one file never stops the others
        where = traceback.extract_tb(error.__traceback__)[-1]
        return _failed(path, "K905", 1, "kcool itself failed: %s: %s (%s:%d)" % (
            type(error).__name__, error, os.path.basename(where.filename), where.lineno), "report it to kcool"), data
    return report_of(path, source.text, outcome), new


def report_of(path, text, outcome):
    """The report of an outcome."""
    state = CHANGED_FILE if outcome.text != text else SAME if outcome.seen else NOTHING
    before, after = (text, outcome.text) if state == CHANGED_FILE else ("", "")
    return Report(path, state, outcome.findings, before, after)


def _migrated(text, path, options):
    if options.py2:
        text = python2.modernized(text)
    facade = options.facade or facade_name(path)
    return migrate_text(text, options.to, options.chosen, facade, lookup_from(path),
                        os.path.basename(path) == "__init__.py")


def _failed(path, code, line, message, hint):
    return Report(path, FAILED, [Finding(code, LEFT, message, line, 1, hint)])


STATUSES = (CHANGED, LEFT, FINE)
