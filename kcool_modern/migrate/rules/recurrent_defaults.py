"""K502."""
import ast

from ..rule import KERAS3, Rule

_LAYERS = {"LSTM": 2, "LSTMCell": 2, "GRU": 2, "GRUCell": 2, "ConvLSTM2D": 7}
HELPER = "hard_sigmoid_of_keras2"


class RecurrentDefaults(Rule):
    """Recurrent layers keep the gates that they had.

    Without being told, LSTM, GRU and ConvLSTM2D of Keras 2 used `hard_sigmoid` for their gates; those of Keras 3 use
    `sigmoid`. Besides, Keras 3's `hard_sigmoid` is another function: `relu6(x + 3) / 6` instead of `0.2 x + 0.5`. GRU
    has changed from `reset_after=False` to True. Outputs are off by 4 to 20 percent, without a word. The old function
    is put into the file.
    """

    code = "K502"
    targets = (KERAS3,)
    issues = ("keras-team/keras#19477", "tensorflow/tensorflow#65381", "minimaxir/textgenrnn#153")
    pains = (3, "hard_sigmoid defaults")
    calls = ("keras.layers.",)
    names = ("keras.activations.hard_sigmoid",)
    before = "from keras.layers import GRU\nx = GRU(8)(x)\n"
    after = {"keras3": '''from keras.layers import GRU
from keras.saving import register_keras_serializable


@register_keras_serializable("keras2")
def hard_sigmoid_of_keras2(x):
    """The hard_sigmoid of Keras 2; that of Keras 3 has another slope."""
    from keras import ops

    return ops.clip(0.2 * x + 0.5, 0.0, 1.0)


x = GRU(8, recurrent_activation=hard_sigmoid_of_keras2, reset_after=False)(x)
'''}

    def on_call(self, node, name, file):
        """Writes the old defaults out."""
        leaf = name.rpartition(".")[2]
        given = {one.arg: one.value for one in node.keywords}
        for one in node.keywords:
            if isinstance(one.value, ast.Constant) and one.value.value == "hard_sigmoid" and (
                    one.arg in ("activation", "recurrent_activation")):
                text, needs = file.helper(HELPER)
                file.change(one.value, "'hard_sigmoid' is another function in Keras 3",
                            [file.replaced(one.value, text)], needs)
        if leaf not in _LAYERS or None in given or any(isinstance(one, ast.Starred) for one in node.args):
            return
        missing, needs = {}, []
        if "recurrent_activation" not in given and len(node.args) <= _LAYERS[leaf] and "inner_activation" not in given:
            missing["recurrent_activation"], needs = file.helper(HELPER)
        if leaf.startswith("GRU") and "reset_after" not in given:
            missing["reset_after"] = "False"
        if not missing:
            return

        def steps(arguments):
            for new, value in missing.items():
                arguments.add(new, value)

        file.change(node, "the old defaults are written out: %s" % ", ".join(
            "%s=%s" % pair for pair in missing.items()), [file.call(node, steps)], needs)

    def on_name(self, node, name, file):
        """The function itself."""
        text, needs = file.helper(HELPER)
        first = node
        while isinstance(first, ast.Attribute):
            first = first.value
        file.change(node, "hard_sigmoid is another function in Keras 3", [file.replaced(node, text)], needs, [first])
