"""K303."""
import ast

from ..rule import KERAS3, Rule

_PLAIN = {"CuDNNLSTM": "LSTM", "CuDNNGRU": "GRU"}


class CudnnLayers(Rule):
    """CuDNNLSTM and CuDNNGRU are LSTM and GRU.

    Those use cuDNN by themselves where their arguments allow it: `sigmoid` for the recurrent activation and, for GRU,
    `reset_after=True`. A saved file of such a layer has its biases twice; `kcool convert` knows.
    """

    code = "K303"
    targets = (KERAS3,)
    issues = ("keras-team/keras#8860", "keras-team/keras#11785", "keras-team/keras#15258", "keras-team/keras#8307")
    pains = (20,)
    calls = ("keras.layers.CuDNNLSTM", "keras.layers.CuDNNGRU")
    before = "from keras.layers import CuDNNLSTM\nx = CuDNNLSTM(8, return_sequences=True)(x)\n"
    after = {"keras3": "from keras.layers import LSTM\n"
                       "x = LSTM(8, return_sequences=True, recurrent_activation='sigmoid')(x)\n"}

    def on_call(self, node, name, file):
        """Names the plain layer, and what the fast one always did."""
        plain = _PLAIN[name.rpartition(".")[2]]
        if len(node.args) > 1:
            file.left(node, "%s has gone" % name, "%s, with every argument by its name" % plain)
            return
        text, needs = file.spell("keras.layers." + plain)
        extra = {"recurrent_activation": "'sigmoid'"}
        if plain == "GRU":
            extra["reset_after"] = "True"

        def steps(arguments):
            for one, value in extra.items():
                arguments.add(one, value)

        first = node.func
        while isinstance(first, ast.Attribute):
            first = first.value
        file.change(node, "%s is %s" % (name.rpartition(".")[2], plain),
                    [file.replaced(node.func, text), file.call(node, steps)], needs, [first])
