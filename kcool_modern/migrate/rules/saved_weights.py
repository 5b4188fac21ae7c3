"""K307."""
import ast
import re

from ..rule import KERAS3, Rule

_OLD = re.compile(r"(?<!\.weights)\.(h5|hdf5)$")


class SavedWeights(Rule):
    """Files of weights end in .weights.h5, those of checkpoints in .keras.

    Keras 3 refuses other names. Where the name stands in the file, it is changed for writing and for reading; a file
    that an old run has left behind is read under its old name.
    """

    code = "K307"
    targets = (KERAS3,)
    issues = ("keras-team/keras#18709", "keras-team/keras-io#1844", "keras-team/keras-io#1568",
              "tensorflow/tensorflow#74342")
    pains = (27,)
    attributes = ("save_weights",)
    calls = ("keras.callbacks.ModelCheckpoint",)
    before = "from keras.models import Sequential\nmodel = Sequential()\nmodel.save_weights('mine.h5')\n" \
             "model.load_weights('mine.h5')\n"
    after = {"keras3": "from keras.models import Sequential\nmodel = Sequential()\n"
                       "model.save_weights('mine.weights.h5')\nmodel.load_weights('mine.weights.h5')\n"}

    def on_attribute(self, node, file):
        """Looks at the name that weights are saved under."""
        call = node.parent
        if not file.is_call_of_model(call, node):
            return
        given = {one.arg: one.value for one in call.keywords}
        path = call.args[0] if call.args else given.get("filepath")
        if path is not None:
            self._name(path, ".weights.h5", file)

    def on_call(self, node, name, file):
        """Looks at the name of a checkpoint."""
        given = {one.arg: one.value for one in node.keywords}
        path = node.args[0] if node.args else given.get("filepath")
        only = node.args[4] if len(node.args) > 4 else given.get("save_weights_only")
        if only is None or isinstance(only, ast.Constant):
            suffix = ".weights.h5" if only is not None and only.value else ".keras"
            if path is not None:
                self._name(path, suffix, file)
        else:
            file.left(node, "the ending of a checkpoint depends on what is saved", ".weights.h5 or .keras")

    def _name(self, path, suffix, file):
        constant = _last_string(path, file)
        if constant is None:
            file.left(path, "the name has to end in %s" % suffix, "look where it is made")
            return
        if constant.value.endswith(suffix):
            return
        old = _OLD.search(constant.value)
        if not old:
            file.left(path, "the name has to end in %s" % suffix, "write it so")
            return
        same = [one for one in file.names.nodes if isinstance(one, ast.Constant) and one.value == constant.value]
        edits = []
        for one in same:
            text = file.source(one)
            body = re.fullmatch(r"""(?s)([rRuU]?)(['"])(.*)\.(h5|hdf5)(['"])""", text)
            if body is None or not hasattr(one, "lineno"):
                file.left(path, "the name has to end in %s" % suffix, "write it so")
                return
            edits.append(file.replaced(one, body[1] + body[2] + body[3] + suffix + body[5]))
        if not any(one.message.startswith("%r ends" % constant.value) for one in file.findings):
            file.change(path, "%r ends in %s" % (constant.value, suffix), edits)


def _last_string(node, file):
    """The string at the end of a path, as far as it is told here."""
    if isinstance(node, ast.Constant):
        return node if isinstance(node.value, str) else None
    if isinstance(node, ast.BinOp):
        return _last_string(node.right if isinstance(node.op, ast.Add) else node.left, file)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr == "format":
            return _last_string(node.func.value, file)
        if node.func.attr == "join" and node.args:
            return _last_string(node.args[-1], file)
        return None
    if isinstance(node, ast.Name):
        values = file.kinds.values(node)
        return _last_string(values[0], file) if len(values) == 1 and values[0] is not None else None
    return None
