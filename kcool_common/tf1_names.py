"""The table of TensorFlow 1 names that need more than the function of that name in TensorFlow 2's `tf.compat.v1`.

Each row: name below ``tf`` -> (status, what serves it, remark). Status: ``exact``, ``close`` (the remark says what
differs) or ``refused`` (the remark says what to use). What serves it: ``"module:attribute"``, with
``"module:attribute(argument)"`` for what is called with a name first; or None.
"""

__all__ = ["BRIDGE", "INTERNAL", "MODULES", "NAMES", "REFUSED"]

_K = "kcool_modern.keras22."
_T = "kcool_modern.tf1."


def _rows(status, module, names, remark=""):
    return {name: (status, "%s%s:%s" % (_T, module, name.rsplit(".", 1)[-1]), remark) for name in names.split()}


NAMES = {}  # type: dict
NAMES.update(_rows("close", "session", "Session InteractiveSession Graph get_default_graph reset_default_graph "
                   "get_default_session", "one graph per process; targets are ignored"))
NAMES.update(_rows("exact", "session", "placeholder placeholder_with_default sparse_placeholder"))
NAMES.update(_rows("close", "session", "ConfigProto GPUOptions",
                   "GPU options and threads go to tf.config, where the process has not begun to compute"))
NAMES.update(_rows("close", "session", "gradients", "stop_gradients is refused"))
NAMES.update(_rows("exact", "session", "stop_gradient device"))
NAMES.update(_rows("close", "variables", "Variable get_variable", "no partitioners and custom getters"))
NAMES.update(_rows("close", "variables", "variable_scope get_variable_scope VariableScope AUTO_REUSE",
                   "names and sharing; devices and partitioners are ignored"))
NAMES.update(_rows("close", "variables", "global_variables_initializer variables_initializer "
                   "local_variables_initializer", "variables have their values when they are made"))
NAMES.update(_rows("exact", "variables", "assign assign_add assign_sub add_to_collection add_to_collections "
                   "get_collection get_collection_ref global_variables trainable_variables local_variables "
                   "model_variables is_variable_initialized report_uninitialized_variables"))
NAMES.update({old: ("close", _T + "variables:" + new, NAMES[new][2]) for old, new in (
    ("initialize_all_variables", "global_variables_initializer"), ("initialize_variables", "variables_initializer"),
    ("initialize_local_variables", "local_variables_initializer"), ("all_variables", "global_variables"))})
NAMES.update(_rows("close", "randoms", "set_random_seed",
                   "operations without a seed of their own are counted; TensorFlow 1 counts all operations"))
NAMES["random.set_random_seed"] = NAMES["set_random_seed"]
for _old, _new in (("random_normal", "random.normal"), ("random_uniform", "random.uniform"),
                   ("truncated_normal", "random.truncated_normal")):
    NAMES.update(dict.fromkeys((_old, _new), ("exact", _T + "randoms:" + _old, "")))
NAMES["nn.dropout"] = ("exact", _T + "randoms:dropout", "")
for _old in ("zeros", "ones", "constant", "random_normal", "random_uniform", "truncated_normal", "variance_scaling",
             "glorot_uniform", "glorot_normal"):
    _row = ("exact", "%srandoms:%s_initializer" % (_T, _old), "")
    NAMES.update({one: _row for one in (_old + "_initializer", "initializers." + _old, "keras.initializers." + _old)
                  if not one.startswith("keras.")})
NAMES["uniform_unit_scaling_initializer"] = ("refused", None, "use tf.variance_scaling_initializer(distribution="
                                             "'uniform')")
NAMES.update(_rows("exact", "control", "while_loop Print control_dependencies group no_op Operation"))
NAMES.update(_rows("close", "control", "TensorArray", "in the graph through a loop: elements of one size; "
                   "a place written twice is refused where its index is known"))
NAMES.update({"tuple": ("exact", _T + "control:tuple_of", ""), "py_func": ("exact", _T + "control:py_func", "")})
NAMES.update({name: ("exact", _T + "misc:" + name, "") for name in ("executing_eagerly", "name_scope", "Tensor")})
NAMES["get_static_value"] = NAMES["contrib.util.constant_value"] = ("exact", _T + "misc:get_static_value", "")
NAMES["test.is_gpu_available"] = ("exact", _T + "misc:test_gpu", "")
for _old in ("disable_v2_behavior", "disable_eager_execution", "enable_resource_variables",
             "disable_resource_variables", "disable_v2_tensorshape", "disable_control_flow_v2"):
    NAMES[_old] = ("exact", _T + "misc:nothing", "")
