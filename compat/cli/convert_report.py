"""What ``kcool convert`` says: a summary for people, a report for programs."""
from __future__ import print_function

import json
import sys
from collections import OrderedDict

from ..errors import KcoolError

__all__ = ["progress", "reported", "show", "write_report"]


def reported(path, found):
    """The report of a file.

    Args:
        path: of the old file.
        found: the report of a conversion, or the error in its place.

    Returns:
        Ordered dict of plain values.
    """
    if not isinstance(found, KcoolError):
        return found
    return OrderedDict((("file", path), ("output", None), ("status", "failed"), ("error", type(found).__name__),
                        ("asked", found.asked), ("found", found.found), ("supported", found.supported),
                        ("do", found.do), ("text", str(found))))


def show(report):
    """Prints the report of one file."""
    if report["status"] == "failed":
        print("kcool convert: %s" % report["text"], file=sys.stderr)
        return
    print("%s -> %s" % (report["file"], report["output"] or "(dry run, nothing written)"))
    print("  %d layers, %d parameters, written by Keras %s" % (
        report["layers"], report["parameters"], report["written_by"]))
    for repair in report["repairs"]:
        print("  %s %s: %s" % (repair["code"], repair["what"], _places(repair["where"])))
    if report["needs_kcool_to_load"]:
        print("  to load it: import kcool_modern.convert.objects, then keras.saving.load_model")
    proof = report["proof"]
    if proof is not None:
        print("  proven: largest difference %.1e of the largest answer (tolerance %.0e; %d sets of inputs, answers "
              "of Keras %s)" % (proof["difference"], proof["tolerance"], proof["sets_of_inputs"], proof["recorded_by"]))
    if report["remark"]:
        print("  %s" % report["remark"])


def _places(where):
    names = list(OrderedDict.fromkeys(one["layer"] for one in where))
    return ", ".join(names[:4]) + (" and %d more" % (len(names) - 4) if len(names) > 4 else "")


def write_report(target, reports):
    """Writes all reports as JSON; `target` is a path, ``-`` for the output, or None for nowhere."""
    if target is None:
        return
    text = json.dumps(reports, indent=2)
    if target == "-":
        print(text)
        return
    with open(target, "w") as file:
        file.write(text + "\n")


class progress(object):  # noqa: N801 - reads as a verb: `with progress(total) as step`
    """A bar on a terminal's error output, nothing elsewhere; `step()` moves it on by one file."""

    def __init__(self, total):
        self._bar, self._total = None, total

    def __enter__(self):
        if self._total > 1 and sys.stderr is not None and sys.stderr.isatty():
            # Keras 3 brings rich along.
            from rich.console import Console
            from rich.progress import Progress

            self._bar = Progress(console=Console(stderr=True), transient=True,
                                 redirect_stdout=sys.stdout is not None and sys.stdout.isatty())
            self._bar.start()
            self._task = self._bar.add_task("converting", total=self._total)
        return self._step

    def _step(self):
        if self._bar is not None:
            self._bar.advance(self._task)

    def __exit__(self, *_):
        if self._bar is not None:
            self._bar.stop()
