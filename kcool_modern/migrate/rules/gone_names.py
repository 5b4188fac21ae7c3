"""K402."""
import ast

from .. import destinations
from ..facts import moved
from ..names import is_ours
from ..rule import KERAS3, Rule
from ..statements import bindings


class GoneNames(Rule):
    """A name of Keras 2.2 is not in Keras 3.

    Nothing there has the same meaning. The name is imported from `compat.keras`, whose layers and models are not to
    be mixed with plain ones of Keras 3 in one model: what belongs together comes from one side.
    """

    code = "K402"
    targets = (KERAS3,)
    issues = ("keras-team/keras#14440", "minimaxir/textgenrnn#258", "smousavi05/EQTransformer#33",
              "a-coles/deep-rhyme-detection#25", "keras-team/keras#19747", "keras-team/keras#20399",
              "keras-team/keras#20599")
    pains = (6, 16, 32)
    imports = True
    names = ("keras.",)
    before = "from keras.wrappers.scikit_learn import KerasClassifier\n"
    after = {"keras3": "from compat.keras.wrappers.scikit_learn import KerasClassifier\n"}

    def on_import(self, node, file):
        """Reports names that an import statement gets from the facade."""
        for one in bindings(node, file):
            if one.new is not None and is_ours(one.old) and _is_gone(one.path):
                self._say(node, one.path, file)

    def on_name(self, node, name, file):
        """Reports dotted names."""
        while isinstance(node, ast.Attribute) and not destinations.is_known(file.names.of(node)):
            node = node.value
        if isinstance(node, ast.Attribute) and _is_gone(file.names.of(node)):
            path = file.names.of(node)
            if file.names.path(node).startswith(("compat.", "kcool.")):
                self._say(node, path, file)
                return
            text, needs = file.spell("compat." + path if path != "keras.utils.multi_gpu_model"
                                     else "compat.multi_gpu_model")
            first = node
            while isinstance(first, ast.Attribute):
                first = first.value
            file.change(node, "%s comes from compat" % path, [file.replaced(node, text)], needs, [first])
            self._say(node, path, file)

    def _say(self, node, path, file):
        file.left(node, "%s is not in Keras 3; it comes from compat" % path,
                  _hint(path) or "look for it among the layers and functions of Keras 3")


def _is_gone(path):
    return not path.startswith("keras.backend") and destinations.keras3_path(path) is None


def _hint(path):
    while path and path not in moved.GONE:
        path = path.rpartition(".")[0]
    return moved.GONE.get(path)
