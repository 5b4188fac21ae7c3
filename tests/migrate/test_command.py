"""`kcool migrate` as it is called: what it prints, what it writes, and its exit status."""
import os
import subprocess
import sys

import pytest

from compat.cli import main

OLD = u"from keras.layers import Dense\nx = Dense(output_dim=3)\n"
NEW = u"from compat.keras.layers import Dense\nx = Dense(units=3)\n"
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


@pytest.fixture
def project(in_folder):
    (in_folder / "old.py").write_text(OLD)
    (in_folder / "other.py").write_text(u"import os\n")
    return in_folder


def test_without_write_a_diff_is_shown_and_nothing_changes(project, capsys):
    assert main(["migrate", "."]) == 1
    shown = capsys.readouterr().out
    assert "--- a/old.py\n+++ b/old.py\n@@ -1,2 +1,2 @@\n-from keras.layers import Dense\n" in shown
    assert "\n+from compat.keras.layers import Dense\n+x = Dense(units=3)\n" in shown
    assert "other.py: nothing of Keras found" in shown
    assert "2 files: 1 would change, 1 with nothing of Keras found\nplaces: 2 changed, 0 left" in shown
    assert (project / "old.py").read_text() == OLD


def test_write_changes_files_and_the_second_time_nothing(project, capsys):
    assert main(["migrate", ".", "--write"]) == 1
    assert (project / "old.py").read_text() == NEW
    assert main(["migrate", ".", "--write"]) == 0
    assert "0 changed" in capsys.readouterr().out.splitlines()[-1]


def test_check_shows_names_only(project, capsys):
    assert main(["migrate", ".", "--check"]) == 1
    shown = capsys.readouterr().out
    assert "old.py: would change (2 places)" in shown and "+from" not in shown
    assert (project / "old.py").read_text() == OLD


@pytest.mark.parametrize("text, status", [
    (u"import os\n", 0), (u"import keras\n", 1), (u"from keras.layers import MultiHeadAttention\n", 2),
    (u"print 'acc'\n", 3), (u"import keras\nx = (\n", 3)])
def test_the_exit_status_says_how_it_went(in_folder, text, status):
    (in_folder / "a.py").write_text(text)
    assert main(["migrate", "a.py", "--check"]) == status


def test_no_files_are_said_so(in_folder, capsys):
    assert main(["migrate", "."]) == 0
    assert "no .py or .ipynb files below ." in capsys.readouterr().err


def test_one_bad_file_does_not_stop_the_others(project):
    (project / "bad.py").write_text(u"print 'acc'\n")
    assert main(["migrate", ".", "--write"]) == 3
    assert (project / "old.py").read_text() == NEW


@pytest.mark.parametrize("arguments, text", [
    (["--select", "K2"], u"from keras.layers import Dense\nx = Dense(units=3)\n"),
    (["--select", "K101,K102"], u"from compat.keras.layers import Dense\nx = Dense(output_dim=3)\n"),
    (["--ignore", "K1"], u"from keras.layers import Dense\nx = Dense(units=3)\n"),
    (["--ignore", "K1,K201"], OLD)])
def test_select_and_ignore(project, arguments, text):
    main(["migrate", "old.py", "--write"] + arguments)
    assert (project / "old.py").read_text() == text


@pytest.mark.parametrize("comment, text", [
    (u"  # kcool: noqa", u"from compat.keras.layers import Dense\nx = Dense(output_dim=3)  # kcool: noqa\n"),
    (u"  # kcool: noqa K2", u"from compat.keras.layers import Dense\nx = Dense(output_dim=3)  # kcool: noqa K2\n"),
    (u"  # kcool: noqa: K305, K201",
     u"from compat.keras.layers import Dense\nx = Dense(output_dim=3)  # kcool: noqa: K305, K201\n"),
    (u"  # kcool: noqa K305", u"from compat.keras.layers import Dense\nx = Dense(units=3)  # kcool: noqa K305\n"),
    (u"  # noqa", u"from compat.keras.layers import Dense\nx = Dense(units=3)  # noqa\n")])