NAMES["enable_eager_execution"] = ("refused", None, "write for TensorFlow 2, which is eager from the start")
NAMES["app.run"] = ("exact", _T + "misc:app_run", "")
NAMES["ConfigProto"] = ("close", _T + "session:ConfigProto", NAMES["ConfigProto"][2])

# tf.train
for _old in ("AdadeltaOptimizer", "AdagradOptimizer", "AdamOptimizer", "FtrlOptimizer", "GradientDescentOptimizer",
             "MomentumOptimizer", "ProximalAdagradOptimizer", "ProximalGradientDescentOptimizer", "RMSPropOptimizer",
             "AdagradDAOptimizer"):
    NAMES["train." + _old] = ("exact", "%straining:optimizer(%s)" % (_T, _old), "")
for _old in ("exponential_decay", "piecewise_constant", "polynomial_decay", "natural_exp_decay", "inverse_time_decay",
             "cosine_decay", "cosine_decay_restarts", "linear_cosine_decay"):
    NAMES["train." + _old] = ("exact", "%straining:decay(%s)" % (_T, _old), "")
NAMES.update(_rows("exact", "training", "train.ExponentialMovingAverage train.create_global_step train.get_global_step "
                   "train.get_or_create_global_step"))
NAMES["python.training.moving_averages.assign_moving_average"] = (
    "exact", _T + "training:assign_moving_average", "")
NAMES["train.Saver"] = ("close", _T + "training:Saver", "no meta graph is written")
NAMES["train.import_meta_graph"] = ("refused", None, "build the graph by its code and use tf.train.Saver().restore")
for _old in ("MonitoredTrainingSession", "Supervisor", "SyncReplicasOptimizer"):
    NAMES["train." + _old] = ("refused", None, "use tf.train.Session and tf.train.Saver, or keras Model.fit")
NAMES.update({"train." + name: ("exact", _T + "summaries:" + name.replace("Summary", "File"), "")
              for name in ("SummaryWriter",)})

# tf.summary
NAMES.update(_rows("exact", "summaries", "summary.scalar summary.histogram summary.image summary.audio summary.text "
                   "summary.merge summary.merge_all"))
NAMES["summary.FileWriter"] = ("close", _T + "summaries:FileWriter", "the graph is not written")
for _old, _new in (("scalar_summary", "scalar"), ("histogram_summary", "histogram"), ("image_summary", "image"),
                   ("merge_summary", "merge"), ("merge_all_summaries", "merge_all")):
    NAMES[_old] = ("exact", _T + "summaries:" + _new, "")

# tf.layers and tf.losses
_LAYERS = ("dense conv1d conv2d conv3d conv2d_transpose separable_conv2d batch_normalization dropout flatten "
           "max_pooling1d max_pooling2d average_pooling1d average_pooling2d")
NAMES.update(_rows("close", "layer_functions", " ".join("layers." + name for name in _LAYERS.split()),
                   "by the layer of Keras 2.2"))
NAMES.update({"layers." + name: ("close", _K + "layers:" + name, "the layer of Keras 2.2") for name in (
    "Dense", "Conv1D", "Conv2D", "Conv3D", "Conv2DTranspose", "SeparableConv2D", "BatchNormalization", "Dropout",
    "Flatten", "MaxPooling1D", "MaxPooling2D", "AveragePooling1D", "AveragePooling2D", "Layer", "InputSpec")})
for _old in ("absolute_difference", "compute_weighted_loss", "cosine_distance", "hinge_loss", "huber_loss", "log_loss",
             "mean_squared_error", "sigmoid_cross_entropy", "softmax_cross_entropy", "sparse_softmax_cross_entropy"):
    NAMES["losses." + _old] = ("exact", "%smisc:loss(%s)" % (_T, _old), "")
NAMES.update(_rows("exact", "misc", "losses.add_loss losses.get_losses losses.get_regularization_loss "
                   "losses.get_regularization_losses losses.get_total_loss"))

