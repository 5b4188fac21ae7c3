"""K405."""
import ast

from ..rule import KERAS3, Rule

_OLD = ("get_updates", "get_gradients")


class OwnOptimizers(Rule):
    """An optimizer of one's own is written against get_updates.

    Keras 3 never calls it: `fit` raises a bare NotImplementedError. An optimizer there has `build`, which makes its
    variables, and `update_step(gradient, variable, learning_rate)`. What changes gradients or rates of any optimizer
    is in kcool: `TransformGradients`, `LRMultiplier`, `AccumOptimizer`.
    """

    code = "K405"
    targets = (KERAS3,)
    issues = ("keras-team/keras#16983", "amaiya/ktrain#525", "mrosol/Nonlincausality#11",
              "AlexanderKroll/KM_prediction#6", "tensorflow/tensorflow#44670")
    pains = (22, 23)
    classes = True
    before = "from keras.optimizers import Optimizer\n\n\nclass Mine(Optimizer):\n    def get_updates(self, loss, " \
             "params):\n        return self.updates\n"

    def on_class(self, node, file):
        """Reports a class that derives from an optimizer and has one of the old methods."""
        if file.kinds.of_class(node) != "optimizer":
            return
        old = [one.name for one in node.body if isinstance(one, ast.FunctionDef) and one.name in _OLD]
        if old:
            file.left(node, "%s is not called by Keras 3" % old[0],
                      "build and update_step; or compat.TransformGradients, LRMultiplier, AccumOptimizer")
