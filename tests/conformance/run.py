"""Runs Keras 2.2.4's own tests, unedited, under ``kcool run`` and holds them to the list of those that have to pass.

    python -m tests.conformance.run [tests/keras/losses_test.py ...] [--shards 2] [--source FOLDER] [--on bridge]

on the bridge, or on the backend that KERAS_BACKEND names; each of them has a ledger of its own.
Strict: a test of the baseline that does not pass must stand in the ledger with a reason, one that passes must not.
Only where the reason is the network, or what the test draws by chance, may it pass all the same.
"""
import argparse
import collections
import concurrent.futures
import os
import subprocess
import sys
import tarfile
import tempfile
import xml.etree.ElementTree as xml
from pathlib import Path

HERE = Path(__file__).resolve().parent
SUITE = ("tests/keras", "tests/integration_tests", "tests/test_*.py")
REASONS = ("no-such-backend", "private-attribute", "network", "chance", "python-removed", "resource-variables",
           "not-yet")
MAY_PASS = ("network", "chance")


def main(argv=None):
    """Returns the exit status: 0 when everything is as the lists say."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", help="of the source distribution; all of its tests by default")
    parser.add_argument("--shards", type=int, default=2, help="processes at a time (default: 2)")
    parser.add_argument("--source", help="an unpacked source distribution; downloaded by default")
    parser.add_argument("--timeout", type=int, default=900, help="seconds per file (default: 900)")
    parser.add_argument("--reports", help="where the junit file of each file is kept; thrown away by default")
    parser.add_argument("--on", metavar="STACK", help="the stack for `kcool run`, such as bridge")
    options = parser.parse_args(argv)
    served_by = options.on or os.environ.get("KERAS_BACKEND", "tensorflow")
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(options.source) if options.source else download(Path(scratch))
        reports = Path(options.reports or scratch)
        reports.mkdir(parents=True, exist_ok=True)
        results = run(source, files_of(source, options.files), options, reports)
    return report(results, baseline(), ledger(served_by))


def download(folder):
    """Fetches and unpacks the source distribution; returns its folder."""
    subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:",
                    "--no-build-isolation", "--dest", str(folder), "keras==2.2.4"], check=True)
    with tarfile.open(str(next(folder.glob("*eras-2.2.4.tar.gz")))) as archive:
        archive.extractall(str(folder), filter="data")
    return folder / "Keras-2.2.4"


def files_of(source, chosen):
    """Test files, relative to the source: the chosen ones, or all that hold a test of the baseline."""
    if chosen:
        return sorted(chosen)
    expected = baseline()
    found = set()
    for pattern in SUITE:
        for path in source.glob(pattern):
            found.update(path.rglob("*test*.py") if path.is_dir() else [path])
    names = (str(path.relative_to(source)) for path in found)
    return sorted(name for name in names if any(_holds(name, test) for test in expected))


def _holds(name, test):
    module = name[:-len(".py")].replace("/", ".")
    return test.startswith((module + "::", module + "."))


def run(source, files, options, scratch):
    """Runs each file in a process of its own, several at a time; returns a dict from test to outcome, per file."""
    def outcome_of(name):
        report_path = scratch / (name.replace("/", ".") + ".xml")
        _run_file(source, name, report_path, options)
        found = outcomes(report_path)
        passed = sum(outcome == "passed" for outcome in found.values())
        print("%-60s %4d of %4d passed" % (name, passed, len(found)), flush=True)
        return name, found

    # The largest first: what is still running at the end is short then.
    largest_first = sorted(files, key=lambda name: -(source / name).stat().st_size)
    with concurrent.futures.ThreadPoolExecutor(options.shards) as pool:
        return collections.OrderedDict(sorted(pool.map(outcome_of, largest_first)))


def _run_file(source, name, report_path, options):
    # The process group of `timeout` takes workers that a test left behind with it.
    command = ["timeout", "-k", "10", str(options.timeout), sys.executable, "-m", "kcool", "run",
               *(["--on", options.on] if options.on else []), "-m", "pytest", "-q",
               "-p", "no:cacheprovider", "-o", "junit_family=xunit1", "--junitxml", str(report_path),
               # Not the settings of a project that the source happens to lie in.
               "--rootdir", ".", "-c", os.devnull, name]
    variables = dict(os.environ, CUDA_VISIBLE_DEVICES="-1", TF_CPP_MIN_LOG_LEVEL="3", TF_ENABLE_ONEDNN_OPTS="0")
    done = subprocess.run(command, cwd=str(source), env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          universal_newlines=True)
    if not report_path.exists():
        print("%s gave no report (exit status %d):\n%s" % (name, done.returncode, done.stdout[-2000:]), flush=True)


def outcomes(path):
    """Outcome of each test in a junit file; empty when there is none, as after a crash."""
    if not path.exists():
        return {}
    found = {}
    for case in xml.parse(str(path)).iter("testcase"):
        kinds = {child.tag for child in case}
        outcome = "failed" if kinds & {"failure", "error"} else "skipped" if "skipped" in kinds else "passed"
        found["%s::%s" % (case.get("classname"), case.get("name"))] = outcome
    return found


def baseline():
    """Names of the tests that pass on the real stack."""
    return _lines("baseline.txt")


def ledger(served_by):
    """Reason of each test that is known not to pass on a backend of Keras 3, or on the bridge."""
    reasons = {}
    for line in _lines("ledger-%s.txt" % served_by):
        name, reason = line.split("  ")[:2]
        assert reason in REASONS, line
        reasons[name] = reason
    return reasons


def _lines(name):
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def report(results, expected, known):
    """Prints counts by file and every departure from the lists; returns the exit status."""
    unexpected, stale, total, passed = [], [], 0, 0
    for test in expected:
        found = next((cases for name, cases in results.items() if _holds(name, test)), None)
        if found is None:
            continue
        total += 1
        good = found.get(test) == "passed"
        passed += good
        if good and test in known and known[test] not in MAY_PASS:
            stale.append(test)
        elif not good and test not in known:
            unexpected.append("%s (%s)" % (test, found.get(test, "did not run")))
    print("\n%d of %d tests of the baseline pass; the ledger explains %d of the others" % (
        passed, total, total - passed - len(unexpected)))
    for title, names in (("not passing and not in the ledger", unexpected), ("passing and in the ledger", stale)):
        for name in names:
            print("%s: %s" % (title, name))
    return 1 if unexpected or stale else 0


if __name__ == "__main__":
    sys.exit(main())
