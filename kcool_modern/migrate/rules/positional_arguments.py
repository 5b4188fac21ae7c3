"""K204."""
import ast

from ..facts import keras3_arguments as facts
from ..rule import KERAS3, Rule


class PositionalArguments(Rule):
    """Positional arguments whose places have changed get their names.

    Keras 3 has put `groups` before `activation` in every convolution, `seed` into recurrent layers, `lora_rank`
    elsewhere: a positional argument then lands in another parameter, often without an error.
    """

    code = "K204"
    targets = (KERAS3,)
    issues = ("keras-team/keras#18467",)
    pains = ("positional Conv2D",)
    calls = tuple(facts.POSITIONAL)
    before = "from keras.layers import Conv2D\nx = Conv2D(8, 3, 1, 'same', None, 1, 'relu')(x)\n"
    after = {"keras3": "from keras.layers import Conv2D\nx = Conv2D(8, 3, 1, 'same', None, 1, activation='relu')(x)\n"}

    def on_call(self, node, name, file):
        """Names the arguments from the first one that has moved."""
        same, parameters = facts.POSITIONAL[name]
        if len(node.args) <= same:
            return
        if any(isinstance(one, ast.Starred) for one in node.args) or len(node.args) > len(parameters):
            file.left(node, "positional arguments have changed their places", "name them: " + ", ".join(parameters))
            return

        def steps(arguments):
            for i in range(same, len(node.args)):
                arguments.name(i, parameters[i])

        moved = parameters[same:len(node.args)]
        file.change(node, "%s by name" % ", ".join(moved), [file.call(node, steps)], again=True)
