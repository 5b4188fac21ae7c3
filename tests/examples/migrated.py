"""Runs the examples of Keras 2.2.4 as `kcool migrate` has rewritten them, on the stack that this is called with.

    python -m tests.examples.migrated [--to facade|keras3] [mnist_mlp.py ...] [-k TEXT] [--source FOLDER] ...

With ``facade`` on the real Keras 2.2.4 and on Keras 3, held to the numbers of the unedited ones; with ``keras3`` on
stock Keras 3, where the facade cannot be imported: there it is counted what runs. `--migrate-python` is an interpreter
with ``kcool[migrate]``, where this one is too old for it.
"""
import argparse
import concurrent.futures
import pickle
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from tests.conformance.run import download
from tests.examples import plan
from tests.examples import run as unedited
from tests.examples.stage import Stage

#: How many of the examples have to run without the facade.
NATIVE = 30


class MigratedStage(Stage):
    """A stage whose examples were rewritten."""

    def run(self, name, **more):
        """As for an unedited example, but that its Keras is another one."""
        return super(MigratedStage, self).run(name, **dict(self.cuts, **more))


def main(argv=None):
    """Returns the exit status: 0 when all run and agree, or enough of them run without the facade."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("examples", nargs="*", help="all of them by default")
    parser.add_argument("--to", choices=("facade", "keras3"), default="facade")
    parser.add_argument("-k", metavar="TEXT", default="", help="only those that have this in their name")
    parser.add_argument("--source", help="an unpacked source distribution; downloaded by default")
    parser.add_argument("--home", help="where stand-ins are (kept and used again); a temporary folder by default")
    parser.add_argument("--migrate-python", default=sys.executable, help="an interpreter with kcool[migrate]")
    parser.add_argument("--jobs", type=int, default=2, help="processes at a time (default: 2)")
    parser.add_argument("--timeout", type=int, default=900, help="seconds per example (default: 900)")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(options.source) if options.source else download(Path(scratch))
        chosen = [name for name in options.examples or plan.expected(source / "examples") if options.k in name]
        home = Path(options.home or scratch).resolve()
        folder = migrated(source / "examples", home / ("migrated-" + options.to), options)
        Stage(source / "examples", home, [sys.executable, "-m", "kcool", "run"], options.timeout)  # makes the stand-ins
        if options.to == "keras3":
            _pictures_for_keras3(home / "home" / ".keras" / "datasets")
        stage = MigratedStage(folder, home, [sys.executable], options.timeout)
        stage.cuts = _cuts(options.to)
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            judge = unedited.verdict if options.to == "facade" else ran
            verdicts = dict(zip(chosen, pool.map(lambda name: judge(stage, name), chosen)))
    if options.to == "facade":
        return unedited.report(verdicts)
    count = sum(verdicts.values())
    print("\n%d of %d examples run on Keras 3 without compat" % (count, len(verdicts)))
    return 0 if count >= min(NATIVE, len(verdicts)) else 1


def migrated(source, folder, options):
    """The folder of the rewritten examples."""
    if folder.exists():
        shutil.rmtree(str(folder))
    shutil.copytree(str(source), str(folder))
    status = subprocess.call([options.migrate_python, "-m", "kcool", "migrate", str(folder), "--to", options.to,
                              "--write", "--no-progress"], stdout=subprocess.DEVNULL)
    assert status in (1, 2), status
    return folder


def _pictures_for_keras3(datasets):
    """Puts the pictures where Keras 3 unpacks its own archive to."""
    target = datasets / "cifar-10-batches-py-target"
    if target.exists():
        return
    (target / "cifar-10-batches-py").mkdir(parents=True)
    for path in (datasets / "cifar-10-batches-py").iterdir():
        # It reads bytes of Python 3 only.
        batch = pickle.loads(path.read_bytes(), encoding="bytes")
        (target / "cifar-10-batches-py" / path.name).write_bytes(pickle.dumps(batch, protocol=4))
    with tarfile.open(str(datasets / "cifar-10-batches-py-target_archive"), "w") as archive:
        archive.add(str(datasets / "nietzsche.txt"), "nothing.txt")


def _cuts(target):
    if target == "keras3":
        return {"native": True}
    import keras

    return {"keras": "compat.keras", "old": keras.__version__.startswith("2.")}


def ran(stage, name):
    """Runs an example, prints a line, and returns whether it ran."""
    good, seconds, _, log = stage.run(name)
    print("%-36s %4.0f s  %s" % (name, seconds, "ran" if good else "FAILED\n" + unedited._tail(log)), flush=True)
    return good


if __name__ == "__main__":
    sys.exit(main())
