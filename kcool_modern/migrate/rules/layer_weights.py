"""K408."""
import ast

from ..edits import Edit
from ..rule import KERAS3, Rule


class LayerWeights(Rule):
    """Layers are not handed their weights when they are made.

    `Dense(3, weights=[kernel, bias])` was allowed for every layer; Keras 3 knows it of `Embedding` alone. A function
    that sets them when the layer is built is put into the file.
    """

    code = "K408"
    targets = (KERAS3,)
    issues = ("keras-team/keras#18467",)
    pains = ("weights=",)
    calls = ("keras.layers.",)
    before = "from keras.layers import Dense\nlayer = Dense(1, weights=[w, b], name='last')\n"
    after = {"keras3": '''from keras.layers import Dense


def with_weights_of_keras2(layer, weights):
    """A layer that begins with these weights, as the argument weights of Keras 2 did it."""
    from functools import wraps

    build = layer.build

    @wraps(build)
    def build_with_weights(*args, **kwargs):
        build(*args, **kwargs)
        layer.set_weights(weights)

    layer.build = build_with_weights
    return layer


layer = with_weights_of_keras2(Dense(1, name='last'), [w, b])
'''}

    def on_call(self, node, name, file):
        """Puts a call around the layer."""
        given = next((one.value for one in node.keywords if one.arg == "weights"), None)
        if name == "keras.layers.Embedding" or given is None or not name.rpartition(".")[2][:1].isupper():
            return
        is_called = isinstance(node.parent, ast.Call) and node.parent.func is node
        if is_called or not isinstance(given, (ast.Name, ast.Attribute, ast.List, ast.Call)):
            file.left(node, "weights are not an argument of a layer any more",
                      "layer.set_weights(...) after the layer was called")
            return
        text, needs = file.helper("with_weights_of_keras2")
        start, end = file.positions.span(node)
        file.change(node, "weights are set when the layer is built", [
            Edit(start, start, text + "("), Edit(end, end, ", %s)" % file.source(given)),
            file.call(node, lambda arguments: arguments.remove(arguments.find("weights")))], needs)
