"""Runs the examples of Keras 2.2.4, unedited, under ``kcool run`` on small stand-in data, with their work cut short.

    python -m tests.examples.run [mnist_mlp.py ...] [-k TEXT] [--source FOLDER] [--home FOLDER] [--on bridge]

Strict: each of the 40 that run on the real stack has to run, with the first losses that the real stack had on the same
data (`keras224.json`, written by `record.py`).
"""
import argparse
import concurrent.futures
import os
import sys
import tempfile
from pathlib import Path

from tests.conformance.run import download
from tests.examples import compare, plan, record
from tests.examples.stage import Stage


def main(argv=None):
    """Returns the exit status: 0 when all run and agree."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("examples", nargs="*", help="all of them by default")
    parser.add_argument("-k", metavar="TEXT", default="", help="only those that have this in their name")
    parser.add_argument("--source", help="an unpacked source distribution; downloaded by default")
    parser.add_argument("--home", help="where stand-ins are (kept and used again); a temporary folder by default")
    parser.add_argument("--jobs", type=int, default=2, help="processes at a time (default: 2)")
    parser.add_argument("--timeout", type=int, default=900, help="seconds per example (default: 900)")
    parser.add_argument("--on", metavar="STACK", help="the stack for `kcool run`, such as bridge")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(options.source) if options.source else download(Path(scratch))
        chosen = [name for name in options.examples or plan.expected(source / "examples") if options.k in name]
        if not chosen:
            parser.error("no example has %r in its name" % options.k)
        stage = Stage(source / "examples", Path(options.home or scratch).resolve(),
                      [sys.executable, "-m", "kcool", "run", *(["--on", options.on] if options.on else [])],
                      options.timeout)
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            verdicts = dict(zip(chosen, pool.map(lambda name: verdict(stage, name), chosen)))
    return report(verdicts)


def verdict(stage, name):
    """Runs an example, prints a line, and returns (whether it ran, whether it agrees)."""
    good, seconds, found, log = stage.run(name)
    if not good:
        print("%-36s %4.0f s  FAILED, log: %s\n%s" % (name, seconds, log, _tail(log)), flush=True)
        return False, False
    entry = record.recorded().get(name)
    if entry is None or entry["cuts"] != plan.cuts_of(name):
        agrees, words = False, "not recorded with these limits: run tests.examples.record on the real stack"
    else:
        bounds = (compare.CHANCE, plan.LOOSE[name][1]) if name in plan.LOOSE else ()
        agrees, words = compare.judge(compare.numbers(found), entry["numbers"], *bounds)
    print("%-36s %4.0f s  %s: %s" % (name, seconds, "agrees" if agrees else "DIFFERS", words), flush=True)
    return True, agrees


def report(verdicts):
    """Prints the counts; returns the exit status."""
    comparable = {name: agrees for name, (_, agrees) in verdicts.items() if name not in plan.LOOSE}
    print("\n%d of %d examples run; %d of %d comparable agree" % (
        sum(ran for ran, _ in verdicts.values()), len(verdicts), sum(comparable.values()), len(comparable)))
    for name, (reason, _) in plan.LOOSE.items():
        if name in verdicts:
            print("%s is %s the wider range it is held to: %s" % (
                name, "within" if verdicts[name][1] else "OUT OF", reason))
    failures = [name for name, (ran, agrees) in verdicts.items() if not (ran and agrees)]
    for name in failures:
        print("failed: " + name)
    return 1 if failures else 0


def _tail(path, count=12):
    lines = Path(path).read_text(errors="replace").splitlines()[-count:] if os.path.exists(str(path)) else []
    return "".join("    | %s\n" % line for line in lines)


if __name__ == "__main__":
    sys.exit(main())
