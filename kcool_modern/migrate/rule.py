"""What a rule is, and what it finds."""
import inspect
from typing import Any

__all__ = ["CHANGED", "FACADE", "FINE", "Finding", "KERAS3", "LEFT", "Rule"]

FACADE, KERAS3 = "facade", "keras3"
#: What became of a finding: rewritten; left for a person; recognized, and nothing is to be done.
CHANGED, LEFT, FINE = "changed", "left", "fine"


class Finding:
    """Something of Keras or TensorFlow that a rule has seen.

    Attributes:
        code: of the rule, such as ``K201``.
        status: `CHANGED`, `LEFT` or `FINE`.
        message: one sentence about this place.
        hint: what to do, or "".
        line, column: the place, from 1.
        before, after: the lines as they are and as they become; "" where nothing changes.
    """

    __slots__ = ("after", "before", "cell", "code", "column", "edits", "hint", "line", "message", "status", "uses")

    def __init__(self, code, status, message, line, column, hint="", edits=(), uses=()):
        self.code, self.status, self.message, self.hint = code, status, message, hint
        self.line, self.column, self.edits, self.uses = line, column, list(edits), list(uses)
        self.before = self.after = ""
        self.cell = None

    def __repr__(self):
        return "%d:%d %s %s %s" % (self.line, self.column, self.code, self.status, self.message)


class Rule:
    """One kind of old code. A subclass lives in a file of its own below `rules`; its docstring is what its page says.

    The first sentence of the docstring is the title, the rest says why. What it is asked about is told by attributes:

    Attributes:
        code: ``K`` and three digits.
        targets: for which of `FACADE` and `KERAS3` it works.
        issues: where users have met it: ``owner/repository#number``, or a page.
        pains: numbers of the pain points that it serves, or names of silent changes.
        before, after: an example, checked by the tests. ``after`` is a dict by target where they differ.
        imports: whether it is asked about import statements of Keras and TensorFlow.
        names: canonical dotted names (a trailing ``.`` for all that is below); it is asked about references to them.
        calls: the same for calls of them.
        attributes: names of attributes of what is no module: ``model.fit_generator``.
        strings: whether it is asked about string constants.
        classes: whether it is asked about class definitions.
        whole: whether it is asked once about the file.
    """

    code: str = ""
    targets: tuple = (FACADE, KERAS3)
    issues: tuple = ()
    pains: tuple = ()
    before: str = ""
    after: Any = ""
    imports: bool = False
    strings: bool = False
    classes: bool = False
    whole: bool = False
    names: tuple = ()
    calls: tuple = ()
    attributes: tuple = ()

    @property
    def title(self):
        """The first sentence of the docstring."""
        return inspect.getdoc(type(self)).split("\n", 1)[0].rstrip(".")

    @property
    def why(self):
        """The rest of the docstring."""
        return inspect.getdoc(type(self)).partition("\n")[2].strip()

    @property
    def after_differs(self):
        """Whether it rewrites its own example, rather than reporting it."""
        texts = self.after.values() if isinstance(self.after, dict) else [self.after]
        return any(text and text != self.before for text in texts)

    def on_import(self, node, file):
        """Sees an import statement."""

    def on_name(self, node, name, file):
        """Sees a reference to one of `names`; not the callee of a call that `calls` has."""

    def on_call(self, node, name, file):
        """Sees a call of one of `calls`."""

    def on_attribute(self, node, file):
        """Sees an attribute that is one of `attributes`, of something that is no module of Keras or TensorFlow."""

    def on_string(self, node, file):
        """Sees a string."""

    def on_class(self, node, file):
        """Sees the definition of a class."""

    def on_file(self, file):
        """Sees the file."""
