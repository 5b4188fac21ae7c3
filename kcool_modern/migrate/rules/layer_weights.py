"""K408."""
from ..rule import KERAS3, Rule


class LayerWeights(Rule):
    """Layers are not handed their weights when they are made.

    `Dense(3, weights=[kernel, bias])` was allowed for every layer; Keras 3 knows it of `Embedding` alone.
    """

    code = "K408"
    targets = (KERAS3,)
    issues = ("keras-team/keras#18467",)
    pains = ("weights=",)
    calls = ("keras.layers.",)
    before = "from keras.layers import Dense\nlayer = Dense(1, weights=[w, b])\n"

    def on_call(self, node, name, file):
        """Reports the argument."""
        if name != "keras.layers.Embedding" and any(one.arg == "weights" for one in node.keywords):
            file.left(node, "weights are not an argument of a layer any more",
                      "layer.set_weights(...) after the layer was called")
