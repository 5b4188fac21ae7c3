"""What `kcool migrate` needs is tested where it is installed: `pip install "kcool[migrate]"`."""
import importlib.util
import sys

import pytest

NEEDED = ("libcst", "pathspec", "nbformat", "jinja2", "rich", "fissix")
MISSING = [name for name in NEEDED if importlib.util.find_spec(name) is None]

if MISSING or sys.version_info < (3, 9):
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture
def in_folder(tmp_path, monkeypatch):
    """An empty folder that is the working directory; a repository's root, so that nothing above it is looked at."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path
