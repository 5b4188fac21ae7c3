"""The table of TensorFlow 1 names that need more than the function of that name in TensorFlow 2's `tf.compat.v1`.

Each row: name -> (status, what serves it, remark). Status: ``exact``, ``close`` (the remark says what differs) or
``refused`` (the remark says why and what to use). What serves it: ``"module:attribute"``, or None.
"""

__all__ = ["MODULES", "NAMES"]

_B = "kcool_modern.keras22.backend"
_S = "kcool_modern.tf1.session"

NAMES = {
    # graph and session
    "placeholder": ("close", _S + ":placeholder", "the graph is the emulation's; a Keras tensor is given"),
    "placeholder_with_default": ("refused", None, "use tf.placeholder and feed it"),
    "Session": ("close", _S + ":Session", "one graph per process; targets are ignored"),
    "InteractiveSession": ("close", _S + ":Session", "one graph per process"),
    "ConfigProto": ("close", _S + ":ConfigProto", "GPU options are applied where the process has not begun to compute"),
    "GPUOptions": ("exact", _S + ":GPUOptions", "handed to tf.config by Session"),
    "get_default_session": ("exact", _B + ":get_session", ""),
    "get_default_graph": ("close", _S + ":get_default_graph", "an object that can be entered and compared"),
    "Graph": ("close", _S + ":Graph", "one graph per process"),
    "reset_default_graph": ("close", _B + ":clear_session", ""),
    "global_variables_initializer": ("close", _S + ":no_op", "variables have their values when they are made"),
    "local_variables_initializer": ("close", _S + ":no_op", "variables have their values when they are made"),
    "initialize_all_variables": ("close", _S + ":no_op", "variables have their values when they are made"),
    "variables_initializer": ("close", _S + ":no_op", "variables have their values when they are made"),
    "set_random_seed": ("close", _S + ":set_random_seed", "seeds the engine; graph-level streams are not TF 1's"),
    "Variable": ("close", _S + ":Variable", "a variable of the emulation; arguments after `dtype` by keyword"),
    "get_variable": ("refused", None, "use a layer's add_weight, or tf.Variable"),
    "variable_scope": ("refused", None, "use tf.name_scope and layers, which own their weights"),
    "gradients": ("close", _S + ":gradients", "grad_ys and stop_gradients are not supported"),
    "assign": ("exact", _S + ":assign", ""),
    "assign_add": ("exact", _S + ":assign_add", ""),
    "assign_sub": ("exact", _S + ":assign_sub", ""),
    "keras": ("close", "kcool_modern.keras22:", "Keras 2.2.4's API, as of the package keras"),
    "contrib": ("refused", None, "tf.contrib ended with TensorFlow 1; what it held lives in tensorflow-addons, "
                "tf-slim or tensorflow-probability"),
    "layers": ("refused", None, "use keras.layers: Dense, Conv2D, BatchNormalization ... of the same arguments"),
    "app": ("refused", None, "use argparse or absl.app"),
    "flags": ("refused", None, "use argparse or absl.flags"),
}

#: Modules that are served whole: path -> module.
MODULES = {
    "tensorflow.keras": "kcool_modern.keras22",
    "tensorflow.python.keras": "kcool_modern.keras22",
    "tensorflow.contrib.keras": "kcool_modern.keras22",
}
