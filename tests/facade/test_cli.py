"""The command line itself, and what of the demo needs no framework."""
import os
import re
import subprocess
import sys

import numpy as np
import pytest

import compat
from compat import cli
from compat.cli.demo import digits, picture, proving, report
from compat.cli.demo.proofs import TOLERANCE, weighed


def test_version(capsys):
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out.strip() == "kcool " + compat.__version__


def test_help_names_the_commands_that_there_are(capsys):
    assert cli.main(["--help"]) == 0
    out = capsys.readouterr().out
    listed = re.findall(r"^    (\w+) ", out, re.MULTILINE)
    assert listed == ["doctor", "demo", "run", "bridge", "convert", "record", "migrate"]


@pytest.mark.parametrize("arguments", [
    [], ["run"], ["convert"], ["bridge"], ["migrate"],
    ["doctor", "--loud"], ["demo", "--seed", "x"], ["demo", "--seed", "-1"]])
def test_a_call_that_is_none_gives_2(arguments, capsys):
    assert cli.main(arguments) == 2
    assert "usage: kcool" in capsys.readouterr().err


def test_python_m_compat_is_kcool():
    home = os.path.dirname(os.path.dirname(os.path.abspath(compat.__file__)))
    done = subprocess.run([sys.executable, "-m", "compat", "--version"], cwd=home, stdout=subprocess.PIPE,
                          universal_newlines=True)
    assert done.returncode == 0 and done.stdout.strip() == "kcool " + compat.__version__


def test_the_command_line_imports_no_framework(run_python):
    out = run_python("import sys; import compat.cli.demo, compat.cli.doctor; compat.cli.main(['doctor', '--json']);"
                     "print('loaded:', sorted({'keras', 'tf_keras', 'tensorflow', 'jax', 'torch'} & set(sys.modules)))")
    assert out.strip().endswith("loaded: []")


