"""K205."""
import ast

from ..facts import keras3_arguments as facts
from ..rule import KERAS3, Rule


class LearningRate(Rule):
    """The learning rate of an optimizer is called learning_rate.

    `Adam(lr=...)` is an error on Keras 3; TensorFlow 2.11 ignored it. `optimizer.lr` has gone as well.
    """

    code = "K205"
    targets = (KERAS3,)
    issues = ("keras-team/tf-keras#331", "tensorflow/tensorflow#58831", "AIWintermuteAI/aXeleRate#66")
    pains = (2,)
    calls = facts.OPTIMIZERS
    attributes = ("lr",)
    before = "from keras.optimizers import Adam\noptimizer = Adam(lr=0.01, epsilon=None)\nprint(optimizer.lr)\n"
    after = {"keras3": "from keras.optimizers import Adam\noptimizer = Adam(learning_rate=0.01)\n"
                       "print(optimizer.learning_rate)\n"}

    def on_call(self, node, name, file):
        """Renames the argument; an epsilon of None is the default."""
        given = {one.arg: one.value for one in node.keywords}
        rename = "lr" in given and "learning_rate" not in given
        drop = "epsilon" in given and isinstance(given["epsilon"], ast.Constant) and given["epsilon"].value is None
        if not (rename or drop):
            return

        def steps(arguments):
            if rename:
                arguments.rename("lr", "learning_rate")
            if drop:
                arguments.remove(arguments.find("epsilon"))

        parts = ["lr is learning_rate"] * rename + ["epsilon=None is the default"] * drop
        file.change(node, ", ".join(parts), [file.call(node, steps)])

    def on_attribute(self, node, file):
        """Renames the attribute of an optimizer."""
        owner = node.value
        known = file.kinds.of(owner) == "optimizer" or isinstance(owner, ast.Attribute) and owner.attr == "optimizer"
        if known:
            file.change(node, "lr is learning_rate", [file.attribute(node, "learning_rate")])
