"""THE table: layers of Keras 2, the arguments that Keras 3 still takes, and those that may be left out.

An argument that is in neither list is an error, not a guess. Adding a layer is adding a row.
"""
from collections import namedtuple

__all__ = ["COMMON", "LAYERS", "Row"]

#: ``takes``: arguments handed on. ``drops``: argument -> values that may be left out (`ANY` for all of them).
#: ``renames``: old name -> new name. ``target``: the class in ``keras.layers``, if it has another name there.
Row = namedtuple("Row", "takes drops renames target")

ANY = object()
_OFF = (None, False, 0)

#: Arguments of every layer, which `layers` handles itself.
COMMON = ("name", "trainable", "batch_input_shape", "batch_shape", "dtype", "input_dtype")


def _row(takes, drops=None, renames=None, target=None):
    return Row(tuple(takes.split()), dict(drops or {}), dict(renames or {}), target)


def _weight(*names):
    return " ".join("%s_initializer %s_regularizer %s_constraint" % (name, name, name) for name in names)


_CONV = ("filters kernel_size strides padding data_format dilation_rate activation use_bias activity_regularizer "
         + _weight("kernel", "bias"))
_CONV_DROPS = {"rank": ANY, "groups": (1, None)}
_SEPARABLE = _CONV.replace(_weight("kernel"), "") + " depth_multiplier " + _weight("depthwise", "pointwise")
_SEPARABLE_DROPS = {"rank": ANY, "groups": (1, None), "kernel_initializer": ANY, "kernel_regularizer": (None,),
                    "kernel_constraint": (None,)}
_RNN = "return_sequences return_state go_backwards stateful unroll activity_regularizer zero_output_for_mask"
_RNN_DROPS = {"implementation": ANY, "time_major": _OFF, "num_constants": _OFF, "input_dim": ANY, "input_length": ANY,
              "reverse_state_order": _OFF}
_UNITS = "units activation use_bias dropout recurrent_dropout " + _weight("kernel", "recurrent", "bias")
_GATED = _UNITS + " recurrent_activation"
_POOL = "pool_size strides padding data_format"
_GLOBAL_POOL = "data_format keepdims"
_LOCAL = ("filters kernel_size strides padding data_format activation use_bias activity_regularizer "
          + _weight("kernel", "bias"))
_CUDNN = "units return_sequences return_state go_backwards stateful activity_regularizer " + _weight(
    "kernel", "recurrent", "bias")

