"""K604."""
from ..rule import KERAS3, Rule

_AT_HOME = ("keras.layers.Lambda",)


class TensorflowOnSymbols(Rule):
    """An operation of TensorFlow is applied to a tensor of Keras.

    "A KerasTensor cannot be used as input to a TensorFlow function": while a model is built, its tensors can be
    handed to layers and to `keras.ops` only. Inside of `call` and of a Lambda layer TensorFlow's own operations work.
    """

    code = "K604"
    targets = (KERAS3,)
    issues = ("XuexiongLuoMQ/ComGA#5", "DataCanvasIO/DeepTables#93", "PINTO0309/onnx2tf#541")
    pains = (5,)
    calls = ("tf.",)
    before = "import tensorflow as tf\nfrom keras.layers import Input\nx = Input((3,))\ny = tf.reduce_sum(x)\n"

    def on_call(self, node, name, file):
        """Reports a call outside of functions with a tensor of Keras among its arguments."""
        if any(file.kinds.of(one) == "tensor" for one in node.args) and node.function is None:
            file.left(node, "%s gets a tensor of Keras" % name, "keras.ops, or a Lambda layer around it")
