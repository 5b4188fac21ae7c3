"""K211."""
import ast

from ..rule import KERAS3, Rule

_OLD = ("name", "shape", "dtype", "initializer", "regularizer", "trainable", "constraint")


class AddWeight(Rule):
    """The arguments of add_weight are named.

    Keras 2 took the name first, then the shape; Keras 3 takes the shape first.
    """

    code = "K211"
    targets = (KERAS3,)
    issues = ("keras-team/keras#22253", "keras-team/keras#22265", "MITDeepLearning/introtodeeplearning#163")
    pains = (21,)
    attributes = ("add_weight",)
    before = "from keras.layers import Layer\n\n\nclass Mine(Layer):\n    def build(self, input_shape):\n" \
             "        self.w = self.add_weight('w', (3, 4), initializer='zeros')\n"
    after = {"keras3": "from keras.layers import Layer\n\n\nclass Mine(Layer):\n    def build(self, input_shape):\n"
                       "        self.w = self.add_weight(name='w', shape=(3, 4), initializer='zeros')\n"}

    def on_attribute(self, node, file):
        """Names positional arguments; a tuple in the first place was a shape in Keras 1."""
        call = node.parent
        if not isinstance(call, ast.Call) or call.func is not node or not call.args or not file.names.imports:
            return
        given = {one.arg for one in call.keywords}
        first = call.args[0]
        if "name" in given or isinstance(first, (ast.Tuple, ast.List)):
            names = ("shape", "initializer") if "name" in given else None
            if len(call.args) == 1 and "shape" not in given:
                names = ("shape",)
        else:
            names = _OLD
        if names is None or len(call.args) > len(names) or set(names[:len(call.args)]) & given or any(
                isinstance(one, ast.Starred) for one in call.args):
            file.left(call, "arguments of add_weight have changed their places", "name them: name=, shape=, ...")
            return

        def steps(arguments):
            for i in range(len(call.args)):
                arguments.name(i, names[i])

        file.change(call, "%s by name" % ", ".join(names[:len(call.args)]), [file.call(call, steps)])
