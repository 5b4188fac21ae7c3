"""Which files a call is about: folders without what Git ignores, virtual environments and installed packages."""
import os

from pathspec import GitIgnoreSpec

__all__ = ["files_below"]

SUFFIXES = (".py", ".ipynb")
_NEVER = frozenset((".git", ".hg", ".svn", "__pycache__", ".tox", ".nox", ".eggs", "node_modules", "site-packages",
                    ".ipynb_checkpoints", ".mypy_cache", ".pytest_cache", ".ruff_cache"))


def files_below(paths, exclude=()):
    """The files of a call, each once, in order.

    Args:
        paths: files, which are taken whatever they are called, and folders, even if Git ignores them.
        exclude: patterns as in ``.gitignore``, relative to each folder.

    Yields:
        Paths as str. Of a link that leads to a file the link is given.
    """
    seen = set()
    for path in paths:
        for one in [path] if not os.path.isdir(path) else _walk(path, GitIgnoreSpec.from_lines(exclude)):
            real = os.path.realpath(one)
            if real not in seen:
                seen.add(real)
                yield one


def _walk(top, excluded):
    specs = _specs_above(os.path.abspath(top))
    if _ignored(specs, top, True):
        specs = []  # whoever names a folder means it
    pending = [(top, specs)]
    while pending:
        folder, specs = pending.pop()
        specs = specs + _spec_of(folder)
        folders = []
        for entry in sorted(os.scandir(folder), key=lambda one: one.name):
            is_folder = entry.is_dir(follow_symlinks=False)
            inside = os.path.relpath(entry.path, top).replace(os.sep, "/") + ("/" if is_folder else "")
            if excluded.match_file(inside) or _ignored(specs, entry.path, is_folder):
                continue
            if is_folder and not _is_foreign(entry):
                folders.append((entry.path, specs))
            elif entry.name.endswith(SUFFIXES) and entry.is_file():
                yield entry.path
        pending += reversed(folders)


def _is_foreign(entry):
    """Whether a folder is no source of the project: an environment, a cache, or what version control keeps."""
    return entry.name in _NEVER or any(
        os.path.exists(os.path.join(entry.path, one)) for one in ("pyvenv.cfg", "conda-meta"))


def _specs_above(folder):
    """The rules of the folders around, up to the root of the repository; none outside of one."""
    chain = []
    while True:
        if os.path.exists(os.path.join(folder, ".git")):
            return [spec for one in reversed(chain) for spec in _spec_of(one)]
        parent = os.path.dirname(folder)
        if parent == folder:
            return []
        chain.append(parent)
        folder = parent


def _spec_of(folder):
    try:
        with open(os.path.join(folder, ".gitignore"), encoding="utf-8", errors="replace") as lines:
            return [(os.path.abspath(folder), GitIgnoreSpec.from_lines(lines))]
    except OSError:
        return []


def _ignored(specs, path, is_folder):
    path, verdict = os.path.abspath(path), None
    for folder, spec in specs:
        found = spec.check_file(os.path.relpath(path, folder).replace(os.sep, "/") + ("/" if is_folder else ""))
        if found.include is not None:
            verdict = found.include
    return bool(verdict)