def test_an_error_of_kcool_ends_in_1_and_shows_its_parts(monkeypatch, capsys):
    monkeypatch.setattr(proving, "stack", _no_stack)
    assert cli.main(["demo"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "kcool demo: nothing here\n  What to do: install it\n"


def _no_stack():
    raise compat.errors.StackNotFound("nothing here", do="install it")


def test_a_seed_that_is_none_says_what_it_should_be(capsys):
    cli.main(["demo", "--seed", "x"])
    assert "a whole number from 0 to 4294967295 is needed, not 'x'" in capsys.readouterr().err


def test_a_reader_that_stops_reading_is_no_crash():
    read, write = os.pipe()
    os.close(read)
    done = _doctor(stdout=write)
    os.close(write)
    assert done.returncode == 1 and done.stderr == ""


def test_a_process_without_stdout_is_no_crash():
    done = _doctor(stdout=subprocess.PIPE, preexec_fn=lambda: os.close(1))
    assert done.returncode in (0, 1) and done.stderr == ""


def _doctor(**how):
    home = os.path.dirname(os.path.dirname(os.path.abspath(compat.__file__)))
    return subprocess.run([sys.executable, "-m", "compat", "doctor"], cwd=home, stderr=subprocess.PIPE,
                          universal_newlines=True, **how)


def test_an_interrupt_ends_in_130_without_a_traceback(monkeypatch, capsys):
    def interrupted():
        raise KeyboardInterrupt

    monkeypatch.setattr(proving, "stack", interrupted)
    assert cli.main(["demo"]) == 130
    assert capsys.readouterr().err == "\nkcool demo: interrupted\n"


@pytest.fixture
def no_matplotlib(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setattr(picture.importlib.util, "find_spec", lambda name: None)


def test_a_picture_without_matplotlib_is_refused_before_any_work(no_matplotlib, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(proving, "stack", _no_stack)
    assert cli.main(["demo", "--plot", str(tmp_path / "out.png")]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "pip install matplotlib" in captured.err
    assert not os.listdir(str(tmp_path))


def test_a_picture_in_a_folder_that_is_not_there_is_refused(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(picture.importlib.util, "find_spec", lambda name: object())
    assert cli.main(["demo", "--plot", str(tmp_path / "none" / "out.png")]) == 2
    assert "mkdir -p" in capsys.readouterr().err


@pytest.fixture
def some_matplotlib(monkeypatch):
    monkeypatch.setattr(picture.importlib.util, "find_spec", lambda name: object())
    monkeypatch.setattr(picture, "_known_format", lambda path: path.endswith(".png"))


@pytest.mark.parametrize("place, problem", [
    ("", "that is a folder"), ("out.xyz", "no such format"), ("closed/out.png", "may not be written")])
def test_a_picture_that_cannot_stand_there_is_refused(some_matplotlib, monkeypatch, tmp_path, capsys, place, problem):
    (tmp_path / "closed").mkdir()
    monkeypatch.setattr(picture.os, "access", lambda path, mode: "closed" not in str(path))  # root may write anywhere
    assert cli.main(["demo", "--plot", str(tmp_path / place)]) == 2
    captured = capsys.readouterr()
    assert captured.out == "" and problem in captured.err and "What to do: name a file" in captured.err


def test_the_digits_are_the_published_ones():
    with np.load(digits.PATH) as shipped:
        images, labels = shipped["images"], shipped["labels"]
    assert images.shape == (1797, 8, 8) and images.dtype == np.uint8 and labels.dtype == np.uint8
    assert images.min() == 0 and images.max() == 16
    # Images per class as the repository's description of its test file counts them.
    assert np.bincount(labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert os.path.getsize(digits.PATH) < 60000


def test_digits_are_split_without_overlap():
    data = digits.read()
    assert data.pixels.shape == (1297, 64) and data.one_hot.shape == (1297, 10)
    assert data.val_pixels.shape == (500, 64) and data.val_labels.shape == (500,)
    assert data.pixels.dtype == data.one_hot.dtype == np.float32
    assert data.pixels.max() == 1 and (data.one_hot.sum(axis=1) == 1).all()
    with np.load(digits.PATH) as shipped:
        rebuilt = np.concatenate([data.pixels, data.val_pixels]) * 16
        assert (rebuilt.reshape(-1, 8, 8) == shipped["images"]).all()
        assert (np.concatenate([data.one_hot.argmax(axis=1), data.val_labels]) == shipped["labels"]).all()


@pytest.mark.parametrize("off, yardstick, size, holds", [
    (0.0, 1.0, 1.0, True),
    (2 * TOLERANCE, 1.0, 1.0, False),
    (2 * TOLERANCE, 1.0, 3.0, True),
    (0.0, 5 * TOLERANCE, 1.0, False),
    (float("nan"), 1.0, 1.0, False),
    (0.0, float("nan"), 1.0, False),
])
def test_a_proof_holds_only_when_it_could_have_failed(off, yardstick, size, holds):
    assert weighed(off, yardstick, size) is holds


_HELD = report.Row("ema", "kcool_modern.ema on keras3/tensorflow", ("off by 1e-08",), 1.25, True, None)
_FAILED = report.Row("function", "kcool_modern.function on keras3/tensorflow", ("off by 3e+00",), 0.1, False,
                     "they differ")
_MISSING = report.Row("parallel", "none on keras3/torch", ("unavailable (see below)",), None, None,
                      "no engine.\n  What to do: write a loop " + "and wait for it " * 9)


def test_the_table_tells_what_failed_and_what_is_missing():
    text = report.table([_HELD, _FAILED, _MISSING])
    assert "kcool_modern.ema on keras3/tensorflow" in text
    assert [line.split()[-1] for line in text.split("\n")[2:5]] == ["yes", "NO", "-"]
    assert "\nfunction failed: they differ\n" in text
    assert "\nparallel is unavailable: no engine.\n  What to do: write a loop and wait" in text
    assert text.split("\n")[-1] == "FAILED: function"


def _full_disk(*_):
    raise OSError("no space left")


@pytest.mark.parametrize("rows, plot, draws, status", [
    ([_HELD, _MISSING], None, None, 0), ([_HELD, _FAILED], None, None, 1), ([_HELD], "out.png", lambda *_: None, 0),
    ([_HELD], "out.png", _full_disk, 2), ([_FAILED], "out.png", _full_disk, 1)])
def test_the_status_is_that_of_the_proofs_then_that_of_the_picture(monkeypatch, capsys, rows, plot, draws, status):
    for name, value in (("stack", str), ("require", str), ("_prove_all", lambda *_: (rows, "a curve"))):
        monkeypatch.setattr(proving, name, value)
    monkeypatch.setattr(proving.host, "prepare", str)
    monkeypatch.setattr(picture, "possible", lambda path: True)
    monkeypatch.setattr(picture, "draw", draws)
    assert proving.run(7, plot) == status
    assert ("was not drawn: no space left" in capsys.readouterr().out) == (draws is _full_disk)


def test_what_is_missing_is_no_failure():
    assert report.table([_HELD, _MISSING]).split("\n")[-1] == (
        "1 of 2 proofs hold; not to be had on this stack: parallel.")


def test_the_table_stays_within_100_columns():
    assert max(map(len, report.table([_HELD, _FAILED, _MISSING]).split("\n"))) <= 100
