"""K404."""
import ast

from ..rule import KERAS3, Rule

_TECHNIQUES = (
    ("ema", "compat.ExponentialMovingAverage",
     ("apply_ema_weights", "reset_old_weights", "ema_weights", "ema_momentum", "ema_trainable_weights_vals")),
    ("accumulation", "compat.AccumOptimizer",
     ("steps_per_update", "accum_grads", "grad_accum_steps", "accum_iters", "steps_per_update_")),
    ("accumulation", "compat.SoftSGD", ("SoftSGD",)),
    ("layerwise", "compat.LRMultiplier",
     ("lr_multipliers", "multipliers", "set_weights_ordered", "paramwise_lr_schedule")),
    ("layerwise", "compat.SetLearningRate", ("lamb", "is_ada")),
    ("adversarial", "compat.GradientReversal", ("hp_lambda", "reverse_gradient", "GradientReversal")),
    ("parallel", "compat.ParallelModelCheckpoint", ("ParallelModelCheckpoint", "single_model")),
    ("surgery", "compat.get_outputs_of", ("get_outputs_of",)),
)
_ENOUGH = 2


class CopiedClasses(Rule):
    """A class was copied from an article, and is maintained in kcool.

    Averages of weights, accumulated gradients, learning rates of their own for some layers, parallel checkpoints:
    their published forms reach into `get_updates` and `metrics_updates`. They go on to run through the facade;
    `compat` has them with the same methods, tested on every stack, and without the races that the published ones
    have.
    """

    code = "K404"
    issues = ("bojone/accum_optimizer_for_keras#3", "run-ai/runai#12")
    pains = (22, "copied classes")
    classes = True
    before = """from keras import backend as K


class ExponentialMovingAverage:
    def inject(self):
        self.initialize()

    def apply_ema_weights(self):
        self.old_weights = K.batch_get_value(self.model.weights)

    def reset_old_weights(self):
        K.batch_set_value(zip(self.model.weights, self.old_weights))
"""
    after = {"facade": before.replace("from keras import backend as K", "from compat import K"),
             "keras3": before.replace("from keras import backend as K", "from compat import K")}

    def on_class(self, node, file):
        """Recognizes a class by the names in it."""
        if not file.names.imports:
            return
        words = {node.name}
        for one in ast.walk(node):
            if isinstance(one, ast.FunctionDef):
                words.add(one.name)
            elif isinstance(one, ast.Attribute):
                words.add(one.attr)
            elif isinstance(one, ast.arg):
                words.add(one.arg)
        for technique, path, marks in _TECHNIQUES:
            found = [mark for mark in marks if mark in words]
            if len(found) >= _ENOUGH or node.name in marks and node.name == path.rpartition(".")[2]:
                say = file.left if file.target == KERAS3 else file.fine
                say(node, "%s looks like a published class; kcool maintains %s" % (node.name, path),
                    "from %s; see docs/techniques/%s.md" % (" import ".join(path.rsplit(".", 1)), technique))
                return
