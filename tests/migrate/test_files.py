"""Nothing is lost: bytes, encodings, links, rights, and what somebody else writes meanwhile."""
import os
import subprocess
import sys

import pytest

from kcool_modern.migrate import job, writing
from kcool_modern.migrate.config import Options
from kcool_modern.migrate.discovery import files_below
from kcool_modern.migrate.job import CHANGED_FILE, FAILED, NOTHING, migrate_file

OLD, NEW = b"import keras\n", b"from compat import keras\n"


def migrated(path, **options):
    return migrate_file(str(path), Options(write=True, **options))


@pytest.mark.parametrize("before, after", [
    (OLD, NEW),
    (b"\xef\xbb\xbf" + OLD, b"\xef\xbb\xbf" + NEW),
    (b"import keras\r\nx = 1\r\n", b"from compat import keras\r\nx = 1\r\n"),
    (b"import keras\rx = 1\r", b"from compat import keras\rx = 1\r"),
    (b"import keras\r\nx = 1\ny = 2\r\n", b"from compat import keras\r\nx = 1\ny = 2\r\n"),
    (b"# coding: latin-1\nimport keras\nx = '\xe9'\n", b"# coding: latin-1\nfrom compat import keras\nx = '\xe9'\n"),
    ("import keras; x = '\u00e9\U0001f600'; import keras.layers\n".encode("utf-8"),
     "from compat import keras; x = '\u00e9\U0001f600'; from compat import keras\n".encode("utf-8")),
    (b"# coding: gbk\nimport keras\nx = '\xc4\xe3'\n", b"# coding: gbk\nfrom compat import keras\nx = '\xc4\xe3'\n"),
    (b"if 1:\n\timport keras\n\tx = 1\n", b"if 1:\n\tfrom compat import keras\n\tx = 1\n"),
    (b"\x0cimport keras\n\x0c\nx = 1\n", b"\x0cfrom compat import keras\n\x0c\nx = 1\n"),
    (b"import keras  \n\n\n# end", b"from compat import keras  \n\n\n# end"),
    (b"import keras\nx = '''a\r\nb'''\n", b"from compat import keras\nx = '''a\r\nb'''\n"),
])
def test_bytes_outside_of_the_edits_stay(in_folder, before, after):
    path = in_folder / "a.py"
    path.write_bytes(before)
    report = migrated(path)
    assert path.read_bytes() == after
    assert report.written and report.state == CHANGED_FILE
    assert os.listdir(str(in_folder)) in ([".git", "a.py"], ["a.py", ".git"])


@pytest.mark.parametrize("data, line", [
    (b"import keras\nx = '\xe9'\n", 2), (b"# coding: nonsense\nimport keras\n", 1), (b"import keras\n\0\n", 2),
    (b"\xef\xbb\xbf# coding: latin-1\nimport keras\n", 1), (b"import keras\nx = (\n", 2)])
def test_what_cannot_be_read_is_told_and_stays(in_folder, data, line):
    path = in_folder / "a.py"
    path.write_bytes(data)
    report = migrated(path)
    assert report.state == FAILED and report.exit_code == 3
    assert report.findings[0].code == "K902" and report.findings[0].line == line
    assert path.read_bytes() == data


def test_python_2_is_told_and_stays(in_folder):
    path = in_folder / "a.py"
    path.write_bytes(b"import keras\nprint 'acc: %s' % acc\n")
    (finding,) = migrated(path).findings
    assert finding.code == "K901" and finding.line == 2 and "--py2" in finding.hint


def test_the_mode_stays(in_folder):
    path = in_folder / "a.py"
    path.write_bytes(OLD)
    path.chmod(0o754)
    migrated(path)
    assert path.stat().st_mode & 0o777 == 0o754


def test_of_a_link_the_file_is_written(in_folder):
    (in_folder / "real.py").write_bytes(OLD)
    (in_folder / "link.py").symlink_to("real.py")
    migrated(in_folder / "link.py")
    assert (in_folder / "link.py").is_symlink() and (in_folder / "real.py").read_bytes() == NEW


def test_a_read_only_file_stays(in_folder):
    path = in_folder / "a.py"
    path.write_bytes(OLD)
    path.chmod(0o444)
    report = migrated(path)
    assert report.exit_code == 3 and report.findings[-1].code == "K903" and path.read_bytes() == OLD


def test_a_file_that_somebody_changes_meanwhile_stays(in_folder, monkeypatch):
    path = in_folder / "a.py"
    path.write_bytes(OLD)
    plain = job.migrate_bytes

    def slow(*arguments):
        path.write_bytes(b"import keras  # mine\n")
        return plain(*arguments)

    monkeypatch.setattr(job, "migrate_bytes", slow)
    report = migrated(path)
    assert report.findings[-1].code == "K903" and path.read_bytes() == b"import keras  # mine\n"
    assert sorted(os.listdir(str(in_folder))) == [".git", "a.py"]


