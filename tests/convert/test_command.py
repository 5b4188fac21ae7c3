"""``kcool convert`` and ``kcool record`` as a user calls them."""
import glob
import json
import os
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from compat import cli

from .conftest import old_keras

pytestmark = pytest.mark.usefixtures("fresh_names")


@pytest.fixture
def fresh_names(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KCOOL_LEGACY_PYTHON", raising=False)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("sys.path", list(sys.path))


@pytest.fixture
def files(zoo, tmp_path):
    for name in ("dense_plain", "lstm"):
        for path in zoo(name):
            shutil.copy(path, str(tmp_path))
    return tmp_path


def _run(*arguments):
    return cli.main(["convert"] + list(arguments))


def test_summary_and_proof(files, capsys):
    assert _run("lstm.h5", "-o", "new.keras", "--verify", "lstm.npz") == 0
    told = capsys.readouterr().out
    assert "lstm.h5 -> new.keras" in told
    assert "2 layers" in told and "parameters" in told and "Keras 2.2.4" in told
    assert "H103 hard_sigmoid keeps its old slope" in told
    assert "proven: largest difference" in told
    assert os.path.exists("new.keras")


def test_without_old_answers_it_says_so(files, capsys):
    assert _run("dense_plain.h5") == 0
    told = capsys.readouterr().out
    assert "not proven" in told and "--verify" in told and "--legacy-python" in told
    assert os.path.exists("dense_plain.keras")


def test_another_answer_writes_nothing(files, capsys):
    with np.load("lstm.npz") as found:
        content = {key: found[key] for key in found.files}
    content["output/0/0"] = content["output/0/0"] * 1.001
    np.savez("lstm.npz", **content)
    assert _run("lstm.h5", "-o", "new.keras", "--verify", "lstm.npz") == 3
    assert "answers differently" in capsys.readouterr().err
    assert not os.path.exists("new.keras")
    assert _run("lstm.h5", "-o", "new.keras", "--verify", "lstm.npz", "--tolerance", "0.01") == 0


def test_a_bad_file_among_others(files, capsys):
    (files / "bad.h5").write_bytes(b"nothing")
    (files / "out").mkdir()
    assert _run(".", "-o", "out", "--no-legacy-python", "--json", "report.json") == 2
    said = capsys.readouterr()
    assert "2 of 3 files converted" in said.out
    assert "bad.h5" in said.err and "Traceback" not in said.err
    assert sorted(os.listdir("out")) == ["dense_plain.keras", "lstm.keras"]
    with open("report.json") as file:
        report = json.load(file)
    assert [one["status"] for one in report] == ["failed", "converted", "converted"]
    assert report[0]["error"] == "UnreadableModel" and report[0]["do"]
    assert report[2]["repairs"] and report[2]["proof"] is None


@pytest.fixture
def deadly(files):
    """A file that kills the process in which it is converted."""
    h5py = pytest.importorskip("h5py")
    (files / "deadly.py").write_text(
        "import os, signal\n"
        "class Deadly(object):\n"
        "    @classmethod\n"
        "    def from_config(cls, config):\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n")
    with h5py.File("dense_plain.h5", "r") as old, h5py.File("a_deadly.h5", "w") as new:
        for key, value in old.attrs.items():
            new.attrs[key] = value
        old.copy("model_weights", new)
        config = json.loads(old.attrs["model_config"])
        config["config"]["layers"][1]["class_name"] = "Deadly"
        new.attrs["model_config"] = json.dumps(config)
    return ["a_deadly.h5", "lstm.h5", "dense_plain.h5"]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_file_that_kills_its_process_among_others(jobs, deadly, capsys):
    assert _run(*(deadly + ["--custom", "deadly:Deadly", "--no-legacy-python", "--jobs", jobs])) == 2
    said = capsys.readouterr()
    assert "2 of 3 files converted" in said.out
    assert "a_deadly.h5 was not converted: the process that read it died" in said.err
    assert sorted(name for name in os.listdir(".") if name.endswith(".keras")) == ["dense_plain.keras", "lstm.keras"]
    assert not [name for name in os.listdir(".") if name.startswith(".")]


@pytest.mark.parametrize("moment", [".new.keras.*.part", ".new.keras.*.part/new.keras"])
def test_killed_while_it_writes(moment, files):
    """Nothing under the new name, the old file as it was, and the next call cleans up and succeeds."""
    before = (files / "lstm.h5").read_bytes()
    command = [sys.executable, "-c", "from kcool.cli import main; main()", "convert", "lstm.h5", "-o", "new.keras",
               "--no-legacy-python"]
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(path for path in sys.path if path))
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    while running.poll() is None and not glob.glob(moment):
        time.sleep(0.001)
    running.kill()
    assert running.wait() == -signal.SIGKILL
    assert not os.path.exists("new.keras") and glob.glob(".new.keras.*.part")
    assert (files / "lstm.h5").read_bytes() == before
    assert _run("lstm.h5", "-o", "new.keras", "--verify", "lstm.npz") == 0
    assert os.path.exists("new.keras") and not glob.glob(".new.keras.*")


