"""``kcool convert`` and ``kcool record`` as a user calls them."""
import json
import os
import shutil

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
    monkeypatch.setattr("sys.path", list(__import__("sys").path))


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
    ("lstm.h5", "--tolerance", "-1"), ("lstm.h5", "--verify", "dense_plain.npz")])
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
