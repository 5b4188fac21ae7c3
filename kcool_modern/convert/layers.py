"""One layer of Keras 2, as data, becomes one layer of Keras 3."""
import keras

from kcool.errors import KcoolError

from . import numerics, recurrent, stock
from .arguments import value_of

__all__ = ["MASK_AND_STATES", "MERGES", "made_cell", "made_layer", "plain_name", "require_known"]

#: Merges whose mask Keras 3 finds by another rule.
MERGES = ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum")
#: With a mask, and from states that are not zero.
MASK_AND_STATES = "mask and states"
_LOCAL = ("LocallyConnected1D", "LocallyConnected2D")
#: Of bilinear UpSampling2D as Keras 2.2 computed it.
_LARGEST_FACTOR = 256


def plain_name(name, context):
    """A layer's name without what Keras 3 refuses in names."""
    if "/" not in name:
        return context.renamed.get(name, name)
    if name not in context.renamed:
        base = new = name.replace("/", "_")
        number = 0
        while new in context.names:
            number += 1
            new = "%s_%d" % (base, number)
        context.names.add(new)
        context.renamed[name] = new
        context.repairs.add("H105", name, new)
    return context.renamed[name]


def made_layer(kind, config, context, masked=""):
    """Makes the Keras 3 layer for a layer of Keras 2.

    Args:
        kind: str, the old class.
        config: dict, the old configuration.
        context: `arguments.Context`.
        masked: whether masks come with the inputs: "" for no, "mask", or `MASK_AND_STATES`.

    Raises:
        NotConverted: an unknown class, argument or value.
    """
    name = config.get("name", kind)
    if kind in context.customs:
        return _custom(kind, config, context)
    if kind not in stock.LAYERS and kind != "Lambda":
        raise context.refusal(name, kind, "a class that is not one of Keras's own layers",
                              "write it as a Keras 3 layer with get_config, and --custom MODULE:%s" % kind)
    special = _SPECIAL.get(kind)
    if special is not None:
        return special(kind, config, context, masked)
    return _plain(kind, config, context)


def require_known(kind, config, context):
    """Raises `NotConverted` if the table does not know an argument of a layer, or not this value of it."""
    _arguments(stock.LAYERS[kind], kind, config.get("name", kind), config, context)


def _plain(kind, config, context, cls=None, **changes):
    row = stock.LAYERS[kind]
    name = config.get("name", kind)
    arguments = dict(_arguments(row, kind, name, config, context), **changes)
    cls = cls or getattr(keras.layers, row.target or kind, None)
    if cls is None:
        raise context.refusal(name, kind, "Keras %s has no such layer" % keras.__version__, "pip install -U keras")
    arguments.update(name=plain_name(name, context), dtype=context.dtype)
    try:
        return cls(**arguments)
    except KcoolError:
        raise
    except Exception as error:
        raise context.refusal(name, kind, "%s: %s" % (type(error).__name__, _short(error)),
                              "change that in Keras 2 and save the model again")


def _short(error):
    return " ".join(str(error).split())[:300]


def _arguments(row, kind, name, config, context):
    found = {}
    for key, value in config.items():
        if key in stock.COMMON:
            continue
        new = row.renames.get(key, key)
        if new in row.takes:
            if new != key:
                context.repairs.add("H115", name, "%s is %s" % (key, new))
            found[new] = value_of(key, value, name, kind, context)
        elif key in row.drops and (row.drops[key] is stock.ANY or value in row.drops[key]):
            if key not in ("layer", "cell", "cells"):
                context.repairs.add("H102", name, key)
        else:
            raise context.refusal(name, kind, "the argument %s=%r, which Keras 3 does not know" % (key, value),
                                  "change it in Keras 2 and save the model again, or --custom MODULE:%s" % kind)
    return found


# --- layers with repairs of their own ---------------------------------------------------------------------------------

def _custom(kind, config, context):
    name = config.get("name", kind)
    cls = context.customs[kind]
    context.repairs.add("H119", name, kind)
    config = {key: value for key, value in config.items() if key not in ("batch_input_shape", "dtype")}
    config["name"] = plain_name(name, context)
    try:
        return cls.from_config(config)
    except Exception as error:
        raise context.refusal(name, kind, "%s.from_config(%s): %s: %s" % (
            kind, config, type(error).__name__, _short(error)), "make the class take the old configuration")


def _lambda(kind, config, context, masked):
    name = config.get("name", kind)
    # `lambdas.require_functions` has seen to it that one of them is there.
    function = context.lambdas.get(name) or context.customs[config["function"]]
    context.repairs.add("H107", name, getattr(function, "__name__", "function"))
    return keras.layers.Lambda(function, arguments=config.get("arguments") or {}, name=plain_name(name, context),
                               dtype=context.dtype)


def _merge(kind, config, context, masked):
    if not masked:
        return _plain(kind, config, context)
    context.repairs.add("H112", config.get("name", kind), kind)
    return _plain(kind, config, context, getattr(numerics, kind))


def _concatenate(kind, config, context, masked):
    name = config.get("name", kind)
    if masked and name not in context.renamed:
        # Keras 3 finds the mask with operations that it names concatenate, concatenate_1 and so on, in the same graph.
        context.renamed[name] = plain_name(name, context) + "_of_masked"
        context.repairs.add("H105", name, context.renamed[name])
    return _plain(kind, config, context)


