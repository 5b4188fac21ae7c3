"""K310."""
import ast

from ..edits import Edit
from ..rule import KERAS3, Rule


class ResetStates(Rule):
    """reset_states of a model is asked of its layers.

    Models of Keras 3 do not have the method; recurrent layers still do. A function that asks them is put into the file.
    """

    code = "K310"
    targets = (KERAS3,)
    issues = ("keras-team/keras#18467",)
    pains = ("reset_states",)
    attributes = ("reset_states",)
    before = "from keras.models import Sequential\nmodel = Sequential()\nmodel.reset_states()\n"
    after = {"keras3": '''from keras.models import Sequential


def reset_states_of_keras2(model):
    """The reset_states that models of Keras 2 had: every layer that keeps a state begins anew."""
    for layer in model.layers:
        if getattr(layer, "layers", None) is not None:
            reset_states_of_keras2(layer)
        elif getattr(layer, "stateful", False):
            layer.reset_state()


model = Sequential()
reset_states_of_keras2(model)
'''}

    def on_attribute(self, node, file):
        """Rewrites the call of a model."""
        call = node.parent
        if file.kinds.of(node.value) != "model" or not isinstance(call, ast.Call) or call.func is not node or call.args:
            return
        text, needs = file.helper("reset_states_of_keras2")
        start, end = file.positions.span(call)
        file.change(call, "reset_states is asked of the layers", [
            Edit(start, start, text + "("), Edit(file.positions.span(node.value)[1], end, ")")], needs)
