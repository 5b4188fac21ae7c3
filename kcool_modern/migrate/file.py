"""One file on its way: what rules ask, and how they say what they found."""
import ast

from . import calls
from .edits import Edit
from .helpers import HELPERS
from .kinds import Kinds
from .names import Names
from .rule import CHANGED, FACADE, FINE, LEFT, Finding
from .source import Positions

__all__ = ["File"]


class File:
    """A parsed file.

    Args:
        text: its source.
        target: `FACADE` or `KERAS3`.
        facade: the name of kcool's package in this project: ``compat``, or ``kcool`` beside a `compat` of its own.
        lookup: of the project's own modules; see `names.Names`.
        is_package: whether other modules import from it as from a package (``__init__.py``).
    """

    def __init__(self, text, target, facade="compat", lookup=None, is_package=False):
        self.text, self.target, self.facade, self.is_package = text, target, facade, is_package
        self.tree = ast.parse(text)
        self.positions = Positions(text)
        self.names = Names(self.tree, text, lookup)
        self.kinds = Kinds(self.names)
        self.findings = []
        self.gone = set()  # ids of names that are not in the new text any more
        self.rule = None
        self.again = False
        self.newline = "\r\n" if "\r\n" in text else "\n"

    @property
    def to_facade(self):
        """Whether the new code goes through the facade."""
        return self.target == FACADE

    def source(self, node):
        """The text of a node."""
        start, end = self.positions.span(node)
        return self.text[start:end]

    # --- what rules say

    def left(self, node, message, hint=""):
        """A person has to look at this place."""
        return self._found(LEFT, node, message, hint)

    def fine(self, node, message, hint=""):
        """Recognized; nothing has to be done."""
        return self._found(FINE, node, message, hint)

    def change(self, node, message, edits, needs=(), gone=(), again=False):
        """This place is rewritten.

        Args:
            node: for its position.
            message: what changed.
            edits: a list of `Edit`; all of them are made, or none.
            needs: dotted names that the new text uses, as `spell` was told.
            gone: names, nodes of `ast`, that the new text does not hold any more.
            again: whether other rules may find something in the new text.
        """
        finding = self._found(CHANGED, node, message, "", edits)
        finding.uses = [list(needs), list(gone)]
        self.again = self.again or again
        return finding

    def _found(self, status, node, message, hint, edits=()):
        line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0) + 1
        finding = Finding(self.rule.code, status, message, line, column, hint, edits)
        self.findings.append(finding)
        return finding

    # --- edits

    def replaced(self, node, text):
        """An edit that puts a text in the place of a node."""
        return Edit(*self.positions.span(node), text)

    def attribute(self, node, name):
        """An edit that gives the last part of a dotted name another name."""
        end = self.positions.span(node)[1]
        return Edit(end - len(node.attr), end, name)

    def call(self, node, steps):
        """An edit of the arguments of a call; see `calls.change_call`."""
        return Edit(*self.positions.span(node), calls.change_call(steps))

    def wrapped(self, node, change):
        """An edit whose function gets the text of a node, with the changes inside of it made."""
        return Edit(*self.positions.span(node), change)

    # --- names in the new text

    def spell(self, path):
        """How the new text says a dotted name, and what has to be imported for it.

        Args:
            path: such as ``keras.ops.sum``.

        Returns:
            ``(text, [needs])`` for `change`.
        """
        parts = path.split(".")
        for end in range(len(parts), 0, -1):
            if end > 1 or parts[0] == "keras":
                for name in self.names.module_names(".".join(parts[:end])):
                    return ".".join([name, *parts[end:]]), []
        if path.startswith("tensorflow.keras."):
            name = self._free_name(parts[-1], path)  # `keras` is taken
            return name, [(path, name)]
        bound = parts[:2] if len(parts) > 2 and not self.to_facade else parts[:max(1, 2 - self.to_facade)]
        if parts[0] == "compat":
            bound = parts[:2]
        if path.startswith("keras.optimizers.schedules."):
            bound = parts[:3]
        elif path.startswith("keras.layers.") and len(parts) == 3 and not self.to_facade:
            bound = parts
        name = self._free_name(bound[-1], ".".join(bound))
        return ".".join([name, *parts[len(bound):]]), [(".".join(bound), name)]

    def helper(self, name):
        """How the new text says a function of `helpers.HELPERS`, and what has to be put into the file for it."""
        return name, [("helper", name), *HELPERS[name][0]]

    def has_helper(self, name):
        """Whether the file has a function of `helpers.HELPERS` already."""
        return any(isinstance(node, ast.FunctionDef) and node.name == name for node in self.tree.body)

    def _free_name(self, name, path):
        if name not in self.names.used or self.names.bound_to(name) == path:
            return name
        taken = self.names.used
        return next(one for one in ("keras_" + name, "kcool_" + name, name + "_", name + "__") if one not in taken)

    # --- what things are

    def is_call_of_model(self, call, callee, own=()):
        """Whether a call is one of a model's method.

        A receiver that is known to be something else is none. Where nothing is known, a name that only Keras's models
        have, or an argument of that kind, is taken for an answer.

        Args:
            call: the node around `callee`.
            callee: the attribute that is called.
            own: more arguments by which such a call is known.
        """
        if not isinstance(call, ast.Call) or call.func is not callee or not self.names.imports:
            return False
        kind = self.kinds.of(callee.value)
        if kind is not None:
            return kind == "model"
        if isinstance(callee.value, ast.Name) and callee.value.id == "self":
            return self.kinds.is_model_class(callee)
        if not self.kinds.is_unknown(callee.value):
            return False
        return callee.attr in _OWN_METHODS or any(
            one.arg in _OWN_ARGUMENTS or one.arg in own for one in call.keywords)


_OWN_METHODS = frozenset(("fit_generator", "evaluate_generator", "predict_generator", "predict_classes",
                          "predict_proba", "train_on_batch", "test_on_batch", "load_weights", "save_weights"))
_OWN_ARGUMENTS = frozenset(("nb_epoch", "steps_per_epoch", "validation_steps", "validation_data", "validation_split"))
