"""K503."""
import ast
import re

from ..rule import KERAS3, Rule

_OLD = re.compile(r"(?<![A-Za-z])(val_)?acc(?![A-Za-z])")


class AccuracyNames(Rule):
    """The accuracy keeps the name that logs know it by.

    `metrics=['accuracy']` was logged as `acc` and `val_acc`. Keras 3 logs it under the name that it was asked for: a
    callback that monitors `val_acc` then does nothing but warn, so that no checkpoint is saved, and `history['acc']`
    is a KeyError. Where a file speaks of `acc`, the metric is asked for by that name.
    """

    code = "K503"
    targets = (KERAS3,)
    issues = ("tensorflow/tensorflow#32239", "jessieren/DeepVirFinder#12", "keras-team/keras#6104")
    pains = (11, "val_acc")
    whole = True
    before = "from keras.models import Sequential\nmodel = Sequential()\nmodel.compile('sgd', metrics=['accuracy'])\n" \
             "history = model.fit(x, y)\nprint(history.history['acc'])\n"
    after = {"keras3": "from keras.models import Sequential\nmodel = Sequential()\n"
                       "model.compile('sgd', metrics=['acc'])\nhistory = model.fit(x, y)\n"
                       "print(history.history['acc'])\n"}

    def on_file(self, file):
        """Looks for the old names, then for the metrics."""
        if not file.names.imports:
            return
        strings = [node for node in file.names.nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
        metrics = [one for one in self._metrics(file) if one.value in ("accuracy", "acc")]
        old = [one for one in strings if one not in metrics and len(one.value) < 200 and _OLD.search(one.value)
               and not isinstance(one.parent, ast.Expr) and _is_name(one)]
        if not old:
            return
        asked = [one for one in metrics if one.value == "accuracy"]
        for one in asked:
            text = file.source(one)
            if text[1:-1] == "accuracy" and not file.noqa.covers(self.code, one):
                file.change(one, "logged as acc, as before", [file.replaced(one, text[0] + "acc" + text[-1])])
        if not metrics:
            file.left(old[0], "accuracies are logged under the names that they are asked for, such as accuracy",
                      "ask for metrics=['acc'], or write accuracy and val_accuracy here")

    @staticmethod
    def _metrics(file):
        for node in file.names.nodes:
            if isinstance(node, ast.Attribute) and node.attr == "compile" and file.is_call_of_model(
                    node.parent, node, own=("optimizer", "loss", "metrics")):
                call = node.parent
                values = [one.value for one in call.keywords if one.arg in ("metrics", "weighted_metrics")]
                for value in values + call.args[2:3]:
                    yield from (one for one in ast.walk(value) if isinstance(one, ast.Constant))


def _is_name(node):
    """Whether a string is used as a name of a log: alone, as a key, or in a pattern of a file's name."""
    return bool(re.fullmatch(r"(val_)?acc", node.value)) or bool(re.search(r"\{(val_)?acc\b", node.value)) or bool(
        re.fullmatch(r"(val_)?\w+_acc", node.value))
