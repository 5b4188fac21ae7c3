"""K210."""
import ast

from ..edits import Edit
from ..rule import KERAS3, Rule


class BatchInputShape(Rule):
    """A batch_input_shape becomes an Input before the layer.

    Keras 3 takes `input_shape` for the first layer of a Sequential model, but neither `batch_input_shape` nor
    `batch_size`, which stateful recurrent layers need.
    """

    code = "K210"
    targets = (KERAS3,)
    issues = ("musikalkemist/Deep-Learning-Audio-Application-From-Design-to-Deployment#34", "keras-team/keras#20106")
    pains = (1,)
    calls = ("keras.layers.",)
    before = "from keras.layers import Dense\nfrom keras.models import Sequential\nmodel = Sequential()\n" \
             "model.add(Dense(3, batch_input_shape=(2, 4)))\n"
    after = {"keras3": "from keras.layers import Dense\nfrom keras.layers import Input\n"
                       "from keras.models import Sequential\nmodel = Sequential()\n"
                       "model.add(Input(batch_shape=(2, 4)))\nmodel.add(Dense(3))\n"}

    def on_call(self, node, name, file):
        """Puts an Input before a layer that is added to a model, or stands in a list."""
        given = {one.arg: file.source(one.value) for one in node.keywords}
        if name in ("keras.layers.InputLayer", "keras.layers.Input"):
            return
        if "batch_input_shape" in given:
            old, shape = ("batch_input_shape",), "batch_shape=%s" % given["batch_input_shape"]
        elif {"batch_size", "input_shape"} <= set(given):
            old, shape = ("input_shape", "batch_size"), "shape=%s, batch_size=%s" % (
                given["input_shape"], given["batch_size"])
        else:
            return
        text, needs = file.spell("keras.layers.Input")
        parent = node.parent

        def steps(arguments):
            for one in old:
                arguments.remove(arguments.find(one))

        drop, message = file.call(node, steps), "%s is an Input" % " and ".join(old)
        if isinstance(parent, ast.List):
            start = file.positions.span(node)[0]
            file.change(node, message, [Edit(start, start, "%s(%s), " % (text, shape)), drop], needs)
        elif isinstance(parent, ast.Call) and isinstance(parent.func, ast.Attribute) and parent.func.attr == "add" \
                and isinstance(parent.parent, ast.Expr):
            start = file.positions.span(parent.parent)[0]
            indent = file.text[file.positions.starts[parent.parent.lineno - 1]:start]
            if indent.strip():
                file.left(node, message, "model.add(Input(batch_shape=...)) before it")
                return
            line = "%s(%s(%s))%s%s" % (file.source(parent.func), text, shape, file.newline, indent)
            file.change(node, message, [Edit(start, start, line), drop], needs)
        else:
            file.left(node, message, "make an Input(batch_shape=...) and call the layer with it")