def test_a_process_that_is_killed_leaves_the_old_file_or_the_new(in_folder):
    """At every system call on the way."""
    source = """
import os, signal, sys
from kcool_modern.migrate import writing
step, count = int(sys.argv[1]), 0
def dying(function):
    def call(*args, **kwargs):
        global count
        count += 1
        if count == step:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*args, **kwargs)
    return call
for name in ("fsync", "chmod", "replace", "stat"):
    setattr(os, name, dying(getattr(os, name)))
writing.replace("a.py", b"import keras\\n", b"from compat import keras\\n")
"""
    path, found = in_folder / "a.py", set()
    for step in range(1, 9):
        path.write_bytes(OLD)
        root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(writing.__file__))))
        subprocess.run([sys.executable, "-c", source, str(step)], env=dict(os.environ, PYTHONPATH=root))
        found.add(path.read_bytes())
    assert found == {OLD, NEW}


def names(folder, *paths, **options):
    return [os.path.relpath(one, str(folder)).replace(os.sep, "/")
            for one in files_below([str(one) for one in paths or [folder]], **options)]


def put(folder, *paths):
    for one in paths:
        (folder / one).parent.mkdir(parents=True, exist_ok=True)
        (folder / one).write_bytes(OLD)


def test_folders_leave_out_what_git_ignores_and_what_is_installed(in_folder):
    put(in_folder, "a.py", "b.ipynb", "c.txt", "sub/d.py", "sub/gen/e.py", "build/f.py", "env/lib/g.py",
        "x/site-packages/h.py", "__pycache__/i.py", "sub/keep.py", "sub/skip_j.py", ".tox/k.py", "conda/l.py")
    (in_folder / ".gitignore").write_text(u"/build/\nskip_*\n")
    (in_folder / "sub" / ".gitignore").write_text(u"gen/\n!keep.py\n")
    (in_folder / "env" / "pyvenv.cfg").write_text(u"")
    (in_folder / "conda" / "conda-meta").mkdir()
    assert names(in_folder) == ["a.py", "b.ipynb", "sub/d.py", "sub/keep.py"]
    assert names(in_folder, in_folder / "sub") == ["sub/d.py", "sub/keep.py"]
    assert names(in_folder, exclude=["sub/d*"]) == ["a.py", "b.ipynb", "sub/keep.py"]


def test_a_file_that_is_named_is_taken(in_folder):
    put(in_folder, "a.py", "script")
    (in_folder / ".gitignore").write_text(u"a.py\n")
    assert names(in_folder, in_folder / "a.py", in_folder / "script", in_folder) == ["a.py", "script"]


def test_a_folder_that_is_named_is_searched_though_git_ignores_it(in_folder):
    put(in_folder, "build/deep/a.py", "build/deep/skip.py", "b.py")
    (in_folder / ".git").mkdir(exist_ok=True)
    (in_folder / ".gitignore").write_text(u"build/\n")
    (in_folder / "build" / "deep" / ".gitignore").write_text(u"skip*\n")
    assert names(in_folder, in_folder / "build" / "deep") == ["build/deep/a.py"]
    assert names(in_folder) == ["b.py"]


def test_links_are_followed_to_files_but_not_to_folders(in_folder):
    put(in_folder, "a/b.py", "c.py")
    (in_folder / "a" / "loop").symlink_to(in_folder)
    (in_folder / "d.py").symlink_to(in_folder / "c.py")
    assert names(in_folder) == ["c.py", "a/b.py"]


def test_nothing_of_keras_is_said(in_folder):
    path = in_folder / "a.py"
    path.write_bytes(b"import numpy\n")
    assert migrated(path).state == NOTHING


def test_reexports_inside_of_the_project_are_followed(in_folder):
    put(in_folder, "pkg/__init__.py")
    (in_folder / "pkg" / "base.py").write_text(u"from keras.layers import Dense as D, Dropout\nfrom keras import *\n")
    (in_folder / "pkg" / "more.py").write_text(u"from .base import *\nDropout = None\n")
    (in_folder / "pkg" / "use.py").write_text(u"from .base import D\nfrom pkg.more import Dropout\n"
                                              u"x = D(output_dim=3)\ny = Dropout(p=0.1)\n")
    assert migrated(in_folder / "pkg" / "use.py").written
    assert (in_folder / "pkg" / "use.py").read_text() == (
        "from .base import D\nfrom pkg.more import Dropout\nx = D(units=3)\ny = Dropout(p=0.1)\n")


def test_a_compat_of_the_projects_own(in_folder):
    put(in_folder, "src/a.py")
    (in_folder / "compat.py").write_text(u"mine = True\n")
    migrated(in_folder / "src" / "a.py")
    assert (in_folder / "src" / "a.py").read_bytes() == b"from kcool import keras\n"
