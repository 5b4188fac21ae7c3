"""K511."""
import ast

from ..masks import makes_masks
from ..rule import KERAS3, Rule


class MaskedBatchNorm(Rule):
    """Batch normalization leaves masked steps out of its statistics.

    In Keras 2.2 and 2.3 a mask passes through `BatchNormalization` and does not count; in Keras 3 training normalizes
    by the unmasked steps alone. Predictions are the same, training is not.
    """

    code = "K511"
    targets = (KERAS3,)
    pains = ("masked BatchNormalization",)
    whole = True
    before = "from keras.layers import BatchNormalization, Masking\nx = Masking()(x)\nx = BatchNormalization()(x)\n"

    def on_file(self, file):
        """Looks for a mask, and for the first such layer."""
        if not makes_masks(file):
            return
        for node in file.names.nodes:
            if isinstance(node, ast.Call) and file.names.of(node.func) == "keras.layers.BatchNormalization" \
                    and not file.noqa.covers(self.code, node):
                file.left(node, "if a mask comes here, masked steps do not count in training any more",
                          "for the old numbers override call in a subclass and hand no mask on")
                return