LAYERS = {
    "Dense": _row("units activation use_bias activity_regularizer " + _weight("kernel", "bias"),
                  {"input_dim": ANY, "quantization_config": (None,)}),
    "Activation": _row("activation"),
    "Dropout": _row("rate noise_shape seed"),
    "SpatialDropout1D": _row("rate", {"noise_shape": (None,), "seed": ANY}),
    "SpatialDropout2D": _row("rate data_format", {"noise_shape": (None,), "seed": ANY}),
    "SpatialDropout3D": _row("rate data_format", {"noise_shape": (None,), "seed": ANY}),
    "Masking": _row("mask_value"),
    "Reshape": _row("target_shape"),
    "Permute": _row("dims"),
    "Flatten": _row("data_format"),
    "RepeatVector": _row("n"),
    "ActivityRegularization": _row("l1 l2"),
    "Embedding": _row("input_dim output_dim mask_zero activity_regularizer " + _weight("embeddings"),
                      {"input_length": ANY, "sparse": _OFF, "activity_regularizer": (None,)}),
    "Conv1D": _row(_CONV + " groups", {"rank": ANY}),
    "Conv2D": _row(_CONV + " groups", {"rank": ANY}),
    "Conv3D": _row(_CONV + " groups", {"rank": ANY}),
    "Conv1DTranspose": _row(_CONV + " output_padding", _CONV_DROPS),
    "Conv2DTranspose": _row(_CONV + " output_padding", _CONV_DROPS),
    "Conv3DTranspose": _row(_CONV + " output_padding", _CONV_DROPS),
    "SeparableConv1D": _row(_SEPARABLE, _SEPARABLE_DROPS),
    "SeparableConv2D": _row(_SEPARABLE, _SEPARABLE_DROPS),
    "DepthwiseConv2D": _row(_CONV.replace("filters ", "").replace(_weight("kernel"), _weight("depthwise"))
                            + " depth_multiplier",
                            dict(_SEPARABLE_DROPS, filters=(None,))),
    "LocallyConnected1D": _row(_LOCAL, {"implementation": (1, None)}),
    "LocallyConnected2D": _row(_LOCAL, {"implementation": (1, None)}),
    "UpSampling1D": _row("size"),
    "UpSampling2D": _row("size data_format interpolation"),
    "UpSampling3D": _row("size data_format"),
    "ZeroPadding1D": _row("padding", {"data_format": ("channels_last", None)}),
    "ZeroPadding2D": _row("padding data_format"),
    "ZeroPadding3D": _row("padding data_format"),
    "Cropping1D": _row("cropping", {"data_format": ("channels_last", None)}),
    "Cropping2D": _row("cropping data_format"),
    "Cropping3D": _row("cropping data_format"),
    "SimpleRNN": _row(_UNITS + " " + _RNN, _RNN_DROPS),
    "LSTM": _row(_GATED + " unit_forget_bias " + _RNN, _RNN_DROPS),
    "GRU": _row(_GATED + " reset_after " + _RNN, _RNN_DROPS),
    "SimpleRNNCell": _row(_UNITS),
    "LSTMCell": _row(_GATED + " unit_forget_bias", {"implementation": ANY}),
    "GRUCell": _row(_GATED + " reset_after", {"implementation": ANY}),
    "RNN": _row(_RNN, dict(_RNN_DROPS, cell=ANY)),
    "StackedRNNCells": _row("", {"cells": ANY, "reverse_state_order": _OFF}),
    "CuDNNLSTM": _row(_CUDNN + " unit_forget_bias", _RNN_DROPS, target="LSTM"),
    "CuDNNGRU": _row(_CUDNN, _RNN_DROPS, target="GRU"),
    "ConvLSTM2D": _row(_CONV + " recurrent_activation unit_forget_bias dropout recurrent_dropout return_sequences "
                       "return_state go_backwards stateful " + _weight("recurrent"),
                       dict(_RNN_DROPS, rank=ANY, unroll=_OFF, groups=(1, None))),
    "TimeDistributed": _row("", {"layer": ANY, "activity_regularizer": (None,)}),
    "Bidirectional": _row("merge_mode", {"layer": ANY, "backward_layer": ANY, "num_constants": _OFF,
                                         "return_sequences": ANY, "activity_regularizer": (None,)}),
    "BatchNormalization": _row(
        "axis momentum epsilon center scale moving_mean_initializer moving_variance_initializer "
        + _weight("beta", "gamma"),
        {"renorm": _OFF, "renorm_clipping": ANY, "renorm_momentum": ANY, "fused": ANY, "virtual_batch_size": (None,),
         "adjustment": (None,), "synchronized": _OFF, "mode": (0,)}),
    "LayerNormalization": _row("axis epsilon center scale " + _weight("beta", "gamma")),
    "LeakyReLU": _row("negative_slope", renames={"alpha": "negative_slope"}),
    "PReLU": _row("shared_axes " + _weight("alpha")),
    "ELU": _row("alpha"),
    "ThresholdedReLU": _row("threshold", renames={"theta": "threshold"}, target="ReLU"),
    "Softmax": _row("axis"),
    "ReLU": _row("max_value negative_slope threshold"),
    "GaussianNoise": _row("stddev", {"seed": ANY}),
    "GaussianDropout": _row("rate", {"seed": ANY}),
    "AlphaDropout": _row("rate noise_shape seed"),
    "Rescaling": _row("scale offset"),
    "Normalization": _row("axis mean variance invert"),
    "Concatenate": _row("axis"),
    "Dot": _row("axes normalize"),
}
LAYERS.update({name: _row("") for name in ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum")})
LAYERS.update({kind + "Pooling%dD" % rank: _row(_POOL) for kind in ("Max", "Average") for rank in (1, 2, 3)})
LAYERS.update({"Global%sPooling%dD" % (kind, rank): _row(_GLOBAL_POOL)
               for kind in ("Max", "Average") for rank in (1, 2, 3)})
