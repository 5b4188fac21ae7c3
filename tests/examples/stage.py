"""A place to run examples in: stand-ins, environment, one process for each example. In the Python of 2018, too."""
import json
import os
import shutil
import subprocess
import time
from pathlib import Path

from tests.examples import plan, standins

HERE = Path(__file__).resolve().parent


class Stage(object):
    """Runs examples of a folder with `command`, which starts a Python script, on stand-ins in `home`."""

    def __init__(self, source, home, command, timeout):
        self.source, self.home, self.command, self.timeout = source, home / "home", command, timeout
        self.works = home / "runs"
        self._prepare()

    def _prepare(self):
        done = self.home / "complete"
        if done.exists():
            return
        standins.make(self.home)
        subprocess.run(self.command + [str(HERE / "weights.py")], check=True, env=self.variables(self.home))
        if not shutil.which("dot"):
            _draw_nothing(self.home / "bin")
        done.touch()

    def variables(self, home):
        """Environment of an example."""
        return dict(os.environ, HOME=str(home), MPLBACKEND="Agg", MPLCONFIGDIR=str(home / "matplotlib"),
                    KERAS_HOME=str(home / ".keras"), PATH=os.pathsep.join([os.environ["PATH"], str(self.home / "bin")]),
                    CUDA_VISIBLE_DEVICES="-1", TF_CPP_MIN_LOG_LEVEL="3", TF_ENABLE_ONEDNN_OPTS="0", PYTHONHASHSEED="0")

    def run(self, name, **more):
        """Runs an example; returns whether it ended well, its seconds, what it found, and the path of its log."""
        work = self.works / name[:-3]
        shutil.rmtree(str(work), ignore_errors=True)
        shutil.copytree(str(self.home / "work"), str(work))
        begin = time.time()
        for script in [plan.AFTER[name], name] if name in plan.AFTER else [name]:
            status = self._launch(script, work, more)
            if status:
                break
        result = work / (name[:-3] + ".result.json")
        found = json.loads(result.read_text()) if result.exists() else {}
        return status == 0, time.time() - begin, found, work / "log.txt"

    def _launch(self, script, work, more):
        cuts = work / "cuts.json"
        cuts.write_text(json.dumps(dict(plan.cuts_of(script), **more)))
        environment = self.variables(self.home / "full" if script in plan.FULL else self.home)
        command = ["timeout", "-k", "10", str(self.timeout)] + self.command + [
            str(HERE / "launch.py"), str(cuts), str(work / (script[:-3] + ".result.json")),
            str((self.source / script).resolve())] + plan.ARGUMENTS.get(script, [])
        with open(str(work / "log.txt"), "w") as log:
            return subprocess.call(command, cwd=str(work), env=environment, stdout=log, stderr=subprocess.STDOUT)


def _draw_nothing(folder):
    # `plot_model` insists on Graphviz; without it a stand-in writes an empty file.
    folder.mkdir(exist_ok=True)
    program = folder / "dot"
    program.write_text("#!/bin/sh\nfor word in \"$@\"; do case $word in -o*) : > \"${word#-o}\";; esac; done\n"
                       "case \"$1\" in -V) echo 'dot - graphviz version 2.43.0 (0)' >&2;; esac\n", encoding="utf-8")
    program.chmod(0o755)
