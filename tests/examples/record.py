"""Writes the first losses of the examples on the real Keras 2.2.4 / TensorFlow 1.15 into `keras224.json`.

    python -m tests.examples.record --source FOLDER [NAME.py ...] [--home FOLDER]     on the real stack

FOLDER is the unpacked source distribution. Each example runs again with its initial weights a millionth off, which says
how far rounding moves each number. The others' numbers stay when names are given. The real stack writes variables while
the same step still reads them; here a step writes after everything else in it.
"""
import argparse
import json
import math
import sys
import tempfile
from pathlib import Path

from tests.examples import compare, plan
from tests.examples.stage import Stage

PATH = Path(__file__).resolve().parent / "keras224.json"
NUDGE = 1e-6


def main(argv=None):
    """Runs examples and writes the file; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("examples", nargs="*", help="all of them by default")
    parser.add_argument("--source", required=True, help="an unpacked source distribution")
    parser.add_argument("--home", help="where stand-ins are (kept and used again); a temporary folder by default")
    parser.add_argument("--timeout", type=int, default=900, help="seconds per example (default: 900)")
    options = parser.parse_args(argv)
    failed = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(options.source) / "examples"
        stage = Stage(folder, Path(options.home or scratch), [sys.executable], options.timeout)
        for name in options.examples or plan.expected(folder):
            entry = record(stage, name)
            if entry is None:
                failed.append(name)
            else:
                _write(dict(recorded(), **{name: entry}))
    print("failed: " + ", ".join(failed) if failed else "all recorded")
    return 1 if failed else 0


def record(stage, name):
    """What is written of an example; None where it fails."""
    runs = []
    for number in range(4 if name in plan.LOOSE and not plan.LOOSE[name][1] else 2):
        good, seconds, found, log = stage.run(name, old=True, seed=number, **({"nudge": NUDGE} if number else {}))
        print("%-40s %-6s %4.0f s" % (name, "ran" if good else "FAILED, see %s" % log, seconds), flush=True)
        if not good:
            return None
        runs.append(compare.numbers(found))
    columns = zip(runs[0], compare.spreads(runs[0], runs[1:]))
    return {"cuts": plan.cuts_of(name),
            "numbers": [[key, value, float("%.1e" % spread) if math.isfinite(spread) else None]
                        for (key, value), spread in columns]}


def recorded():
    """The file's content."""
    return json.loads(PATH.read_text()) if PATH.exists() else {}


def _write(entries):
    lines = []
    for name, entry in sorted(entries.items()):
        rows = ",\n".join("  " + json.dumps([key, value, spread]) for key, value, spread in entry["numbers"])
        lines.append("%s: {\"cuts\": %s, \"numbers\": [\n%s]}" % (
            json.dumps(name), json.dumps(entry["cuts"], sort_keys=True), rows))
    PATH.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    sys.exit(main())
