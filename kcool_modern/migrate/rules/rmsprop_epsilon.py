"""K508."""
import ast

from ..rule import KERAS3, Rule


class RmspropEpsilon(Rule):
    """RMSprop adds its epsilon inside of the root.

    Keras 2.2 divided by `sqrt(v) + epsilon`; TensorFlow 2.11 and Keras 3 divide by `sqrt(v + epsilon)`. Losses were
    off by 0.2 % after twelve steps of a small network.
    """

    code = "K508"
    targets = (KERAS3,)
    pains = ("RMSprop's epsilon",)
    calls = ("keras.optimizers.RMSprop", "keras.optimizers.rmsprop")
    attributes = ("compile",)
    before = "from keras.optimizers import RMSprop\noptimizer = RMSprop()\n"

    def on_call(self, node, name, file):
        """Says so once for a file."""
        self._say(node, file)

    def on_attribute(self, node, file):
        """The optimizer of compile, by its name."""
        call = node.parent
        if file.is_call_of_model(call, node, own=("optimizer", "loss", "metrics")):
            value = call.args[0] if call.args else next((o.value for o in call.keywords if o.arg == "optimizer"), None)
            if isinstance(value, ast.Constant) and str(value.value).lower() == "rmsprop":
                self._say(value, file)

    def _say(self, node, file):
        if not any(one.code == self.code for one in file.findings):
            file.fine(node, "RMSprop adds its epsilon inside of the root: numbers differ slightly",
                      "nothing, or a smaller epsilon")
