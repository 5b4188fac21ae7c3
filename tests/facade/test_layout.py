"""One name, one place: every technique has its modules, test and page, and nobody imports what he may not.

The rules about files need the checkout (`KCOOL_CHECKOUT`, set by the matrix); the installed package is what is checked.
"""
import ast
import importlib.util
import os
import sys

import pytest

import compat
from compat.techniques import TECHNIQUES, unavailable

HERE = os.path.dirname(os.path.abspath(__file__))
CHECKOUT = os.environ.get("KCOOL_CHECKOUT") or os.path.dirname(os.path.dirname(HERE))
FRAMEWORKS = {"tensorflow", "keras", "tf_keras", "jax", "torch"}


def package_folder(name):
    return list(importlib.util.find_spec(name).submodule_search_locations)[0]


def sources(package):
    """(path, text) of every Python file of an installed package."""
    for folder, _, names in os.walk(package_folder(package)):
        for name in names:
            if name.endswith(".py"):
                path = os.path.join(folder, name)
                with open(path, encoding="utf-8") as source:
                    yield path, source.read()


def imported_at_import(text):
    """Root packages that a module imports when it is itself imported (not inside functions)."""
    found, todo = set(), list(ast.parse(text).body)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Import):
            found.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add(node.module.split(".")[0])
        elif not isinstance(node, (ast.FunctionDef, ast.Lambda)):
            todo.extend(ast.iter_child_nodes(node))
    return found


@pytest.mark.parametrize("name", list(TECHNIQUES))
def test_every_technique_has_its_places(name):
    row = TECHNIQUES[name]
    if unavailable(row, "legacy") is None:
        assert importlib.util.find_spec(row.legacy)
    assert os.path.exists(os.path.join(package_folder("kcool_modern"), name + ".py"))
    for place in ("tests/techniques/test_%s.py", "docs/techniques/%s.md"):
        assert os.path.exists(os.path.join(CHECKOUT, place % name)), place % name


@pytest.mark.parametrize("name", list(TECHNIQUES))
def test_both_sides_define_the_same_public_names(name):
    for package in ("kcool_legacy", "kcool_modern"):
        path = os.path.join(package_folder(package), name + ".py")
        if package == "kcool_modern" and sys.version_info < (3, 9):
            continue
        if package == "kcool_legacy" and unavailable(TECHNIQUES[name], "legacy"):
            assert not os.path.exists(path)
            continue
        with open(path, encoding="utf-8") as source:
            text = source.read()
        exported = [ast.literal_eval(node.value) for node in ast.parse(text).body if isinstance(node, ast.Assign)
                    and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "__all__"]
        assert exported and set(exported[0]) == set(TECHNIQUES[name].exports), path


@pytest.mark.parametrize("package", ["compat", "kcool_common"])
def test_what_is_shared_imports_no_framework(package):
    for path, text in sources(package):
        assert not imported_at_import(text) & FRAMEWORKS, path


def test_implementations_reach_the_facade_by_the_name_nobody_hides():
    # The modern side's syntax is that of Python 3.9.
    packages = ("kcool_common", "kcool_legacy") + (
        ("kcool_bridge", "kcool_modern") if sys.version_info >= (3, 9) else ())
    for package in packages:
        for path, text in sources(package):
            roots = {n.split(".")[0] for node in ast.walk(ast.parse(text)) for n in _imported(node)}
            assert "compat" not in roots, path
            # The bridge is the legacy side on a modern Python.
            sides = {"kcool_legacy", "kcool_modern"} - {"kcool_legacy" if package == "kcool_bridge" else package}
            assert not roots & sides, path


def _imported(node):
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and not node.level:
        return [node.module]
    return []


@pytest.mark.parametrize("package, expected", [
    ("compat", set(compat.__all__)), ("kcool", {name for name in compat.__all__ if name in compat._LAZY})])
def test_the_stub_lists_the_same_names(package, expected):
    path = os.path.join(os.path.dirname(package_folder("compat")), package, "__init__.pyi")
    with open(path, encoding="utf-8") as stub:
        tree = ast.parse(stub.read())
    names = set()
    for node in tree.body:
        if isinstance(node, ast.ImportFrom):
            names.update(alias.asname or alias.name for alias in node.names)
        elif isinstance(node, ast.Assign):
            names.update(target.id for target in node.targets)
        elif isinstance(node, ast.FunctionDef):
            names.add(node.name)
    assert expected <= names
