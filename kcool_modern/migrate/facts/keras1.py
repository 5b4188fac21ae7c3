"""Keras 1 arguments that Keras 2.2 still took, and what it called them itself.

The tables of `keras.legacy.interfaces`, which Keras 3 does not have. `kcool_modern/keras22/legacy/interfaces.py`
converts the same names at run time; a test holds the two together.
"""

__all__ = ["ARGUMENTS", "METHODS", "SHAPES", "VALUES"]

_INITIALIZERS = {"init": "kernel_initializer", "W_regularizer": "kernel_regularizer",
                 "b_regularizer": "bias_regularizer", "W_constraint": "kernel_constraint",
                 "b_constraint": "bias_constraint", "bias": "use_bias"}
_CONVOLUTION = dict(_INITIALIZERS, nb_filter="filters", border_mode="padding", dim_ordering="data_format")
_SEPARABLE = {key: value for key, value in _CONVOLUTION.items() if key != "init" and not key.startswith("W_")}
_CONV1D = dict({key: value for key, value in _CONVOLUTION.items() if key != "dim_ordering"},
               filter_length="kernel_size", subsample_length="strides")
_CONV2D = dict(_CONVOLUTION, subsample="strides")
_POOLING = {"border_mode": "padding", "dim_ordering": "data_format"}
_RECURRENT = {"output_dim": "units", "init": "kernel_initializer", "inner_init": "recurrent_initializer",
              "inner_activation": "recurrent_activation", "W_regularizer": "kernel_regularizer",
              "b_regularizer": "bias_regularizer", "U_regularizer": "recurrent_regularizer",
              "dropout_W": "dropout", "dropout_U": "recurrent_dropout", "consume_less": "implementation"}

#: Canonical name of a layer -> {Keras 1 argument: Keras 2 argument}.
ARGUMENTS = {
    "keras.layers.Dense": dict(_INITIALIZERS, output_dim="units"),
    "keras.layers.Dropout": {"p": "rate"},
    "keras.layers.GaussianDropout": {"p": "rate"},
    "keras.layers.GaussianNoise": {"sigma": "stddev"},
    "keras.layers.SpatialDropout1D": {"p": "rate"},
    "keras.layers.SpatialDropout2D": {"p": "rate", "dim_ordering": "data_format"},
    "keras.layers.SpatialDropout3D": {"p": "rate", "dim_ordering": "data_format"},
    "keras.layers.Embedding": {"init": "embeddings_initializer", "W_regularizer": "embeddings_regularizer",
                               "W_constraint": "embeddings_constraint"},
    "keras.layers.BatchNormalization": {"beta_init": "beta_initializer", "gamma_init": "gamma_initializer"},
    "keras.layers.PReLU": {"init": "alpha_initializer"},
    "keras.layers.SimpleRNN": _RECURRENT, "keras.layers.GRU": _RECURRENT, "keras.layers.LSTM": _RECURRENT,
    "keras.layers.UpSampling1D": {"length": "size"},
    "keras.layers.UpSampling2D": {"dim_ordering": "data_format"},
    "keras.layers.UpSampling3D": {"dim_ordering": "data_format"},
    "keras.layers.ZeroPadding2D": {"dim_ordering": "data_format"},
    "keras.layers.ZeroPadding3D": {"dim_ordering": "data_format"},
    "keras.layers.Cropping2D": {"dim_ordering": "data_format"},
    "keras.layers.Cropping3D": {"dim_ordering": "data_format"},
    "keras.models.Model": {"input": "inputs", "output": "outputs"},
}
for _name in ("Conv1D", "Convolution1D"):
    ARGUMENTS["keras.layers." + _name] = _CONV1D
for _name in ("Conv2D", "Convolution2D", "Conv2DTranspose", "Deconvolution2D", "Conv3D", "Convolution3D"):
    ARGUMENTS["keras.layers." + _name] = _CONV2D
for _name in ("SeparableConv2D", "SeparableConvolution2D"):
    ARGUMENTS["keras.layers." + _name] = dict(_SEPARABLE, subsample="strides")
for _name in ("MaxPooling1D", "AveragePooling1D", "MaxPool1D", "AvgPool1D"):
    ARGUMENTS["keras.layers." + _name] = {"pool_length": "pool_size", "stride": "strides", "border_mode": "padding"}
for _name in ("MaxPooling2D", "AveragePooling2D", "MaxPool2D", "AvgPool2D", "MaxPooling3D", "AveragePooling3D",
              "MaxPool3D", "AvgPool3D"):
    ARGUMENTS["keras.layers." + _name] = _POOLING
for _name in ("GlobalMaxPooling2D", "GlobalAveragePooling2D", "GlobalMaxPooling3D", "GlobalAveragePooling3D"):
    ARGUMENTS["keras.layers." + _name] = {"dim_ordering": "data_format"}
ARGUMENTS["keras.Model"] = ARGUMENTS["keras.models.Model"]

#: Old argument -> {old value: new value}, both as literals.
VALUES = {"dim_ordering": {"tf": "channels_last", "th": "channels_first", "default": None},
          "consume_less": {"cpu": 0, "mem": 1, "gpu": 2}}

#: Sizes of a kernel that were three arguments: layer -> their names.
SHAPES: dict = {"keras.layers.%s" % name: ("nb_row", "nb_col") for name in (
    "Conv2D", "Convolution2D", "SeparableConv2D", "SeparableConvolution2D", "Conv2DTranspose", "Deconvolution2D")}
SHAPES.update({"keras.layers.%s" % name: ("kernel_dim1", "kernel_dim2", "kernel_dim3")
               for name in ("Conv3D", "Convolution3D")})

#: Methods of models: name -> {Keras 1 argument: Keras 2 argument}.
METHODS = {
    "fit": {"nb_epoch": "epochs"},
    "fit_generator": {"nb_epoch": "epochs", "nb_val_samples": "validation_steps", "nb_worker": "workers",
                      "max_q_size": "max_queue_size", "pickle_safe": "use_multiprocessing",
                      "samples_per_epoch": "steps_per_epoch"},
    "evaluate_generator": {"val_samples": "steps", "max_q_size": "max_queue_size", "nb_worker": "workers",
                           "pickle_safe": "use_multiprocessing"},
    "predict_generator": {"val_samples": "steps", "max_q_size": "max_queue_size", "nb_worker": "workers",
                          "pickle_safe": "use_multiprocessing"},
}
