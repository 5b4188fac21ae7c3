"""K212."""
import ast

from ..rule import KERAS3, Rule

_LOSSES = {"kullback_leibler_divergence": "kl_divergence", "logcosh": "log_cosh"}
_CONSTRAINTS = {"maxnorm": "max_norm", "nonneg": "non_neg", "unitnorm": "unit_norm"}
_NEGATED = ("cosine_proximity", "cosine")


class NamesInStrings(Rule):
    """Losses and constraints that are named by strings have their new names.

    `loss='kullback_leibler_divergence'` and `kernel_constraint='maxnorm'` are unknown to Keras 3. `cosine_proximity`
    has a successor with the same sign, `cosine_similarity`, whose name alone has changed as a loss.
    """

    code = "K212"
    targets = (KERAS3,)
    issues = ("keras-team/keras#18467",)
    pains = ("names in strings",)
    attributes = ("compile",)
    calls = ("keras.layers.",)
    before = "from keras.models import Sequential\nmodel = Sequential()\nmodel.compile('sgd', loss='logcosh')\n"
    after = {"keras3": "from keras.models import Sequential\nmodel = Sequential()\n"
                       "model.compile('sgd', loss='log_cosh')\n"}

    def on_attribute(self, node, file):
        """Looks at the losses of compile."""
        call = node.parent
        if not file.is_call_of_model(call, node, own=("optimizer", "loss", "metrics")):
            return
        values = [one.value for one in call.keywords if one.arg in ("loss", "metrics", "weighted_metrics")]
        for value in values + call.args[1:3]:
            for one in ast.walk(value):
                if isinstance(one, ast.Constant) and one.value in _LOSSES:
                    self._rename(one, _LOSSES[one.value], file)
                elif isinstance(one, ast.Constant) and one.value in _NEGATED:
                    file.left(one, "%r is called cosine_similarity" % one.value,
                              "keras.losses.cosine_similarity; compare a few values, as signs have changed in between")

    def on_call(self, node, name, file):
        """Looks at the constraints of a layer."""
        for one in node.keywords:
            if one.arg and isinstance(one.value, ast.Constant):
                if one.arg.endswith("_constraint") and one.value.value in _CONSTRAINTS:
                    self._rename(one.value, _CONSTRAINTS[one.value.value], file)
                elif one.arg.endswith("_regularizer") and one.value.value == "l1_l2":
                    text, needs = file.spell("keras.regularizers.l1_l2")
                    file.change(one.value, "'l1_l2' is 0.01 of each", [
                        file.replaced(one.value, text + "(l1=0.01, l2=0.01)")], needs)

    @staticmethod
    def _rename(node, new, file):
        text = file.source(node)
        quote = text[-1]
        if text == quote + node.value + quote:
            file.change(node, "%r is %r" % (node.value, new), [file.replaced(node, quote + new + quote)])
