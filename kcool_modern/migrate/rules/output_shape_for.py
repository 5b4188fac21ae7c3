"""K306."""
import ast

from ..edits import Edit
from ..rule import Rule


class OutputShapeFor(Rule):
    """get_output_shape_for is compute_output_shape.

    The method of a layer has been called so since Keras 2; under its Keras 1 name nobody asks for it, and the layer
    is taken to keep the shape of its input.
    """

    code = "K306"
    issues = ("keras-team/keras#18467",)
    pains = ("keras 1 spellings",)
    classes = True
    before = "from keras.layers import Layer\n\n\nclass Mine(Layer):\n    def get_output_shape_for(self, shape):\n" \
             "        return shape\n"
    after = {"facade": "from compat.keras.layers import Layer\n\n\nclass Mine(Layer):\n"
                       "    def compute_output_shape(self, shape):\n        return shape\n",
             "keras3": "from keras.layers import Layer\n\n\nclass Mine(Layer):\n"
                       "    def compute_output_shape(self, shape):\n        return shape\n"}

    def on_class(self, node, file):
        """Renames the method of a class that is a layer."""
        if file.kinds.of_class(node) != "layer":
            return
        methods = {one.name: one for one in node.body if isinstance(one, ast.FunctionDef)}
        old = methods.get("get_output_shape_for")
        if old is None or "compute_output_shape" in methods:
            return
        start = file.text.index(old.name, file.positions.span(old)[0])
        file.change(old, "get_output_shape_for is compute_output_shape",
                    [Edit(start, start + len(old.name), "compute_output_shape")])
