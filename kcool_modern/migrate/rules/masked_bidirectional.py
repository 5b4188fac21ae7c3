"""K510."""
import ast

from ..masks import makes_masks
from ..rule import KERAS3, Rule


class MaskedBidirectional(Rule):
    """Masked steps of a Bidirectional layer are zeros.

    In Keras 2.2 and 2.3 the sequence that a `Bidirectional` layer returns repeats the output before at masked steps,
    as that of an `LSTM` does; in tf.keras and Keras 3 it is zero there (an `LSTM` by itself still repeats). Whatever
    reads those steps without the mask gets other numbers: a pooling, a convolution, an attention.
    """

    code = "K510"
    targets = (KERAS3,)
    pains = ("masked Bidirectional",)
    whole = True
    before = "from keras.layers import Bidirectional, Embedding, SimpleRNN\nx = Embedding(9, 4, mask_zero=True)(x)\n" \
             "x = Bidirectional(SimpleRNN(3, return_sequences=True))(x)\n"

    def on_file(self, file):
        """Looks for a mask, and for such a layer that returns sequences."""
        if not makes_masks(file):
            return
        for node in file.names.nodes:
            if isinstance(node, ast.Call) and file.names.of(node.func) == "keras.layers.Bidirectional" and any(
                    isinstance(one, ast.keyword) and one.arg == "return_sequences" for one in ast.walk(node)) \
                    and not file.noqa.covers(self.code, node):
                file.left(node, "masked steps of the returned sequence are zeros now",
                          "set zero_output_for_mask = False on its forward_layer and its backward_layer")
