"""Text in, text and findings out: the rules are asked about one file, and what they want is done."""
import ast
import functools
import re
import warnings

from . import destinations
from .edits import Edit, applied
from .file import File
from .helpers import HELPERS
from .noqa import Noqa
from .rule import CHANGED, LEFT, Finding
from .rules import rules_for

__all__ = ["Outcome", "migrate_text"]

_MENTIONS = re.compile(r"keras|tensorflow|\bcompat\b|\bkcool\b")
_PASSES = 6


class Outcome:
    """What became of one text.

    Attributes:
        text: the new text.
        findings: a list of `rule.Finding`.
        seen: whether something of Keras or TensorFlow was found at all.
    """

    def __init__(self, text, findings=(), seen=False):
        self.text, self.findings, self.seen = text, list(findings), seen


def migrate_text(text, target, chosen=lambda code: True, facade="compat", lookup=None, is_package=False):
    """Rewrites one text of Python.

    Args:
        text: the source, without a byte order mark.
        target: ``facade`` or ``keras3``.
        chosen: called with a code: whether its rule may work.
        facade: ``compat`` or ``kcool``.
        lookup, is_package: see `file.File`.

    Returns:
        An `Outcome`. Its text parses, and a second call with it changes nothing.

    Raises:
        SyntaxError: the text is no Python 3.
    """
    if not _MENTIONS.search(text):
        tree = _parsed(text)
        if lookup is None or not any(_passes_on(node, lookup) for node in ast.walk(tree)):
            return Outcome(text)
    findings, seen, start = [], False, text
    for number in range(_PASSES):
        # Of a later round only what it changes is new; the rest was said in the first.
        file = _asked(text, target, chosen, facade, lookup, is_package)
        seen = seen or bool(file.names.imports) or bool(file.findings)
        new, made = _carried_out(file)
        findings += [one for one in file.findings if one.status != CHANGED] if not number else []
        findings += made
        if new == text:
            break
        done = not file.again and len(made) == sum(one.status == CHANGED for one in file.findings)
        if not _parses(new):
            return Outcome(start, [_gave_up(one) if one.status == CHANGED else one for one in findings], True)
        text = new
        if done:
            break
    for one in findings:
        one.edits = one.uses = ()  # done with; functions cannot be handed to another process
    findings.sort(key=lambda one: (one.line, one.column, one.code))
    return Outcome(text, findings, seen)


def _parsed(text):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of escapes that old code has in its strings
        return ast.parse(text)


def _passes_on(node, lookup):
    """Whether an import statement gets something of Keras from a module of the project."""
    return isinstance(node, ast.ImportFrom) and any(
        lookup(node.module or "", node.level, alias.name) for alias in node.names)


def _parses(text):
    try:
        _parsed(text)
    except (SyntaxError, ValueError):
        return False
    return True


def _gave_up(finding):
    return Finding(finding.code, LEFT, "%s: not done, because the result would be no Python" % finding.message,
                   finding.line, finding.column, "rewrite this place by hand, and report it to kcool")


# --- asking ----------------------------------------------------------------------------------------------------------

class _Index:
    """Which rules are asked about what."""

    def __init__(self, rules):
        self.rules = rules
        self.strings = [rule for rule in rules if rule.strings]
        self.classes = [rule for rule in rules if rule.classes]
        self.imports = [rule for rule in rules if rule.imports]
        self.whole = [rule for rule in rules if rule.whole]
        self.attributes = {}
        for rule in rules:
            for name in rule.attributes:
                self.attributes.setdefault(name, []).append(rule)
        # Caches of their own, so that they go with the object.
        self.of_call, self.of_name = functools.lru_cache(4096)(self._of_call), functools.lru_cache(4096)(self._of_name)
        self.calls, self.names = ([(rule, *_split(getattr(rule, kind))) for rule in rules if getattr(rule, kind)]
                                  for kind in ("calls", "names"))

    def _of_call(self, name):
        """The rules that are asked about calls of a name."""
        return _matching(self.calls, name)

    def _of_name(self, name):
        """The rules that are asked about references to a name."""
        return _matching(self.names, name)


def _split(names):
    return frozenset(one for one in names if not one.endswith(".")), tuple(one for one in names if one.endswith("."))


def _matching(rows, name):
    return [rule for rule, exact, prefixes in rows if name in exact or (name + ".").startswith(prefixes or "\0")]


@functools.lru_cache(None)
def _index(target):
    return _Index(rules_for(target))


