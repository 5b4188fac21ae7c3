"""Takes what ``kcool run`` installs into the processes that `multiprocessing` starts afresh.

A forked process has it already. One that is spawned first unpickles what it has to prepare, and only then runs the main
module again: an object among these things, whose unpickling installs the hook, comes in time.
"""
import os
import sys
from multiprocessing import spawn

from kcool.stack import stack

__all__ = ["install", "uninstall"]

_HOME = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_CODE = """import sys
sys.path[:] = {path!r}
import kcool
kcool.use({stack!r})
kcool.install()
"""
_plain = None
_preloaded = None


class _Hook:
    """Pickles as the installation of the hook."""

    def __init__(self, path):
        self._path = path

    def __reduce__(self):
        return exec, (_CODE.format(path=self._path, stack=stack().name),)


def install():
    """Adds the hook to what new processes prepare."""
    global _plain, _preloaded
    _plain = spawn.get_preparation_data
    spawn.get_preparation_data = _preparation
    _preloaded = _keep_server_bare()


def uninstall():
    """Takes it out again."""
    global _plain, _preloaded
    if spawn.get_preparation_data is _preparation:
        spawn.get_preparation_data = _plain
    if _preloaded is not None:
        _preloaded()
    _plain = _preloaded = None


def _preparation(name):
    data = _plain(name)
    path = list(data.get("sys_path") or sys.path)
    if _HOME not in path:
        path.append(_HOME)
    return dict({"kcool": _Hook(path)}, **data)


def _keep_server_bare():
    # The fork server would run the main module before the hook is there; without that its children run it themselves.
    try:
        from multiprocessing import forkserver
    except ImportError:
        return None
    server = forkserver._forkserver
    before = getattr(server, "_preload_modules", None)
    if before != ["__main__"]:
        return None
    server._preload_modules = []

    def restore():
        if server._preload_modules == []:
            server._preload_modules = before

    return restore
