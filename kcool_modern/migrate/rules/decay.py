"""K206."""
import ast

from ..facts import keras3_arguments as facts
from ..rule import KERAS3, Rule

_SETTERS = ("keras.callbacks.ReduceLROnPlateau", "keras.callbacks.LearningRateScheduler")
_DEFAULTS = {"SGD": "0.01", "RMSprop": "0.001", "Adagrad": "0.01", "Adadelta": "1.0", "Adam": "0.001",
             "Adamax": "0.002", "Nadam": "0.002"}


class Decay(Rule):
    """The decay of an optimizer is a schedule.

    Keras 2 divided the rate by `1 + decay * iterations`. Keras 3 warns that `decay` is ignored, and trains with
    another rate. `InverseTimeDecay(lr, 1, decay)` is the same formula. A rate that is a schedule cannot be set, so
    that the place is left where callbacks of the file set it.
    """

    code = "K206"
    targets = (KERAS3,)
    issues = ("keras-team/tf-keras#331", "tensorflow/tensorflow#58831")
    pains = (2,)
    calls = facts.OPTIMIZERS
    before = "from keras.optimizers import SGD\noptimizer = SGD(lr=0.1, decay=1e-6, momentum=0.9)\n"
    after = {"keras3": "from keras.optimizers import SGD\nfrom keras.optimizers import schedules\n"
                       "optimizer = SGD(learning_rate=schedules.InverseTimeDecay(0.1, 1, 1e-6), momentum=0.9)\n"}

    def on_call(self, node, name, file):
        """Puts the schedule in the place of the rate."""
        given = {one.arg: one.value for one in node.keywords}
        if "schedule_decay" in given:
            file.left(node, "schedule_decay has gone; Keras 3 has its default, 0.004, built in",
                      "remove it, if it is 0.004")
        decay = given.get("decay")
        if decay is None:
            return
        if isinstance(decay, ast.Constant) and not decay.value:
            file.change(node, "a decay of 0 is the default", [
                file.call(node, lambda arguments: arguments.remove(arguments.find("decay")))])
            return
        if any(file.names.of(one) in _SETTERS for one in file.names.nodes
               if isinstance(one, (ast.Name, ast.Attribute))):
            file.left(node, "decay is a schedule now, and this file also sets the rate by a callback",
                      "let the callback divide the rate by (1 + decay * iterations)")
            return
        text, needs = file.spell("keras.optimizers.schedules.InverseTimeDecay")
        default = _DEFAULTS[{one.lower(): one for one in _DEFAULTS}[name.rpartition(".")[2].lower()]]

        def steps(arguments):
            i = 0 if node.args else arguments.find("lr")
            if i is None:
                i = arguments.find("learning_rate")
            value = arguments.text(arguments.find("decay"))
            rate = default if i is None else arguments.text(i)
            schedule = "%s(%s, 1, %s)" % (text, rate, value)
            if i is None:
                arguments.add("learning_rate", schedule)
            else:
                arguments.set(i, schedule)
                if not node.args:
                    arguments.rename_at(i, "learning_rate")
            arguments.remove(arguments.find("decay"))

        file.change(node, "decay is a schedule", [file.call(node, steps)], needs)