def _asked(text, target, chosen, facade, lookup, is_package):
    """The file with the findings of all rules but those about imports, which want to know what is left."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        file = File(text, target, facade, lookup, is_package)
    file.index, file.noqa, file.chosen = _index(target), Noqa(text), chosen
    index = file.index

    def ask(rule, method, *arguments):
        if chosen(rule.code) and not file.noqa.covers(rule.code, arguments[0]):
            file.rule = rule
            getattr(rule, method)(*arguments, file)

    for node in file.names.nodes:
        if isinstance(node, ast.Call):
            name = file.names.of(node.func)
            for rule in index.of_call(name) if name else ():
                ask(rule, "on_call", node, name)
        elif isinstance(node, (ast.Attribute, ast.Name)):
            _ask_about_reference(file, index, node, ask)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            for rule in index.strings:
                ask(rule, "on_string", node)
        elif isinstance(node, ast.ClassDef):
            for rule in index.classes:
                ask(rule, "on_class", node)
    for rule in index.whole:
        if chosen(rule.code):
            file.rule = rule
            rule.on_file(file)
    return file


def _ask_about_reference(file, index, node, ask):
    name = file.names.of(node)
    if name is None:
        if isinstance(node, ast.Attribute):
            for rule in index.attributes.get(node.attr, ()):
                ask(rule, "on_attribute", node)
        return
    if isinstance(node.parent, ast.Attribute) and file.names.of(node.parent):
        return  # a longer name begins here
    is_callee = isinstance(node.parent, ast.Call) and node.parent.func is node
    for rule in index.of_name(name):
        if not (is_callee and rule in index.of_call(name)):
            ask(rule, "on_name", node, name)


# --- doing -----------------------------------------------------------------------------------------------------------

def _carried_out(file):
    """The new text, and the findings that were carried out."""
    changes = [one for one in file.findings if one.status == CHANGED]
    made = applied_groups(file.text, changes)
    file.gone = {id(name) for one in made for name in one.uses[1]}
    known = len(file.findings)
    for node in file.names.imports:
        for rule in file.index.imports:
            if file.chosen(rule.code) and not file.noqa.covers(rule.code, node):
                file.rule = rule
                rule.on_import(node, file)
    changes = made + [one for one in file.findings[known:] if one.status == CHANGED]
    made = applied_groups(file.text, changes)
    groups = [one.edits for one in made]
    more = [[edit] for edit in (_new_imports(file, made), _new_helpers(file, made)) if edit]
    # First: where a rule puts something before a statement, imports and functions come before that.
    return applied(file.text, more + groups)[0], made


def applied_groups(text, findings):
    """Those of the findings whose edits fit together."""
    taken = []
    for finding, good in zip(findings, applied(text, [one.edits for one in findings], dry=True)[1]):
        if good:
            taken.append(finding)
    return taken


def _new_imports(file, made):
    """An edit that imports what the new text uses, or None."""
    needs = sorted({need for one in made for need in one.uses[0]})
    lines = []
    for path, name in needs:
        if path == "helper" or file.names.bound_to(name) == path:
            continue
        where = destinations.facade_path(path, file.facade) if file.to_facade or path.startswith("compat.") else path
        lines.append(destinations.import_line(where, name))
    if not lines:
        return None
    place = _place_for_imports(file)
    block = file.newline.join(lines) + file.newline
    if place and file.text[place - 1] not in "\r\n":
        block = file.newline + block[:-len(file.newline)]
    return Edit(place, place, block)


def _new_helpers(file, made):
    """An edit that puts functions into the file, behind the imports at its beginning; or None."""
    names = sorted({name for one in made for path, name in one.uses[0] if path == "helper"})
    names = [name for name in names if not any(
        isinstance(node, ast.FunctionDef) and node.name == name for node in file.tree.body)]
    if not names:
        return None
    last = None
    for node in file.tree.body:
        if not isinstance(node, (ast.Import, ast.ImportFrom, ast.Try)) and not (
                isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            break
        last = node
    starts = file.positions.starts
    number = last.end_lineno if last is not None else 0
    at_end = number >= len(starts)
    place = len(file.text) if at_end else starts[number]
    block = "".join("\n\n" + HELPERS[name][1] for name in names)
    if place < len(file.text):
        blank = [not file.positions.line(number + 1 + i).strip() for i in range(2) if number + i < len(starts)]
        block += "\n" * (2 - (blank.index(False) if False in blank else 2))
    if place and file.text[place - 1] not in "\r\n":
        block = "\n" + block
    return Edit(place, place, block.replace("\n", file.newline))


def _place_for_imports(file):
    """The beginning of the line after the first import of Keras, or after the docstring and `__future__`."""
    last = None
    for node in file.names.imports:
        top = node
        while top.parent is not file.tree:
            top = top.parent
        if isinstance(top, (ast.Import, ast.ImportFrom, ast.Try, ast.If)):
            last = top
            break
    if last is None:
        for node in file.tree.body:
            if isinstance(node, ast.ImportFrom) and node.module == "__future__" or (
                    isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and node is file.tree.body[0]):
                last = node
    starts = file.positions.starts
    if last is None:
        number = 0
        while number < len(starts) and file.positions.line(number + 1).startswith("#"):
            number += 1
        return starts[number] if number < len(starts) else len(file.text)
    return starts[last.end_lineno] if last.end_lineno < len(starts) else len(file.text)