@pytest.fixture
def weights_alone(files):
    """The weights of a model in a file of their own, and its architecture."""
    h5py = pytest.importorskip("h5py")
    with h5py.File("lstm.h5", "r") as old, h5py.File("weights.h5", "w") as new:
        for key, value in old["model_weights"].attrs.items():
            new.attrs[key] = value
        for key in old["model_weights"]:
            old["model_weights"].copy(key, new)
        text = old.attrs["model_config"]
    (files / "model.json").write_text(text.decode() if isinstance(text, bytes) else text)
    (files / "building.py").write_text(
        "from keras.models import Sequential\n"
        "from keras.layers import LSTM\n"
        "def build():\n"
        "    print('building')\n"
        "    return Sequential([LSTM(5, return_sequences=True, input_shape=(6, 3)), LSTM(4, go_backwards=True)])\n"
        "def another():\n"
        "    return Sequential([LSTM(6, input_shape=(6, 3))])\n"
        "def wrong():\n"
        "    raise ValueError('no such data')\n")


@pytest.mark.parametrize("architecture", ["model.json", "building:build"])
def test_weights_with_an_architecture(architecture, weights_alone, capsys):
    assert _run("weights.h5", "-o", "new.keras", "--architecture", architecture, "--verify", "lstm.npz") == 0
    assert "proven: largest difference" in capsys.readouterr().out


@pytest.mark.parametrize("architecture, text", [
    (None, "--architecture"), ("nothing.json", "nothing.json"), ("weights.h5", "not JSON"),
    ("building:another", "do not fit"), ("building:wrong", "no such data"), ("building:nothing", "nothing")])
def test_weights_without_a_fitting_architecture(architecture, text, weights_alone, capsys):
    assert _run("weights.h5", "-o", "new.keras", *(["--architecture", architecture] if architecture else [])) == 2
    assert text in capsys.readouterr().err
    assert not os.path.exists("new.keras")


def test_an_architecture_too_many(weights_alone, capsys):
    assert _run("lstm.h5", "-o", "new.keras", "--architecture", "model.json") == 2
    assert "leave --architecture out" in capsys.readouterr().err


def test_dry_run_writes_nothing(files, capsys):
    assert _run("*.h5", "--dry-run", "--no-legacy-python") == 0
    assert "nothing written" in capsys.readouterr().out
    assert not [name for name in os.listdir(".") if name.endswith(".keras")]


def test_what_is_there_stays(files, capsys):
    (files / "new.keras").write_bytes(b"mine")
    assert _run("lstm.h5", "-o", "new.keras", "--no-legacy-python") == 2
    assert "--overwrite" in capsys.readouterr().err
    assert (files / "new.keras").read_bytes() == b"mine"
    assert _run("lstm.h5", "-o", "new.keras", "--no-legacy-python", "--overwrite") == 0


@pytest.mark.parametrize("arguments", [
    ("nothing.h5",), ("nothing*.h5",), ("lstm.h5", "-o", "new.h5"), ("lstm.h5", "-o", "no/where.keras"),
    ("lstm.h5", "dense_plain.h5", "-o", "one.keras"), ("lstm.h5", "dense_plain.h5", "--verify", "lstm.npz"),
    ("lstm.h5", "--verify", "nothing.npz"), ("lstm.h5", "--legacy-python", "/no/python"),
    ("lstm.h5", "--custom", "nomodule:X"), ("lstm.h5", "--custom", "X"), ("lstm.h5", "--lambda", "x:y"),
    ("lstm.h5", "--tolerance", "-1"), ("lstm.h5", "--jobs", "0"), ("lstm.h5", "--verify", "dense_plain.npz")])
def test_calls_that_cannot_be_carried_out(arguments, files, capsys):
    assert _run(*arguments) in (2, 3)
    told = capsys.readouterr().err
    assert told and "Traceback" not in told
    assert not [name for name in os.listdir(".") if name.endswith(".keras")]


def test_elsewhere_it_says_what_is_needed(stack, capsys, tmp_path):
    if not old_keras(stack):
        pytest.skip("files are converted here")
    assert _run("lstm.h5", "-o", str(tmp_path / "new.keras")) == 2
    told = capsys.readouterr().err
    assert str(stack) in told and "pip install" in told


def test_record_asks_for_an_old_stack(files, capsys):
    assert cli.main(["record", "lstm.h5", "-o", "x.npz"]) == 2
    assert "old stack" in capsys.readouterr().err
