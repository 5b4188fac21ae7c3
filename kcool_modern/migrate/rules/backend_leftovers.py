"""K401."""
import ast

from ..facts import backend
from ..rule import KERAS3, Rule


class BackendLeftovers(Rule):
    """A function of keras.backend has no counterpart in Keras 3.

    Graphs have gone, and with them what made, ran and differentiated them: `K.function`, `K.gradients`,
    `K.placeholder`, `K.learning_phase`, `K.update`. `compat.K` has them all, for plain models of Keras 3, too; code
    that is to do without has to be written anew: `keras.Function` or a model over the inner outputs instead of
    `K.function`, `tf.GradientTape` or a custom `train_step` instead of `K.gradients`, `training=` instead of the
    learning phase, `variable.assign` instead of updates.
    """

    code = "K401"
    targets = (KERAS3,)
    issues = ("tensorflow/tensorflow#34201", "mfbalin/Concrete-Autoencoders#18", "tensorflow/tensorflow#34235",
              "fchollet/deep-learning-with-python-notebooks#143", "albermax/innvestigate#284")
    pains = (4, 5, 25)
    whole = True
    before = "from keras import backend as K\n\nf = K.function([model.input], [layer.output])\n"
    after = {"keras3": "from compat import K\n\nf = K.function([model.input], [layer.output])\n"}

    #: What to do instead, for those that are met most.
    HINTS = {
        "function": "keras.Model(inputs, outputs), called with training=..., where the outputs are those of layers",
        "gradients": "tf.GradientTape around the call of the model, or jax.grad",
        "learning_phase": "the argument training of call",
        "set_learning_phase": "the argument training of the call",
        "in_train_phase": "the argument training of call: x if training else y",
        "in_test_phase": "the argument training of call",
        "placeholder": "keras.Input",
        "update": "variable.assign(value) inside of call",
        "update_add": "variable.assign_add(value) inside of call",
        "update_sub": "variable.assign_sub(value) inside of call",
        "moving_average_update": "variable.assign(momentum * variable + (1 - momentum) * value)",
        "batch_dot": "keras.ops.einsum or keras.ops.matmul, for the axes that are meant",
        "switch": "keras.ops.where for tensors, keras.ops.cond for functions",
        "get_session": "nothing: there are no sessions",
        "set_session": "nothing: there are no sessions",
        "hard_sigmoid": "keras.ops.clip(0.2 * x + 0.5, 0, 1); keras.ops.hard_sigmoid is another function",
        "rnn": "keras.layers.RNN with a cell",
        "map_fn": "keras.ops.map", "foldl": "keras.ops.scan", "foldr": "keras.ops.scan(reverse=True)",
        "zeros": "keras.ops.zeros for a tensor, keras.Variable for a variable",
        "ones": "keras.ops.ones for a tensor, keras.Variable for a variable",
        "constant": "keras.ops.convert_to_tensor",
        "print_tensor": "print, or tf.print",
        "resize_images": "keras.ops.image.resize; mind how it counts corners",
        "ctc_batch_cost": "keras.ops.ctc_loss",
        "l2_normalize": "keras.ops.normalize", "dropout": "keras.random.dropout",
        "conv2d": "keras.ops.conv", "pool2d": "keras.ops.max_pool", "temporal_padding": "keras.ops.pad",
        "spatial_2d_padding": "keras.ops.pad", "batch_set_value": "variable.assign for each",
    }

    def on_file(self, file):
        """Reports what `BackendFunctions` did not rewrite."""
        done = {id(name) for one in file.findings for name in (one.uses[1] if one.uses else ())}
        for node in file.names.nodes:
            if not isinstance(node, (ast.Attribute, ast.Name)):
                continue
            name = file.names.of(node)
            if not name or not name.startswith("keras.backend.") or name.count(".") != 2:
                continue
            leaf = name.rpartition(".")[2]
            first = node
            while isinstance(first, ast.Attribute):
                first = first.value
            if leaf in backend.KEPT or id(first) in done or file.noqa.covers(self.code, node):
                continue
            hint = self.HINTS.get(leaf)
            file.left(node, "K.%s is not in Keras 3; it comes from compat" % leaf,
                      "without compat: %s" % hint if hint else "")
