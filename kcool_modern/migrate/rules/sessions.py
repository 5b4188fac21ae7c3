"""K601."""
from ..facts import api
from ..rule import KERAS3, Rule

_HINTS = {
    "Session": "nothing: TensorFlow 2 computes at once", "InteractiveSession": "nothing: TensorFlow 2 computes at once",
    "ConfigProto": "tf.config.experimental.set_memory_growth(gpu, True) for each GPU of "
                   "tf.config.list_physical_devices('GPU')",
    "GPUOptions": "tf.config.experimental.set_memory_growth",
    "placeholder": "keras.Input, or an argument of a function", "gradients": "tf.GradientTape",
    "global_variables_initializer": "nothing: variables have values when they are made",
    "initialize_all_variables": "nothing: variables have values when they are made",
    "get_variable": "keras.Variable, or add_weight of a layer", "variable_scope": "a layer or a tf.Module",
    "get_default_graph": "nothing: there is no default graph", "reset_default_graph": "keras.backend.clear_session()",
    "set_random_seed": "tf.random.set_seed, or keras.utils.set_random_seed", "assign": "variable.assign(value)",
    "while_loop": "tf.while_loop or keras.ops.while_loop", "Print": "tf.print", "py_func": "tf.numpy_function",
    "enable_eager_execution": "nothing: it is on",
}
_TWO = frozenset(("Variable", "while_loop", "TensorArray", "control_dependencies", "group", "no_op", "Operation",
                  "Tensor",
                  "name_scope", "device", "stop_gradient", "tuple", "executing_eagerly", "keras", "compat.v1",
                  "data.Dataset", "data.TextLineDataset", "data.TFRecordDataset", "data.FixedLengthRecordDataset",
                  "data.Iterator", "random.normal", "random.uniform", "random.truncated_normal", "summary.scalar",
                  "summary.histogram", "summary.image", "summary.audio", "summary.text", "nn.dropout",
                  "zeros_initializer", "ones_initializer", "constant_initializer", "random_normal_initializer",
                  "random_uniform_initializer", "get_static_value", "test.is_gpu_available", "gradients",
                  "train.ExponentialMovingAverage"))


class Sessions(Rule):
    """Sessions, placeholders and the default graph have gone from TensorFlow.

    TensorFlow 2 computes where a line stands. `tf.compat.v1` still has the names, but a model of Keras 3 does not
    live in its graphs. With `--to facade` they go on to work, through `compat.tf`.
    """

    code = "K601"
    targets = (KERAS3,)
    issues = ("tensorflow/tensorflow#33504", "tensorflow/tensorflow#27053", "fizyr/keras-retinanet#1492",
              "tensorflow/tensorflow#34235")
    pains = (24, 25)
    names = ("tf.",)
    before = "import tensorflow as tf\nsession = tf.Session()\n"

    def on_name(self, node, name, file):
        """Reports names of TensorFlow 1 that kcool had to write for TensorFlow 2."""
        path = name[3:]
        served, refused = api.tensorflow1()
        if path == "gradients" or path in served and path not in _TWO and not path.startswith(("contrib", "keras")):
            hint = _HINTS.get(path) or _HINTS.get(path.rpartition(".")[2]) or "write it for TensorFlow 2"
            file.left(node, "tf.%s is of TensorFlow 1" % path, hint + "; or migrate this file --to facade")
