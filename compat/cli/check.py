"""``kcool run --check-against STACK``: a program runs twice, and where the two runs part is told.

Each run is a process of its own; both begin with the same seeds, so that they draw the same weights and batches.
"""
import os
import subprocess
import sys
import tempfile
from collections import OrderedDict

__all__ = ["check", "compared", "log_program", "render"]

SEED = 20181122
_DIFFERENT = 3
_HOME = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# The copy of kcool that runs here, wherever it lies.
_START = "import sys; sys.path.append(%r); from kcool.cli import main; sys.exit(main(sys.argv[1:]))"


def check(program, on, against, tolerance):
    """Runs a program on two stacks and compares what its models answered.

    Args:
        program: the end of the command line: ``SCRIPT`` or ``-m MODULE``, and its arguments.
        on: the stack of the first run, whose output is shown; None for the one that kcool chooses.
        against: the stack of the second.
        tolerance: largest difference, as a part of the largest value.

    Returns:
        0 when they agree, 3 when they part, 1 when one of them failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        logs = []
        for name, stack, shown in (("first", on, True), ("second", against, False)):
            path = os.path.join(folder, name + ".npz")
            status, output = _run(program, stack, path, shown)
            if status or not os.path.exists(path):
                print("kcool run: the run on %s failed (exit status %s)%s" % (
                    stack or "this stack", status, ":\n" + output[-3000:] if output else ""), file=sys.stderr)
                return 1
            logs.append(_read(path))
    rows = compared(logs[0], logs[1], tolerance)
    print(render(rows, on or "this stack", against, tolerance))
    return 0 if rows and all(row["ok"] for row in rows) else _DIFFERENT


def _run(program, stack, log, shown):
    command = [sys.executable, "-c", _START % _HOME, "run", "--log", log] + (["--on", stack] if stack else [])
    output = None if shown else subprocess.PIPE
    done = subprocess.Popen(command + list(program), stdout=output, stderr=None if shown else subprocess.STDOUT,
                            universal_newlines=True)
    said, _ = done.communicate()
    return done.returncode, said


def _read(path):
    from kcool_common import run_log

    return run_log.read(path)


# --- comparing -------------------------------------------------------------------------------------------------------


def compared(first, second, tolerance):
    """Pairs the events of two logs.

    Args:
        first, second: what `run_log.read` gave.
        tolerance: as in `check`.

    Returns:
        A list of ordered dicts: ``call``, ``difference`` (None where the calls are not the same), ``where`` (at what
        the two part first, as text), ``ok``.
    """
    rows = []
    for number in range(max(len(first), len(second))):
        one = first[number] if number < len(first) else None
        other = second[number] if number < len(second) else None
        if one is None or other is None:
            rows.append(_row(one or other, None, "only the %s run made this call" % ("first" if one else "second")))
        elif one["method"] != other["method"] or list(one["values"]) != list(other["values"]):
            rows.append(_row(one, None, "the other run called %s, which gave %s" % (
                other["method"], ", ".join(other["values"]) or "nothing")))
        else:
            rows.append(_difference(one, other, tolerance))
    return rows


def _row(event, difference, where):
    return OrderedDict((("call", "%s:%d %s.%s" % (event["file"], event["line"], event["model"], event["method"])),
                        ("difference", difference), ("where", where), ("ok", difference is not None and not where)))


def _difference(one, other, tolerance):
    import numpy as np

    worst, where, earliest = 0.0, "", None
    for name, value in one["values"].items():
        a, b = np.asarray(value), np.asarray(other["values"][name])
        if a.shape != b.shape or a.dtype.kind not in "fiub":
            if a.shape != b.shape or not np.array_equal(a, b):
                return _row(one, None, "%s: shapes %s and %s" % (name, a.shape, b.shape))
            continue
        a, b = a.astype("float64"), b.astype("float64")
        finite = np.isfinite(a)
        scale = max(np.abs(a[finite]).max() if finite.any() else 0.0, 1e-12)
        apart = np.where((a == b) | (np.isnan(a) & np.isnan(b)), 0.0, np.abs(a - b) / scale)
        apart = np.where(np.isnan(apart), np.inf, apart)
        worst = max(worst, float(apart.max()) if apart.size else 0.0)
        places = np.argwhere(apart > tolerance)
        if len(places) and (earliest is None or tuple(places[0]) < earliest):
            earliest = tuple(int(n) for n in places[0])
            where = "%s%s: %.6g and %.6g" % (name, _place(one["method"], earliest), a[earliest], b[earliest])
    return _row(one, worst, where)


def _place(method, place):
    if not place:
        return ""
    return " in epoch %d" % (place[0] + 1) if method.startswith("fit") else " at %s" % list(place)


# --- telling ---------------------------------------------------------------------------------------------------------


def render(rows, first, second, tolerance):
    """The comparison as text."""
    if not rows:
        return ("kcool run: nothing was compared: the program called none of fit, evaluate, predict and their kin on a "
                "model of Keras.")
    width = max(len(row["call"]) for row in rows)
    lines = ["", "kcool run: %s against %s, tolerance %.0e" % (first, second, tolerance)]
    for row in rows:
        shown = "-" if row["difference"] is None else "%.1e" % row["difference"]
        lines.append(("  %s  %8s  %s" % (row["call"].ljust(width), shown,
                                         "same" if row["ok"] else "APART: " + row["where"])).rstrip())
    apart = [row for row in rows if not row["ok"]]
    lines.append("All %d results agree." % len(rows) if not apart else "They part at %s: %s." % (
        apart[0]["call"], apart[0]["where"]))
    return "\n".join(lines)


def log_program(path):
    """Begins to log the models of the Keras that this process serves; returns what writes the log.

    Args:
        path: of the file to be written.
    """
    from kcool_common import run_log

    from ..dispatch import load

    run_log.seed(SEED)
    log = run_log.Log(load("keras"))

    def end():
        log.close()
        log.write(path)

    return end
