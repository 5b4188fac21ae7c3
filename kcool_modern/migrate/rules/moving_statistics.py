"""K507."""
from ..rule import KERAS3, Rule


class MovingStatistics(Rule):
    """Moving statistics of batch normalization begin otherwise.

    Keras 2.2.4 averaged them as if they had started at zero and corrected for that; later ones (from 2.3 on) average
    plainly from the start values. Predictions differ after few steps of training, and agree after some hundred.
    """

    code = "K507"
    targets = (KERAS3,)
    pains = ("moving statistics of BatchNormalization",)
    calls = ("keras.layers.BatchNormalization",)
    before = "from keras.layers import BatchNormalization\nx = BatchNormalization()(x)\n"

    def on_call(self, node, name, file):
        """Says so once for a file."""
        if not any(one.code == self.code for one in file.findings):
            file.fine(node, "moving statistics begin otherwise than in Keras 2.2.4 (from 2.3 on they do)",
                      "nothing, unless a model is trained for a few steps only")

