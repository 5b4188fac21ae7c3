"""Runs the examples of Keras 2.2.4, unedited, under ``kcool run`` on small stand-in data, with their work cut short.

    python -m tests.examples.run [mnist_mlp.py ...] [--source FOLDER] [--old-python PATH] [--home FOLDER]

Strict: each of the 40 that run on the real stack has to run; with the real stack at hand (`--old-python`, a Python with
Keras 2.2.4 on TF 1.15 and what the examples import), the first losses have to be the same, too.
"""
import argparse
import concurrent.futures
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.conformance.run import download
from tests.examples import standins

HERE = Path(__file__).resolve().parent
LIMITS = {"epochs": 2, "samples": 256, "steps": 4}
#: Not expected to run: the one needs Theano, the other fails on the real stack by itself.
EXCLUDED = ("mnist_swwae.py", "cifar10_cnn_tfaugment2d.py")
ARGUMENTS = {
    "deep_dream.py": ["dream.jpg", "dreamt"],
    "neural_style_transfer.py": ["base.jpg", "style.jpg", "styled", "--iter", "1"],
    "neural_doodle.py": ["--nlabels", "2", "--style-image", "doodle_style.png", "--style-mask",
                         "doodle_style_mask.png", "--target-mask", "doodle_target_mask.png",
                         "--target-image-prefix", "doodled"],
}
CUTS = {
    "addition_rnn.py": {"ranges": {"200": 3}},
    "conv_filter_visualization.py": {"ranges": {"200": 90, "20": 1}},
    "conv_lstm.py": {"samples": 21, "epochs": 1},
    "deep_dream.py": {"ranges": {"20": 3}},
    "reuters_mlp_relu_vs_selu.py": {"ranges": {"40": 2}},
    "image_ocr.py": {"epochs": 1, "last": True, "steps": 2},
    "lstm_stateful.py": {"ranges": {"10": 3}},
    "lstm_text_generation.py": {"epochs": 1},
    "mnist_acgan.py": {"ranges": {"101": 2}},
    "mnist_hierarchical_rnn.py": {"samples": 64},
    "mnist_irnn.py": {"samples": 64, "epochs": 1},
    "mnist_sklearn_wrapper.py": {"epochs": 1},
    "neural_doodle.py": {"ranges": {"50": 1}},
}
#: An example that lives on files of another one.
AFTER = {"lstm_seq2seq_restore.py": "lstm_seq2seq.py"}
#: Examples that count on the true number of pictures.
FULL = ("antirectifier.py", "mnist_mlp.py")
#: Examples in which threads or clocks decide about the numbers: they have to run, not to agree.
DEPARTS = {
    "lstm_text_generation.py": "the orthogonal kernel has the signs of NumPy's LAPACK, and 0.01 is a large step",
    "pretrained_word_embeddings.py": "two runs of the real stack differ as much after a step of RMSprop",
    "lstm_stateful.py": "there the gradient takes the state for what the step wrote over it",
    "mnist_tfrecord.py": "queues shuffle in threads",
    "cifar10_resnet.py": "four threads augment",
    "mnist_dataset_api.py": "tf.data shuffles by the clock",
}
#: Relative. Before anything is trained, only rounding differs; then optimizers that divide by the size of a gradient
#: (Adam, RMSprop, Adadelta) blow it up, by as much as between two runs of the real stack.
EXACT, NOISE = 1e-4, 0.05


