"""Notebooks: the code cells are one program; what IPython adds to the language stays as it is."""
import json
import re

import nbformat
from nbformat.v4.rwbase import split_lines

from .engine import Outcome
from .rule import LEFT, Finding
from .source import Source, Unreadable

__all__ = ["migrate"]

#: A line of IPython's own: a magic, a shell command, a question for help.
_MAGIC = re.compile(r"^(\s*)([%!?]|.*\?$)|^\s*[\w, .\[\]]+=\s*[!%]")
_MASK = "pass  # kcool-magic-%d"
_MARK = "# kcool-cell-%d"


def migrate(path, data, options, migrated):
    """Migrates the code cells of a notebook; the other cells, the outputs and the layout of the file stay.

    Args:
        path, data: the file and its bytes.
        options: a `config.Options`.
        migrated: called as ``migrated(text, path, options)``; gives an `engine.Outcome`.

    Returns:
        ``(job.Report, new bytes)``; a finding has the number of its cell, from 1, and the line in it.

    Raises:
        Unreadable: it is no notebook.
    """
    from .job import report_of

    source = Source(data)
    try:
        notebook = nbformat.reads(source.text, as_version=nbformat.NO_CONVERT)
    except Exception as error:  # nbformat has many
        raise Unreadable(1, "no notebook: %s" % (str(error).splitlines() or ["?"])[0], "open it in Jupyter") from None
    cells = [cell for cell in _cells(notebook) if cell.get("cell_type") == "code" and not _is_foreign(_text(cell))]
    text, masked = _joined(cells)
    outcome = migrated(text, path, options)
    parts = _split(outcome.text, masked)
    if parts is None:
        outcome, parts = Outcome(text, [Finding("K905", LEFT, "the cells could not be told apart afterwards", 1, 1,
                                                "report it to kcool")], True), _split(text, masked)
    _locate(outcome.findings, text)
    changed = [(cell, new) for cell, new in zip(cells, parts) if new != _text(cell)]
    after = source.text
    if changed:
        for cell, new in changed:
            cell["input" if "input" in cell else "source"] = new
        after = _written(notebook, source)
    report = report_of(path, source.text, Outcome(after, outcome.findings, outcome.seen))
    return report, source.encode(after)


def _cells(notebook):
    if "cells" in notebook:
        return notebook["cells"]
    return [cell for sheet in notebook.get("worksheets", ()) for cell in sheet["cells"]]


def _text(cell):
    return cell["input"] if "input" in cell else cell["source"]


def _is_foreign(text):
    """Whether a cell is written in another language: ``%%bash``."""
    return text.lstrip().startswith("%%") and not re.match(r"\s*%%(time|timeit|capture|prun)\b", text)


def _joined(cells):
    """One program of all cells, each behind a line that marks it; and the lines that were masked."""
    lines, masked = [], {}
    for number, cell in enumerate(cells):
        lines.append(_MARK % number)
        for line in _text(cell).split("\n"):
            if _MAGIC.search(line):
                mask = _MASK % len(masked)
                masked[mask] = line
                line = re.match(r"\s*", line).group() + mask
            lines.append(line)
    return "\n".join(lines) + "\n", masked


def _split(text, masked):
    """The cells of a program again, or None where a mark is missing."""
    parts = re.split(r"(?m)^# kcool-cell-\d+\n", text)
    if parts[0].strip():
        # What was put before everything else belongs to the first cell.
        parts[1:2] = [parts[0] + parts[1]]
    for mask, line in masked.items():
        parts = [re.sub(r"(?m)^[ \t]*%s$" % re.escape(mask), lambda _, line=line: line, part) for part in parts]
    parts = [part[:-1] if part.endswith("\n") else part for part in parts[1:]]
    return None if any("# kcool-magic-" in part for part in parts) else parts


def _locate(findings, text):
    """Gives findings the cells that they are in, and lines of those."""
    starts = [number for number, line in enumerate(text.split("\n"), 1) if line.startswith("# kcool-cell-")]
    for one in findings:
        before = [start for start in starts if start < one.line]
        if before:
            one.cell, one.line = len(before), one.line - before[-1]


def _written(notebook, source):
    """The notebook as its file was laid out: indentation, letters outside of ASCII, the end of the file."""
    indent = re.search(r"\{(?:\r\n|\n)([ \t]+)\"", source.text)
    plain = source.text.isascii() and "\\u" in source.text
    if notebook.get("nbformat", 4) >= 4:
        notebook = split_lines(notebook)
    text = json.dumps(notebook, ensure_ascii=plain, indent=indent and len(indent.group(1)),
                      separators=(",", ": ") if indent else None)
    text = text.rstrip("\n") + ("\n" if source.text.endswith("\n") else "")
    return text.replace("\n", "\r\n") if "\r\n" in source.text else text