# tf.contrib: what has a successor
NAMES.update({
    "contrib.layers.xavier_initializer": ("exact", _T + "randoms:xavier_initializer", ""),
    "contrib.layers.xavier_initializer_conv2d": ("exact", _T + "randoms:xavier_initializer", ""),
    "contrib.layers.l1_regularizer": ("exact", _T + "layer_functions:l1_regularizer", ""),
    "contrib.layers.l2_regularizer": ("exact", _T + "layer_functions:l2_regularizer", ""),
    "contrib.layers.flatten": ("exact", _T + "layer_functions:flatten", ""),
    "contrib.layers.fully_connected": ("close", _T + "layer_functions:fully_connected", "names of variables differ"),
    "contrib.framework.nest": ("exact", "tensorflow:nest", ""),
    "contrib.framework.get_variables": ("exact", _T + "variables:global_variables", ""),
    "contrib.framework.get_or_create_global_step": ("exact", _T + "training:get_or_create_global_step", ""),
    "contrib.training.HParams": ("close", "kcool_common.hparams:HParams", "named values and parse()"),
    "contrib.data.AUTOTUNE": ("exact", "tensorflow:data.AUTOTUNE", ""),
    "contrib.keras": ("close", _K[:-1] + ":", "Keras 2.2.4's API"),
    "keras": ("close", _K[:-1] + ":", "Keras 2.2.4's API, as of the package keras"),
    "compat.v1": ("exact", _T[:-1] + ":", ""),
    "Dimension": ("exact", "tensorflow:compat.v1.Dimension", ""),
})

NAMES.update(_rows("close", "data", "data.Dataset data.Iterator data.TextLineDataset data.TFRecordDataset "
                   "data.FixedLengthRecordDataset data.make_one_shot_iterator data.make_initializable_iterator",
                   "iterators begin by themselves; tensors of the graph give a dataset their value of now"))
NAMES.update(_rows("close", "queues", "train.batch train.shuffle_batch train.slice_input_producer "
                   "train.start_queue_runners", "served by tf.data; arrays and tensors with a value of their own"))
for _old in ("contrib.learn.python.learn.datasets.mnist", "examples.tutorials.mnist.input_data"):
    NAMES.update({_old + ".read_data_sets": ("exact", "kcool_common.mnist_files:read_data_sets", ""),
                  _old + ".DataSet": ("exact", "kcool_common.mnist_files:DataSet", "")})

#: What begins with one of these is refused: path -> what to use.
REFUSED = {
    "contrib.slim": "use keras.layers and Model.fit, or the package tf-slim with native TensorFlow code",
    "contrib.rnn": "use keras.layers: LSTM, GRU, SimpleRNN, RNN(cell)",
    "nn.rnn_cell": "use keras.layers: LSTMCell, GRUCell, StackedRNNCells with keras.layers.RNN",
    "nn.dynamic_rnn": "use keras.layers.RNN or K.rnn",
    "nn.bidirectional_dynamic_rnn": "use keras.layers.Bidirectional",
    "nn.static_rnn": "use keras.layers.RNN(unroll=True)",
    "nn.raw_rnn": "use tf.while_loop",
    "contrib.crf": "use K.rnn for the partition sum, or tensorflow-addons' text.crf with native TensorFlow code",
    "contrib.seq2seq": "use keras.layers.RNN with a cell of your own, or tensorflow-addons' seq2seq",
    "contrib.image": "use tf.image and tf.raw_ops.ImageProjectiveTransformV3",
    "contrib.distributions": "use the package tensorflow-probability",
    "contrib.opt": "use tf.train or keras.optimizers with a get_updates of your own",
    "contrib.learn": "use Model.fit",
    "contrib.metrics": "use tf.metrics of TensorFlow 2 or keras.metrics",
    "contrib.cudnn_rnn": "use keras.layers.CuDNNLSTM, CuDNNGRU",
    "contrib.eager": "write for TensorFlow 2",
    "contrib.tpu": "use tf.distribute.TPUStrategy with native Keras 3 code",
    "contrib.tensorrt": "use tf.experimental.tensorrt",
    "contrib.lite": "use tf.lite",
    "contrib.data": "use tf.data",
    "contrib.losses": "use tf.losses",
    "contrib.layers": "use keras.layers or tf.layers",
    "contrib": "tf.contrib ended with TensorFlow 1; look for the name in tensorflow-addons, tf-slim or "
               "tensorflow-probability",
    "examples": "use keras.datasets",
    "estimator": "use Model.fit",
    "metrics": "use keras.metrics, or compute them with NumPy from predictions",
    "train.string_input_producer": "use tf.data",
    "train.QueueRunner": "use tf.data",
    "hessians": "use tf.gradients of each entry of tf.gradients",
    "import_graph_def": "load the weights into a graph that is built by code",
    "saved_model": "use Model.save, or Model.export of the native model",
}

