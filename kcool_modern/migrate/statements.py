"""Import statements for the new code: same names, other homes; layout and comments by LibCST."""
import ast
import re

from . import destinations
from .edits import Edit
from .facts import api
from .lazily import cst
from .names import canonical, is_ours

__all__ = ["Binding", "bindings", "rewritten"]

_FROM = re.compile(r"from(?P<space>(?:[ \t\f]|\\(?:\r\n|\r|\n))+)(?P<module>[\w.]+)")


class Binding:
    """A name that an import statement binds.

    Attributes:
        name: the name; ``*`` for a star.
        old: the dotted path as it is spelt; of ``import a.b`` it is ``a``.
        path: its canonical name.
        new: the path in the new code; None where nothing uses the name any more.
    """

    __slots__ = ("name", "new", "old", "path")

    def __init__(self, name, old, new=None):
        self.name, self.old, self.path, self.new = name, old, canonical(old), new


def bindings(node, file):
    """The bindings of an import statement, each with its new path."""
    found = []
    for alias in node.names:
        if isinstance(node, ast.ImportFrom):
            name = alias.asname or alias.name
            old = node.module + ("." + alias.name if alias.name != "*" else "")
            found.append(Binding("*" if alias.name == "*" else name, old))
        else:
            found.append(Binding(alias.asname or alias.name.partition(".")[0],
                                 alias.name if alias.asname else alias.name.partition(".")[0]))
    for one in found:
        one.new = _new(one, file)
    return found


def _new(one, file):
    loads = [] if one.name == "*" else _loads(one, file)
    rest = [node for node in loads if id(node) not in file.gone]
    if loads and not rest and not file.is_package:
        return None
    if not is_ours(one.old) or not destinations.is_known(one.path):
        return one.old
    if one.path == "keras.utils.multi_gpu_model" and "multi_gpu_utils" in file.names.used:
        # Whoever reaches into the module beside it means this very function.
        return file.facade + ".keras.utils.multi_gpu_model"
    if file.to_facade:
        return destinations.facade_path(one.path, file.facade)
    if one.path == "keras.backend" and not all(_is_keras3(node) for node in rest):
        return file.facade + ".K"
    if one.old.startswith(("compat", "kcool")) and any(_is_gone(node, file) for node in rest):
        return one.old
    new = destinations.keras3_path(one.path)
    if new is None:
        return destinations.facade_path(one.path, file.facade)
    # What leads to TensorFlow itself may stay as it is spelt.
    return one.old if one.path.startswith("tf") and not one.old.startswith(("compat", "kcool")) else new


def _loads(one, file):
    return [node for node in file.names.loads(one.name) if file.names.of(node) == one.path]


def _is_gone(node, file):
    """Whether a reference goes on to a name that Keras 3 does not have."""
    while isinstance(node.parent, ast.Attribute) and destinations.is_known(file.names.of(node.parent)):
        node = node.parent
    return destinations.keras3_path(file.names.of(node)) is None


def _is_keras3(node):
    return isinstance(node.parent, ast.Attribute) and node.parent.attr in api.keras3()["keras.backend"]


def rewritten(node, found, file):
    """The edits that give an import statement its new paths; none where it has them already."""
    if all(one.new == one.old for one in found):
        return []
    if all(one.new is None for one in found):
        return [_removed(node, file)]
    if isinstance(node, ast.ImportFrom):
        module = _common_module(node, found)
        if module is not None:
            start, end = file.positions.span(node)
            match = _FROM.match(file.text, start, end)
            if match and match["module"] == node.module:
                return [Edit(match.start("module"), match.end("module"), module)]
        lines = _from_lines(node, found, file)
    else:
        lines = _import_lines(node, found, file)
    return [Edit(*file.positions.span(node), _separator(node, file).join(dict.fromkeys(lines)))]


def _common_module(node, found):
    """The one module that all names now come from under their old names, or None."""
    modules = set()
    for alias, one in zip(node.names, found):
        if one.new is None:
            return None
        module, _, leaf = (one.new, "", "*") if one.name == "*" else one.new.rpartition(".")
        if leaf != alias.name or not module:
            return None
        modules.add(module)
    return modules.pop() if len(modules) == 1 else None


def _separator(node, file):
    start = file.positions.starts[node.lineno - 1]
    indent = file.text[start:file.positions.span(node)[0]]
    if indent.strip() or file.text[file.positions.span(node)[1]:].lstrip(" \t").startswith(";"):
        return "; "
    return ("\r\n" if "\r\n" in file.text else "\n") + indent


def _import_lines(node, found, file):
    lines = []
    for alias, one in zip(node.names, found):
        if one.new == one.old:
            lines.append("import " + alias.name + (" as " + alias.asname if alias.asname else ""))
        elif one.new is not None:
            lines.append(destinations.import_line(one.new, one.name))
    return lines


def _from_lines(node, found, file):
    statement = cst.parse_statement(file.source(node)).body[0]
    groups = {}
    for alias, one in zip(statement.names, found):
        if one.new is not None:
            module, _, leaf = one.new.rpartition(".")
            groups.setdefault(module, []).append((alias, leaf, one.name))
    lines = []
    for module, members in groups.items():
        if not module:
            lines += [destinations.import_line(leaf, name) for _, leaf, name in members]
            continue
        names = [_renamed(alias, leaf, name) for alias, leaf, name in members]
        if not statement.lpar and not isinstance(names[-1].comma, cst.MaybeSentinel):
            names[-1] = names[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
        new = statement.with_changes(module=cst.parse_expression(module), names=names, relative=())
        lines.append(cst.Module([]).code_for_node(new))
    return lines


def _renamed(alias, leaf, name):
    if alias.name.value == leaf:
        return alias
    asname = alias.asname
    if leaf == name:
        asname = None
    elif asname is None:
        asname = cst.AsName(cst.Name(name))
    return alias.with_changes(name=cst.Name(leaf), asname=asname)


def _removed(node, file):
    start, end = file.positions.span(node)
    block = next(body for field in ("body", "orelse", "finalbody")
                 for body in [getattr(node.parent, field, None)] if isinstance(body, list) and node in body)
    if len(block) == 1:
        return Edit(start, end, "pass")
    first, after = file.positions.starts[node.lineno - 1], file.text[end:]
    rest = re.match(r"[ \t\f]*(\r\n|\r|\n|$)", after)
    if file.text[first:start].strip() or not rest:
        return Edit(start, end, "pass")
    return Edit(first, end + rest.end(), "")
