"""``kcool run`` as a runner: arguments, paths, exceptions, sources of Python 2. The hook needs a framework."""
import sys
import threading

import pytest

from compat import cli
from compat.cli import run as runner


@pytest.fixture(autouse=True)
def no_hook(monkeypatch):
    monkeypatch.setattr(runner, "install", lambda: None)
    monkeypatch.setattr(runner, "stack", lambda: None)


def script(tmp_path, text):
    path = tmp_path / "script.py"
    path.write_text(text)
    return str(path)


def test_a_script_sees_what_python_would_show_it(tmp_path, capsys):
    path = script(tmp_path, "import sys\nprint(__name__, sys.argv[1:], sys.path[0] == %r, __file__ == sys.argv[0])\n"
                  % str(tmp_path.resolve()))
    before = sys.argv, list(sys.path), sys.modules["__main__"]
    assert cli.main(["run", path, "--epochs", "3", "-m"]) == 0
    assert capsys.readouterr().out == "__main__ ['--epochs', '3', '-m'] True True\n"
    assert (sys.argv, sys.path, sys.modules["__main__"]) == before


def test_a_module(capsys):
    assert cli.main(["run", "-m", "this"]) == 0
    assert "Zen" in capsys.readouterr().out or "this" in sys.modules


def test_an_exception_shows_the_scripts_lines_only(tmp_path, capsys):
    assert cli.main(["run", script(tmp_path, "x = 1\n1 / 0\n")]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith("Traceback") and "script.py" in lines[1] and "line 2" in lines[1]
    assert lines[-1].startswith("ZeroDivisionError")


def test_an_exit_status_is_the_scripts_own(tmp_path):
    with pytest.raises(SystemExit) as stop:
        cli.main(["run", script(tmp_path, "import sys\nsys.exit(7)\n")])
    assert stop.value.code == 7


def test_a_script_that_is_not_there(capsys):
    assert cli.main(["run", "no/such.py"]) == 1
    assert "no/such.py" in capsys.readouterr().err


@pytest.mark.parametrize("line", ["print 'a'", "print x, y", "raise ValueError, 'a'", "exec 'a'", "a = 1 <> 2",
                                  "a = `1`", "a = 0777", "a = 1L",
                                  "try:\n    pass\nexcept ValueError, e:\n    pass"])
def test_python_2_is_named_with_its_line(tmp_path, capsys, line):
    assert cli.main(["run", script(tmp_path, "a = 1\n" + line + "\n")]) == 1
    told = capsys.readouterr().err
    assert "Python 2" in told and "kcool migrate" in told
    assert ("line 4" if "except" in line else "line 2") in told


def test_a_plain_mistake_stays_a_syntax_error(tmp_path, capsys):
    assert cli.main(["run", script(tmp_path, "a = = 1\n")]) == 1
    told = capsys.readouterr().err
    assert "SyntaxError" in told and "Python 2" not in told


@pytest.mark.parametrize("start", ["ThreadPoolExecutor(2).submit(work)", "Thread(target=work).start()"])
def test_work_that_a_script_leaves_is_waited_for(tmp_path, monkeypatch, start):
    monkeypatch.chdir(tmp_path)
    path = script(tmp_path, "import time\nfrom concurrent.futures import ThreadPoolExecutor\n"
                  "from threading import Thread\ndef work():\n    time.sleep(0.3)\n    import json\n"
                  "    open('done', 'w').close()\n%s\n" % start)
    assert cli.main(["run", path]) == 0
    assert (tmp_path / "done").exists()


def test_what_never_ends_by_itself_is_not_waited_for(tmp_path):
    def wait():
        end.wait()

    end = threading.Event()
    other = threading.Thread(target=wait)
    other.start()
    try:
        path = script(tmp_path, "import threading, time\nfrom concurrent.futures import ThreadPoolExecutor\n"
                      "pool = ThreadPoolExecutor(2)\nlist(pool.map(abs, range(9)))\n"
                      "threading.Thread(target=time.sleep, args=(600,), daemon=True).start()\n")
        assert cli.main(["run", path]) == 0
    finally:
        end.set()
        other.join()