#: Packages that old code took functions from although they were not public: their names are the public ones.
INTERNAL = ("python.ops", "python.framework")

#: Modules that are served whole: path -> module.
MODULES = {
    "tensorflow.compat.v1.keras": "kcool_modern.keras22",
    "tensorflow.keras": "kcool_modern.keras22",
    "tensorflow.python.keras": "kcool_modern.keras22",
    "tensorflow.contrib.keras": "kcool_modern.keras22",
}

# --- the bridge -------------------------------------------------------------------------------------------------------

_LAYERS_1 = "tensorflow.python.keras.legacy_tf_layers."
_CELLS = "tensorflow.python.keras.layers.legacy_rnn.rnn_cell_impl:"

#: What serves a name in the bridge, where graphs are TensorFlow's own and `tf.compat.v1` has all but these:
#: name below ``tf`` -> ``"module:attribute"``, or ``"module:"`` for the module itself.
BRIDGE = {"layers." + name: _LAYERS_1 + place + ":" + name for place, names in (
    ("base", "Layer InputSpec"),
    ("core", "Dense Dropout Flatten dense dropout flatten"),
    ("convolutional", "Conv1D Conv2D Conv3D Conv2DTranspose Conv3DTranspose SeparableConv1D SeparableConv2D "
     "conv1d conv2d conv3d conv2d_transpose conv3d_transpose separable_conv1d separable_conv2d"),
    ("pooling", "AveragePooling1D AveragePooling2D AveragePooling3D MaxPooling1D MaxPooling2D MaxPooling3D "
     "average_pooling1d average_pooling2d average_pooling3d max_pooling1d max_pooling2d max_pooling3d"),
) for name in names.split()}
for _old in ("RNNCell", "BasicRNNCell", "BasicLSTMCell", "LSTMCell", "LSTMStateTuple", "GRUCell", "MultiRNNCell",
             "DropoutWrapper", "ResidualWrapper", "DeviceWrapper"):
    BRIDGE["nn.rnn_cell." + _old] = BRIDGE["contrib.rnn." + _old] = _CELLS + _old
for _old in ("static_rnn", "static_bidirectional_rnn"):
    BRIDGE["contrib.rnn." + _old] = "tensorflow:compat.v1.nn." + _old
for _old in ("xavier_initializer", "xavier_initializer_conv2d", "l1_regularizer", "l2_regularizer", "flatten",
             "fully_connected"):
    BRIDGE["contrib.layers." + _old] = "kcool_bridge.contrib_layers:" + _old.replace("_conv2d", "")
# What stands in the table for the emulation, and needs no graph of its own.
BRIDGE.update({_old: NAMES[_old][1] for _old in NAMES if (NAMES[_old][1] or "").startswith("kcool_common.")})
for _old, _new in (("scalar_summary", "scalar"), ("histogram_summary", "histogram"), ("image_summary", "image"),
                   ("merge_summary", "merge"), ("merge_all_summaries", "merge_all")):
    BRIDGE[_old] = "tensorflow:compat.v1.summary." + _new
BRIDGE.update({
    "train.SummaryWriter": "tensorflow:compat.v1.summary.FileWriter",
    "keras": "keras:",
    "contrib.keras": "keras:",
    "contrib.util.constant_value": "tensorflow:get_static_value",
    "contrib.framework.nest": "tensorflow:nest",
    "contrib.framework.get_variables": "tensorflow:compat.v1.global_variables",
    "contrib.framework.get_or_create_global_step": "tensorflow:compat.v1.train.get_or_create_global_step",
    "contrib.data.AUTOTUNE": "tensorflow:data.AUTOTUNE",
    "contrib.tensorboard.plugins.projector": "kcool_bridge.projector:",
})
