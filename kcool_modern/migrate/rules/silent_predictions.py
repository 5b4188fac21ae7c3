"""K504."""
import ast

from ..rule import KERAS3, Rule


class SilentPredictions(Rule):
    """predict prints nothing, as before.

    Its `verbose` was 0 and is `'auto'`, which draws a progress bar for every call.
    """

    code = "K504"
    targets = (KERAS3,)
    issues = ("keras-team/keras#18467",)
    pains = ("verbose in predict",)
    attributes = ("predict",)
    before = "from keras.models import Sequential\nmodel = Sequential()\nprint(model.predict(x))\n"
    after = {"keras3": "from keras.models import Sequential\nmodel = Sequential()\n"
                       "print(model.predict(x, verbose=0))\n"}

    def on_attribute(self, node, file):
        """Says so in the call."""
        call = node.parent
        if not isinstance(call, ast.Call) or call.func is not node or file.kinds.of(node.value) != "model":
            return
        given = {one.arg for one in call.keywords}
        if "verbose" in given or None in given or len(call.args) > 2:
            return
        file.change(call, "verbose=0 was the default", [
            file.call(call, lambda arguments: arguments.add("verbose", "0"))])