def main(argv=None):
    """Returns the exit status: 0 when all that have to run do, with the losses of the real stack if it is given."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("examples", nargs="*", help="all of them by default")
    parser.add_argument("--source", help="an unpacked source distribution; downloaded by default")
    parser.add_argument("--old-python", help="Python of the real stack: losses are compared with it")
    parser.add_argument("--home", help="where stand-ins are (kept and used again); a temporary folder by default")
    parser.add_argument("--jobs", type=int, default=2, help="processes at a time (default: 2)")
    parser.add_argument("--timeout", type=int, default=900, help="seconds per example (default: 900)")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(options.source) if options.source else download(Path(scratch))
        home = Path(options.home or scratch) / "home"
        prepare(home)
        expected = sorted(path.name for path in (source / "examples").glob("*.py") if path.name not in EXCLUDED)
        chosen = options.examples or expected
        session = Session(source / "examples", home, Path(options.home or scratch), options)
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            verdicts = list(pool.map(session.verdict, chosen))
    failures = [name for name, good in zip(chosen, verdicts) if not good]
    print("\n%d of %d examples run%s" % (len(chosen) - len(failures), len(chosen),
                                         " and agree with the real stack" if options.old_python else ""))
    for name in failures:
        print("failed: " + name)
    return 1 if failures else 0


def prepare(home):
    """Makes the stand-ins unless they are there."""
    done = home / "complete"
    if done.exists():
        return
    standins.make(home)
    subprocess.run([sys.executable, "-m", "kcool", "run", str(HERE / "weights.py")], check=True, env=variables(home))
    if not shutil.which("dot"):
        _draw_nothing(home / "bin")
    done.touch()


def _draw_nothing(folder):
    # `plot_model` insists on Graphviz; without it a stand-in writes an empty file.
    folder.mkdir(exist_ok=True)
    program = folder / "dot"
    program.write_text("#!/bin/sh\nfor word in \"$@\"; do case $word in -o*) : > \"${word#-o}\";; esac; done\n"
                       "case \"$1\" in -V) echo 'dot - graphviz version 2.43.0 (0)' >&2;; esac\n", encoding="utf-8")
    program.chmod(0o755)


def variables(home):
    """Environment of an example."""
    return dict(os.environ, HOME=str(home), MPLBACKEND="Agg", MPLCONFIGDIR=str(home / "matplotlib"),
                KERAS_HOME=str(home / ".keras"), PATH="%s%s%s" % (os.environ["PATH"], os.pathsep, home / "bin"),
                CUDA_VISIBLE_DEVICES="-1", TF_CPP_MIN_LOG_LEVEL="3", TF_ENABLE_ONEDNN_OPTS="0", PYTHONHASHSEED="0")


class Session:
    """Runs examples on one or two stacks."""

    def __init__(self, source, home, folder, options):
        self.source, self.home, self.folder, self.options = source, home, folder, options

    def verdict(self, name):
        """Runs an example on the stack or stacks, prints a line, and says whether all is well."""
        good, seconds, found, log = self._run(name, "new")
        line = "%-40s %-6s %4.0f s  %s" % (name, "ran" if good else "FAILED", seconds, last_loss(found))
        if good and self.options.old_python:
            old_good, old_seconds, old, _ = self._run(name, "old")
            agrees, words = compare(found, old) if old_good else (False, "fails on the real stack")
            if name in DEPARTS and not agrees:
                agrees, words = old_good, words + " (%s)" % DEPARTS[name]
            line += "  [real stack: %.0f s, %s]" % (old_seconds, words)
            good = agrees
        print(line if good else line + "\n    log: %s\n%s" % (log, _tail(log)), flush=True)
        return good

    def _run(self, name, stack):
        work = self.folder / stack / name[:-3]
        shutil.rmtree(str(work), ignore_errors=True)
        shutil.copytree(str(self.home / "work"), str(work))
        started, seconds = AFTER.get(name), 0.0
        for script in ([started] if started else []) + [name]:
            begin = time.time()
            status = self._launch(script, stack, work)
            seconds += time.time() - begin
            if status:
                break
        result = work / (name[:-3] + ".result.json")
        found = json.loads(result.read_text()) if result.exists() else {}
        return status == 0, seconds, found, work / "log.txt"

    def _launch(self, script, stack, work):
        old = stack == "old"
        cuts = work / "cuts.json"
        cuts.write_text(json.dumps(dict(LIMITS, **CUTS.get(script, {}), old=old)))
        start = [self.options.old_python] if old else [sys.executable, "-m", "kcool", "run"]
        environment = variables(self.home / "full" if script in FULL else self.home)
        if old:
            environment.pop("PYTHONPATH", None)
        command = ["timeout", "-k", "10", str(self.options.timeout), *start, str(HERE / "launch.py"), str(cuts),
                   str(work / (script[:-3] + ".result.json")), str((self.source / script).resolve()),
                   *ARGUMENTS.get(script, [])]
        with open(str(work / "log.txt"), "w") as log:
            return subprocess.call(command, cwd=str(work), env=environment, stdout=log, stderr=subprocess.STDOUT)


def numbers(found):
    """What came out, as (name, value, whether it was computed before anything was trained)."""
    values = []
    fresh = True
    for place, losses in enumerate(found.get("batches", [])):
        if losses:
            values += [("first batch of fit %d" % (place + 1), losses[0], fresh)]
            fresh = False
    for place, history in enumerate(found.get("fit", [])):
        values += [("%s of fit %d" % (key, place + 1), history[key][0], False)
                   for key in sorted(history) if key.endswith("loss") and history[key]]
    for place, losses in enumerate(found.get("train_on_batch", [])[:20]):
        values.append(("train_on_batch %d" % (place + 1), losses[0], fresh))
        fresh = False
    return values + [("evaluate %d" % (place + 1), losses[0], False)
                     for place, losses in enumerate(found.get("evaluate", [])[:3])]


def compare(new, old):
    """Whether the losses agree, and in words how well."""
    ours, theirs = numbers(new), numbers(old)
    if len(ours) != len(theirs):
        return False, "%d results here, %d there" % (len(ours), len(theirs))
    worst, agrees = [(0.0, ""), (0.0, "")], True
    for (name, mine, fresh), (_, other, _) in zip(ours, theirs):
        off = _distance(mine, other)
        agrees = agrees and off <= (EXACT if fresh else NOISE)
        worst[not fresh] = max(worst[not fresh], (off, name))
    lines = [new.get("lines", []), old.get("lines", [])]
    if any(lines):
        same, most = sum(map(_alike, *lines)), max(map(len, lines))
        return agrees and same >= most * 0.9, "%d of %d printed lines agree" % (same, most)
    words = "before training %.0e, after it up to %.0e" % (worst[0][0], worst[1][0])
    return agrees, words if agrees else "%s (%s)" % (words, worst[1][1])


def _distance(a, b):
    if not math.isfinite(a - b):
        return 0.0 if str(a) == str(b) else math.inf
    return abs(a - b) / max(abs(b), 1e-3)


def _alike(a, b):
    try:
        return _distance(float(a), float(b)) <= NOISE
    except ValueError:
        return a == b


def last_loss(found):
    """The last loss of an example, in words."""
    for key in ("fit", "train_on_batch"):
        if found.get(key):
            last = found[key][-1]
            return "loss %.4f" % (last["loss"][-1] if key == "fit" else last[0])
    return found["lines"][-1] if found.get("lines") else ""


def _tail(path, count=12):
    return "".join("    | %s\n" % line for line in Path(path).read_text(errors="replace").splitlines()[-count:])


if __name__ == "__main__":
    sys.exit(main())
