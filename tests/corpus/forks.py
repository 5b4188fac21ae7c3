"""Runs scripts as ``kcool run`` does, each in a process of its own: a fork of one that has loaded the frameworks.

    with Forks() as forks:
        status, printed, errors = forks.run(path, folder)

To load TensorFlow and Keras takes ten times as long as most of the scripts. The process that forks has imported them
and computed nothing, so that what a script does, its threads and its memory are its own. On the real Keras 2.2.4 a
script runs as it did when its numbers were written.
"""
import json
import os
import subprocess
import sys
import tempfile

__all__ = ["Forks"]

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SECONDS = 300


class Forks(object):
    """Starts the process that forks; to be closed."""

    def __init__(self):
        self._process = None

    def __enter__(self):
        return self

    def __exit__(self, *error):
        if self._process is not None:
            self._process.stdin.close()
            self._process.wait()
            self._process.stdout.close()

    def run(self, script, folder, migrated=False):
        """Runs a script in a folder.

        Args:
            script: its path.
            folder: the working directory.
            migrated: whether it imports the facade by itself, so that it is run as ``python`` does.

        Returns:
            ``(status, printed, errors)``: int and two str.
        """
        if not hasattr(os, "fork"):
            command = _command(script) if migrated else _command("-m", "kcool", "run", script)
            done = subprocess.run(command, env=_variables(), cwd=folder, timeout=SECONDS,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True)
            return done.returncode, done.stdout, done.stderr
        if self._process is None:
            self._process = subprocess.Popen(
                _command(os.path.abspath(__file__)), env=_variables(), universal_newlines=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        with tempfile.TemporaryDirectory() as beside:
            paths = [os.path.join(beside, name) for name in ("printed", "errors")]
            self._process.stdin.write(json.dumps([script, folder] + paths + [migrated]) + "\n")
            self._process.stdin.flush()
            status = int(self._process.stdout.readline())
            return (status,) + tuple(_read(path) for path in paths)


def _command(*arguments):
    return [sys.executable] + list(arguments)


def _variables():
    return dict(os.environ, PYTHONPATH=os.pathsep.join(filter(None, [ROOT, os.environ.get("PYTHONPATH")])))


def _read(path):
    with open(path, "rb") as file:
        return file.read().decode("utf8", "replace")


def load():
    """Imports the frameworks, and nothing else of their work; returns the function that runs a script."""
    from compat import install, stack

    on_bridge = stack().family == "bridge"
    if on_bridge:
        install()
    import keras

    assert keras.layers
    if keras.__version__.startswith("2."):
        import tensorflow

        assert tensorflow.train
        return _run_as_it_is if on_bridge else _run_on_the_real_stack
    if keras.backend.backend() == "tensorflow":
        import tensorflow

        assert tensorflow.keras.layers
    return _run_by_kcool


def _run_by_kcool(script, migrated):
    if migrated:
        import runpy

        runpy.run_path(script, run_name="__main__")
        return 0
    from compat.cli import main

    return main(["run", script]) or 0


def _run_as_it_is(script, migrated):
    """The bridge has an order of its own for reads and writes."""
    import runpy

    runpy.run_path(script, run_name="__main__")
    return 0


def _run_on_the_real_stack(script, migrated):
    from tests.corpus import record

    record.run_here(script)
    return 0


def serve():
    """Reads from the standard input script, folder, and where to print; answers each time with the exit status."""
    run = load()
    answers = os.fdopen(os.dup(1), "w")
    for line in iter(sys.stdin.readline, ""):
        child = os.fork()
        if child == 0:
            _become_the_script(run, *json.loads(line))
        _, status = os.waitpid(child, 0)
        answers.write("%d\n" % (os.WEXITSTATUS(status) if os.WIFEXITED(status) else -os.WTERMSIG(status)))
        answers.flush()


def _become_the_script(run, script, folder, printed, errors, migrated):
    import signal
    import traceback

    status = 1
    try:
        signal.alarm(SECONDS)
        os.chdir(folder)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        for number, path in ((1, printed), (2, errors)):
            os.dup2(os.open(path, os.O_CREAT | os.O_WRONLY), number)
        status = run(script, migrated)
    except SystemExit as stop:
        status = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        # Not the end of the process that was forked: what it has registered for its end is not the script's.
        os._exit(status)


if __name__ == "__main__":
    serve()
