"""The project around a file: what its modules pass on of Keras, and whether it has a `compat` of its own."""
import ast
import functools
import os
import warnings

from .names import canonical, is_ours, star
from .source import Source, Unreadable

__all__ = ["facade_name", "lookup_from"]

_MARKS = (".git", "pyproject.toml", "setup.py", "setup.cfg")
_DEPTH = 5


def facade_name(path):
    """``compat``, or ``kcool`` where the project of a file has a module called `compat` itself."""
    return _facade_of(os.path.dirname(os.path.abspath(path)))


@functools.lru_cache(1024)
def _facade_of(folder):
    while True:
        for own in (os.path.join(folder, "compat.py"), os.path.join(folder, "compat", "__init__.py")):
            if os.path.isfile(own) and not os.path.isfile(os.path.join(os.path.dirname(own), "techniques.py")):
                return "kcool"
        parent = os.path.dirname(folder)
        if parent == folder or any(os.path.exists(os.path.join(folder, mark)) for mark in _MARKS):
            return "compat"
        folder = parent


def lookup_from(path):
    """A function that tells what of Keras a module of the project has under a name.

    Args:
        path: the file that imports.

    Returns:
        A function of (module, level, name): a dotted name of Keras or TensorFlow, or None. For the name ``*`` it gives
        a dict of all names.
    """
    folder = os.path.dirname(os.path.abspath(path))

    def lookup(module, level, name):
        file = _file_of(folder, module, level)
        names = _passed_on(file, _DEPTH) if file else {}
        return names if name == "*" else names.get(name)

    return lookup


@functools.lru_cache(4096)
def _file_of(folder, module, level):
    parts = module.split(".") if module else []
    if level:
        for _ in range(level - 1):
            folder = os.path.dirname(folder)
        return _existing(folder, parts)
    while parts:
        found = _existing(folder, parts)
        if found or any(os.path.exists(os.path.join(folder, mark)) for mark in _MARKS):
            return found
        parent = os.path.dirname(folder)
        if parent == folder:
            break
        folder = parent
    return None


def _existing(folder, parts):
    base = os.path.join(folder, *parts)
    for one in (base + ".py", os.path.join(base, "__init__.py")):
        if parts and os.path.isfile(one) or not parts and one.endswith("__init__.py") and os.path.isfile(one):
            return one
    return None


@functools.lru_cache(1024)
def _passed_on(path, depth):
    """What a module imports from Keras at its top level: {name: dotted name}."""
    if not depth:
        return {}
    try:
        with open(path, "rb") as file:
            data = file.read()
        if b"keras" not in data and b"tensorflow" not in data and b"import" not in data:
            return {}
        text = Source(data).text
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (OSError, SyntaxError, Unreadable, ValueError, RecursionError):
        return {}
    folder = os.path.dirname(path)

    def lookup(module, level, name):
        file = _file_of(folder, module, level)
        names = _passed_on(file, depth - 1) if file and file != path else {}
        return names if name == "*" else names.get(name)

    found, assigned = {}, set()
    for node in _top_level(tree):
        _collect(node, found, assigned, lookup)
    return {name: min(paths) for name, paths in found.items()
            if name not in assigned and all(is_ours(path) for path in paths)
            and len({canonical(path) for path in paths}) == 1}


def _top_level(tree):
    """The statements of a module, and those in its `try` and `if`."""
    pending = list(tree.body)
    while pending:
        node = pending.pop()
        yield node
        for field in ("body", "orelse", "finalbody", "handlers"):
            if isinstance(node, (ast.Try, ast.If, ast.ExceptHandler)):
                pending += getattr(node, field, ())


def _collect(node, found, assigned, lookup):
    if isinstance(node, ast.Import):
        for alias in node.names:
            path = alias.name if alias.asname else alias.name.partition(".")[0]
            found.setdefault(alias.asname or path, set()).add(path)
    elif isinstance(node, ast.ImportFrom):
        for alias in node.names:
            ours = not node.level and is_ours(node.module)
            if alias.name == "*":
                names = star(node.module) if ours else lookup(node.module or "", node.level, "*")
                for name, path in names.items():
                    found.setdefault(name, set()).add(path)
                continue
            path = node.module + "." + alias.name if ours else lookup(node.module or "", node.level, alias.name)
            found.setdefault(alias.asname or alias.name, set()).add(path or "?")
    elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        assigned.add(node.name)
    elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
        assigned.update(one.id for one in ast.walk(node) if isinstance(one, ast.Name)
                        and isinstance(one.ctx, ast.Store))
