"""The bridge's own tests need a TensorFlow that it can stand on; they start processes, and are none themselves."""
import os
import subprocess
import sys

import pytest

import compat
from kcool_bridge import fetch


@pytest.fixture(scope="session")
def wheels(tmp_path_factory):
    """The wheels of Keras 2.2.4 and its companions, from the package index: a dict from package to path."""
    scratch = tmp_path_factory.mktemp("wheels")
    fetch._download(fetch.PINS["2.2.4"], scratch)
    return {path.name.split("-")[0].lower(): path for path in scratch.glob("*.whl")}


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache for one test."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("KCOOL_CACHE", str(folder))
    return folder / "bridge"


@pytest.fixture(scope="session", autouse=True)
def _on_the_bridge():
    if compat.stack().family != "bridge":
        pytest.skip("these tests belong to the bridge's session")


@pytest.fixture
def kcool(tmp_path):
    """Runs the command line in a process of its own; gives back its status, its output and its complaints."""
    def run(*arguments, **variables):
        done = subprocess.run([sys.executable, "-m", "kcool", *map(str, arguments)], cwd=str(tmp_path),
                              env=dict(os.environ, **variables), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              universal_newlines=True, timeout=300)
        return done.returncode, done.stdout, done.stderr

    return run


@pytest.fixture
def on_bridge(kcool, tmp_path):
    """Runs source as a script under ``kcool run --on bridge``; gives back what it printed."""
    def run(source, *arguments, **variables):
        script = tmp_path / "script.py"
        script.write_text(source, encoding="utf-8")
        status, printed, complaints = kcool("run", "--on", "bridge", script, *arguments, **variables)
        assert status == 0, complaints[-4000:]
        return printed

    return run
