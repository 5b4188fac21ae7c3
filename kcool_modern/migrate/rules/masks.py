"""K409."""
import ast

from ..rule import KERAS3, Rule


class Masks(Rule):
    """Masks of layers of one's own are to be tried out.

    `compute_mask` and `supports_masking` are there, but a layer with a list of inputs gets no list of masks, and
    merging layers and operators dropped masks in early releases of Keras 3.
    """

    code = "K409"
    targets = (KERAS3,)
    issues = ("keras-team/keras#19311", "keras-team/keras#18416", "keras-team/keras#19817", "keras-team/keras#21449")
    pains = (30,)
    classes = True
    before = "from keras.layers import Layer\n\n\nclass Mine(Layer):\n" \
             "    def compute_mask(self, inputs, mask=None):\n        return mask\n"

    def on_class(self, node, file):
        """Says so of a layer that computes masks."""
        if file.kinds.of_class(node) == "layer" and any(
                isinstance(one, ast.FunctionDef) and one.name == "compute_mask" for one in node.body):
            file.fine(node, "%s computes masks" % node.name, "compare a masked batch with the old stack")
