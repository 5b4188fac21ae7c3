"""K509."""
import ast

from ..rule import KERAS3, Rule


class TrainingArgument(Rule):
    """A call with training=True or False is overruled by the model.

    `Dropout(0.5)(x, training=True)` drops in every phase in Keras 2, which is how predictions are sampled (Monte
    Carlo dropout); `BatchNormalization()(x, training=False)` keeps its averages while a model is trained. A functional
    model of Keras 3 hands every layer the phase that `fit` or `predict` runs in, in the place of what it was called
    with, and says nothing. Within the `call` of a layer or model of one's own the argument counts as before.
    """

    code = "K509"
    targets = (KERAS3,)
    pains = ("training in a call",)
    whole = True
    before = "from keras.layers import Dropout\nx = Dropout(0.5)(x, training=True)\n"

    def on_file(self, file):
        """Reports calls of layers with a constant."""
        for node in file.names.nodes:
            if not isinstance(node, ast.Call) or file.kinds.of(node.func) != "layer":
                continue
            given = [one.value for one in node.keywords if one.arg == "training"]
            if not given or not isinstance(given[0], ast.Constant) or given[0].value is None:
                continue
            if getattr(node.function, "name", None) != "call" and not file.noqa.covers(self.code, node):
                file.left(node, "training=%s of this call is overruled by a functional model" % given[0].value,
                          "call the layer within a layer of your own: its call hands the argument on")
