"""What the rules about import statements share: which of them a statement belongs to, and the rewriting."""
from typing import Any

from .names import keras_spelling
from .rule import Rule
from .statements import bindings, rewritten

__all__ = ["ImportRule", "is_private", "is_tensorflow"]


class ImportRule(Rule):
    """A rule that gives import statements their new paths.

    A statement belongs to one rule only: private paths come before TensorFlow's Keras, that before everything else.
    """

    imports = True
    issues: tuple = ()
    pains: tuple = ()
    after: Any = ""

    def owns(self, found):
        """Whether a statement with these bindings is this rule's."""
        raise NotImplementedError

    def on_import(self, node, file):
        """Rewrites a statement."""
        found = bindings(node, file)
        if not self.owns(found):
            return
        edits = rewritten(node, found, file)
        if not edits:
            return
        gone = [one.name for one in found if one.new is None]
        new = sorted({_module_of(one) for one in found if one.new not in (None, one.old)})
        parts = ["from %s" % ", ".join(new)] if new else []
        parts += ["%s is not used any more" % ", ".join(gone)] if gone else []
        file.change(node, "import " + "; ".join(parts), edits)


def _module_of(one):
    return one.new.rpartition(".")[0] or one.new


def is_private(found):
    """Whether a path of Keras that was never public is among bindings."""
    return any(keras_spelling(one.old) not in (None, one.path) for one in found)


def is_tensorflow(found):
    """Whether a binding comes from TensorFlow, be it its Keras or not."""
    return any(one.old.startswith(("tensorflow", "tf_keras", "compat.tf", "kcool.tf")) for one in found)
