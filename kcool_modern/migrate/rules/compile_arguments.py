"""K208."""
import ast

from ..rule import KERAS3, Rule

_OLD = ("optimizer", "loss", "metrics", "loss_weights", "sample_weight_mode", "weighted_metrics", "target_tensors")


class CompileArguments(Rule):
    """The third argument of compile is named.

    It was `metrics` in Keras 2.2 and is `loss_weights` in Keras 3, which takes a list of metrics without a word.
    """

    code = "K208"
    targets = (KERAS3,)
    issues = ("keras-team/keras#18467",)
    pains = ("positional compile", 26)
    attributes = ("compile",)
    before = "from keras.models import Sequential\nmodel = Sequential()\nmodel.compile('sgd', 'mse', ['mae'])\n"
    after = {"keras3": "from keras.models import Sequential\nmodel = Sequential()\n"
                       "model.compile('sgd', 'mse', metrics=['mae'])\n"}

    def on_attribute(self, node, file):
        """Names the arguments from the third one; says what is not there any more."""
        call = node.parent
        if not file.is_call_of_model(call, node, own=("optimizer", "loss", "metrics")):
            return
        given = {one.arg: one.value for one in call.keywords}
        for one, hint in (("sample_weight_mode", "hand over sample weights of the shape of the outputs' time steps"),
                          ("target_tensors", "hand targets to fit, or override compute_loss")):
            if one in given and not (isinstance(given[one], ast.Constant) and given[one].value is None):
                file.left(call, "%s has gone" % one, hint)
        if len(call.args) <= 2 or any(isinstance(one, ast.Starred) for one in call.args) or len(call.args) > len(_OLD):
            return

        def steps(arguments):
            for i in range(2, len(call.args)):
                arguments.name(i, _OLD[i])

        file.change(call, "%s by name" % ", ".join(_OLD[2:len(call.args)]), [file.call(call, steps)])