def test_noqa(project, comment, text):
    (project / "old.py").write_text(OLD.rstrip() + comment + u"\n")
    main(["migrate", "old.py", "--write"])
    assert (project / "old.py").read_text() == text


def test_settings_of_the_project(project):
    (project / "pyproject.toml").write_text(u"[tool.kcool]\nto = 'keras3'\nselect = ['K2']\nexclude = ['other.py']\n")
    main(["migrate", ".", "--write"])
    assert (project / "old.py").read_text() == u"from keras.layers import Dense\nx = Dense(units=3)\n"
    main(["migrate", ".", "--write", "--to", "facade", "--select", "K"])
    assert (project / "old.py").read_text() == NEW


@pytest.mark.parametrize("settings, told", [
    (u"[tool.kcool]\ncolour = 1\n", "no setting 'colour'"), (u"[tool.kcool]\nselect = 'K1'\n", "is a list"),
    (u"[tool.kcool\n", "cannot be read"), (u"[tool.kcool]\nselect = ['K777']\n", "no rule K777"),
    (u"[tool.kcool]\nto = 'keras4'\n", "no target 'keras4'")])
def test_settings_that_are_wrong(project, capsys, settings, told):
    (project / "pyproject.toml").write_text(settings)
    assert main(["migrate", "."]) == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize("arguments, status, told", [
    (["no_such.py"], 3, "no file or folder"), ([], 2, "No paths"), (["-", "x.py"], 2, "- cannot be mixed")])
def test_calls_that_cannot_be_carried_out(in_folder, capsys, arguments, status, told):
    (in_folder / "x.py").write_text(u"")
    assert main(["migrate"] + arguments) == status
    assert told in capsys.readouterr().err


def test_rules_are_listed_and_explained(capsys):
    assert main(["migrate", "--list-rules"]) == 0
    assert "K101  Imports of Keras name the Keras that is meant" in capsys.readouterr().out
    assert main(["migrate", "--explain", "k201"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("# K201: ") and "noqa K201" in shown
    assert main(["migrate", "--explain", "K777"]) == 2


def test_the_report_goes_to_a_file(project, capsys):
    main(["migrate", ".", "-o", "report.txt"])
    assert capsys.readouterr().out == ""
    assert "1 would change" in (project / "report.txt").read_text()


def test_many_files_in_several_processes_in_their_order(in_folder, capsys):
    for i in range(40):
        (in_folder / ("m%02d.py" % i)).write_text(OLD)
    assert main(["migrate", ".", "--check", "-j", "3"]) == 1
    shown = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0][-6:] for line in shown[:-2]] == ["m%02d.py" % i for i in range(40)]


def run(*arguments, **options):
    return subprocess.run([sys.executable, "-m", "kcool", "migrate"] + list(arguments), stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, env=dict(os.environ, PYTHONPATH=ROOT), timeout=60, **options)


def test_standard_input_goes_to_standard_output():
    done = run("-", input=OLD.replace("\n", "\r\n").encode())
    assert done.stdout == NEW.replace("\n", "\r\n").encode() and done.returncode == 1
    assert b"1 changed" in done.stderr


def test_no_framework_is_imported_and_libcst_only_where_it_is_needed(project):
    source = ("import sys\nfrom compat.cli import main\nmain(['migrate', %r, '--check'])\n"
              "print([n for n in ('tensorflow', 'keras', 'jax', 'torch', 'libcst', 'numpy') if n in sys.modules])")
    for name, found in (("other.py", "[]"), ("old.py", "['libcst']")):
        done = subprocess.run([sys.executable, "-c", source % str(project / name)], stdout=subprocess.PIPE,
                              env=dict(os.environ, PYTHONPATH=ROOT), universal_newlines=True)
        assert done.stdout.splitlines()[-1] == found


def test_what_is_missing_is_named(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "libcst", None)
    import compat.cli.migrate as command
    monkeypatch.setattr(command.importlib.util, "find_spec", lambda name: None if name == "libcst" else object())
    assert main(["migrate", "."]) == 2
    assert 'pip install "kcool[migrate]"' in capsys.readouterr().err
