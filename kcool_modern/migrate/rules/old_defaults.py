"""K501."""
import ast

from ..facts import keras3_arguments as facts
from ..rule import KERAS3, Rule

_IN_COMPILE = {"adadelta": "Adadelta", "adagrad": "Adagrad", "adamax": "Adamax", "nadam": "Nadam"}


class OldDefaults(Rule):
    """Defaults that have changed are written out.

    Learning rates of Adadelta (1.0, now 0.001), Adagrad (0.01, now 0.001), Adamax and Nadam (0.002, now 0.001),
    Adagrad's first accumulator (0, now 0.1), `regularizers.l1_l2()` (0.01 of each, now nothing), the window of
    average pooling (now required).
    """

    code = "K501"
    targets = (KERAS3,)
    issues = ("keras-team/keras#18467",)
    pains = ("learning rates", "l1_l2()")
    calls = tuple(facts.DEFAULTS) + tuple(one for one in facts.OPTIMIZERS if facts.of(facts.DEFAULTS, one))
    attributes = ("compile",)
    before = "from keras.models import Sequential\nfrom keras.optimizers import Adagrad\nfrom keras.regularizers " \
             "import l1_l2\noptimizer, penalty = Adagrad(), l1_l2()\nmodel = Sequential()\n" \
             "model.compile('adamax', 'mse')\n"
    after = {"keras3": "from keras.models import Sequential\nfrom keras import optimizers\n"
                       "from keras.optimizers import Adagrad\nfrom keras.regularizers import l1_l2\n"
                       "optimizer, penalty = Adagrad(learning_rate=0.01, initial_accumulator_value=0.0), "
                       "l1_l2(l1=0.01, l2=0.01)\nmodel = Sequential()\n"
                       "model.compile(optimizers.Adamax(learning_rate=0.002), 'mse')\n"}

    def on_call(self, node, name, file):
        """Adds what is not handed over."""
        given = {one.arg for one in node.keywords}
        if None in given or any(isinstance(one, ast.Starred) for one in node.args):
            return
        positional = ["lr", "learning_rate"] if name.startswith("keras.optimizers") and node.args else []
        if name.startswith("keras.regularizers"):
            positional = ["l1", "l2"][:len(node.args)]
        elif name.startswith("keras.layers") and node.args:
            positional = ["pool_size"]
        missing = {new: value for new, (value, others) in facts.of(facts.DEFAULTS, name).items()
                   if not {new, *others} & (given | set(positional))}
        if not missing:
            return

        def steps(arguments):
            for new, value in missing.items():
                arguments.add(new, value)

        file.change(node, "the old default is written out: %s" % _listed(missing), [file.call(node, steps)])

    def on_attribute(self, node, file):
        """Optimizers that compile is told by their names."""
        call = node.parent
        if not file.is_call_of_model(call, node, own=("optimizer", "loss", "metrics")):
            return
        value = call.args[0] if call.args else next((o.value for o in call.keywords if o.arg == "optimizer"), None)
        name = _IN_COMPILE.get(value.value.lower()) if isinstance(value, ast.Constant) and isinstance(
            value.value, str) else None
        if name is None:
            return
        rows = facts.DEFAULTS["keras.optimizers." + name]
        text, needs = file.spell("keras.optimizers." + name)
        file.change(value, "the old defaults of %s are written out" % name, [
            file.replaced(value, "%s(%s)" % (text, _listed({new: row[0] for new, row in rows.items()})))], needs)


def _listed(arguments):
    return ", ".join("%s=%s" % pair for pair in arguments.items())
