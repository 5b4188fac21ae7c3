"""What `kcool migrate --to facade` changes in the scripts, as the lines that differ, so that every stack can run it.

The tool itself needs a Python that the old stacks have not. `tests/migrate/test_corpus.py` holds `migrated.json` to it,
and writes it.
"""
import difflib
import io
import json
import os

from . import record

__all__ = ["PATH", "changes", "kept", "migrated"]

PATH = os.path.join(record.HERE, "migrated.json")


def _lines(text):
    # str.splitlines also ends lines at form feeds and the like, and not at the same ones in every Python.
    return text.split(u"\n")


def changes(old, new):
    """The lines that differ, as a list of (first, after the last, lines in their place); numbers are those of `old`."""
    before, after = _lines(old), _lines(new)
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    return [[i, j, after[k:m]] for kind, i, j, k, m in matcher.get_opcodes() if kind != "equal"]


def kept():
    """All changes, by the names of the scripts."""
    with open(PATH) as file:
        return json.load(file)


def migrated(name):
    """The text of a script after its migration."""
    with io.open(record.script(name), encoding="utf-8", newline="") as file:
        lines = _lines(file.read())
    for first, after, text in reversed(kept()[name]):
        lines[first:after] = text
    return u"\n".join(lines)