def _softmax(kind, config, context, masked):
    if not masked:
        return _plain(kind, config, context)
    if not context.old_tf:
        raise context.refusal(config.get("name", kind), kind, "a mask, which some versions of tf.keras use and others "
                              "pass on", "put Activation('softmax') in its place where it was trained, or take the "
                              "mask away, and save the model again")
    context.repairs.add("H113", config.get("name", kind))
    return _plain(kind, config, context, numerics.OldSoftmax)


def _up_sampling_2d(kind, config, context, masked):
    if config.get("interpolation", "nearest") == "nearest" or not context.old_tf:
        return _plain(kind, config, context)
    if config["interpolation"] != "bilinear":
        raise context.refusal(config.get("name"), kind, "interpolation=%r" % (config["interpolation"],),
                              "save it with nearest or bilinear")
    factors = config.get("size") if isinstance(config.get("size"), list) else [config.get("size")]
    if any(isinstance(one, int) and one > _LARGEST_FACTOR for one in factors):
        # It computes as many tensors as that, one after the other.
        raise context.refusal(config.get("name"), kind, "size=%r, more than %d" % (config["size"], _LARGEST_FACTOR),
                              "take two such layers, and save the model again")
    context.repairs.add("H109", config.get("name", kind))
    config = {key: value for key, value in config.items() if key != "interpolation"}
    return _plain(kind, config, context, numerics.BilinearUpSampling2D)


def _local(kind, config, context, masked):
    context.repairs.add("H110", config.get("name", kind), kind)
    return _plain(kind, config, context, getattr(numerics, kind))


def _thresholded_relu(kind, config, context, masked):
    context.repairs.add("H111", config.get("name", kind))
    return _plain(kind, config, context)


def _cudnn(kind, config, context, masked):
    context.repairs.add("H104", config.get("name", kind), kind)
    extra = {"reset_after": True} if kind == "CuDNNGRU" else {}
    return _plain(kind, config, context, recurrent_activation="sigmoid", activation="tanh", **extra)


def _recurrent(kind, config, context, masked):
    if kind.startswith("GRU"):
        # Files of Keras before 2.1 do not say; there was one kind only.
        config = dict({"reset_after": False}, **config)
    if masked != MASK_AND_STATES or config.get("unroll"):
        return _plain(kind, config, context)
    context.repairs.add("H120", config.get("name", kind))
    return _plain(kind, config, context, getattr(recurrent, kind), masked_start=context.masked_start)


def _masked_states_refused(kind, config, context, masked):
    if masked == MASK_AND_STATES:
        raise context.refusal(config.get("name", kind), kind, "a mask and states that are not zero, which Keras 2 "
                              "answers in a way of its own", "kcool run, which needs no conversion")
    return _plain(kind, config, context)


def _batch_normalization(kind, config, context, masked):
    if context.old_tf and not config.get("trainable", True):
        context.repairs.add("H114", config.get("name", kind))
    axis = config.get("axis", -1)
    if isinstance(axis, list):
        if len(axis) != 1:
            raise context.refusal(config.get("name"), kind, "axis=%r" % (axis,), "use one axis")
        config = dict(config, axis=axis[0])
    if masked and not context.masked_statistics:
        context.repairs.add("H122", config.get("name", kind))
        return _plain(kind, config, context, numerics.BatchNormalization)
    return _plain(kind, config, context)


def _inner(config, key, context, kind, make=None):
    inner = config.get(key)
    if not isinstance(inner, dict) or "class_name" not in inner or not isinstance(inner.get("config"), dict):
        raise context.refusal(config.get("name"), kind, "%s=%r" % (key, inner), "save the model again")
    return (make or made_layer)(inner["class_name"], inner["config"], context)


def made_cell(kind, config, context):
    """Makes the Keras 3 cell for a cell of Keras 2."""
    if kind == "StackedRNNCells":
        cells = [made_cell(cell["class_name"], cell["config"], context) for cell in config["cells"]]
        return _plain(kind, config, context, cells=cells)
    if kind in context.customs:
        return _custom(kind, config, context)
    if not kind.endswith("Cell") or kind not in stock.LAYERS:
        raise context.refusal(config.get("name"), kind, "a cell that is not one of Keras's own",
                              "write it for Keras 3, and --custom MODULE:%s" % kind)
    return _recurrent(kind, config, context, "")


def _rnn(kind, config, context, masked):
    cell = _inner(config, "cell", context, kind, made_cell)
    stock_cell = config["cell"]["class_name"] in ("SimpleRNNCell", "LSTMCell", "GRUCell")
    if masked and not config.get("unroll") and not stock_cell:
        raise context.refusal(config.get("name", kind), kind, "a mask; Keras 2 answers masked steps with the first "
                              "state of the first cell, Keras 3 with the output before", "set unroll=True in Keras 2")
    if masked == MASK_AND_STATES and not config.get("unroll"):
        context.repairs.add("H120", config.get("name", kind))
        return _plain(kind, config, context, recurrent.RNN, cell=cell, masked_start=context.masked_start)
    return _plain(kind, config, context, cell=cell)


_SPECIAL = dict(
    dict.fromkeys(MERGES, _merge), **dict.fromkeys(_LOCAL, _local), Lambda=_lambda,
    Concatenate=_concatenate, Softmax=_softmax,
    UpSampling2D=_up_sampling_2d, ThresholdedReLU=_thresholded_relu, CuDNNLSTM=_cudnn, CuDNNGRU=_cudnn,
    LSTM=_recurrent, GRU=_recurrent, SimpleRNN=_recurrent, ConvLSTM2D=_masked_states_refused,
    BatchNormalization=_batch_normalization, RNN=_rnn)
