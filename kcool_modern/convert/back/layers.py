"""One layer of Keras 3, as data, becomes one of Keras 2.2.4, as data."""
import inspect

from ...keras22 import layers as layers22
from ..layers import MERGES
from .values import old_value

__all__ = ["old_layer", "plain_kind", "require_same_masks"]

ANY = object()

#: Arguments that Keras 2.2.4 has not -> the values with which they say nothing.
_SAYS_NOTHING = {
    "autocast": ANY, "data_format": ("channels_last", None), "dilation_rate": (1, (1,), (1, 1), (1, 1, 1)),
    "groups": (1, None), "input_spec": ANY, "keepdims": (False,), "lora_alpha": ANY, "lora_rank": (None,),
    "quantization_config": (None,), "renorm": (False,), "renorm_clipping": ANY, "renorm_momentum": ANY, "seed": ANY,
    "synchronized": (False,), "use_cudnn": ANY, "zero_output_for_mask": (False,), "masked_start": ("state",),
    "unroll": (False,), "use_gate": (False,)}
_RENAMED = {"LeakyReLU": {"negative_slope": "alpha"}}
#: What 2.2.4 takes as a keyword without naming it.
_FURTHER = {"ConvLSTM2D": ("return_state",)}
_COMMON = ("name", "trainable", "dtype")
#: Classes of kcool's that have another name than the old ones.
_OF_KCOOL = {"OldSoftmax": "Softmax", "BilinearUpSampling2D": "UpSampling2D",
             "MaskedBidirectionalAsCalled": "Bidirectional"}
_MASKS_AS_BEFORE = ["kcool>" + name for name in MERGES + (
    "OldSoftmax", "BatchNormalization", "Bidirectional", "MaskedBidirectionalAsCalled")]
_WITH_STATES = ("RNN", "SimpleRNN", "LSTM", "GRU", "ConvLSTM2D", "Bidirectional")


def plain_kind(data, context):
    """The class that a layer had in Keras 2.2.4.

    Args:
        data: dict, what `keras.saving.serialize_keras_object` gave.
        context: `arguments.Context`.

    Raises:
        NotConverted: it is neither Keras's own nor one that `kcool convert` made.
    """
    name, registered = data["class_name"], data.get("registered_name") or ""
    if registered.startswith("kcool>"):
        kind = _OF_KCOOL.get(name, name[:-len("AsCalled")] if name.endswith("AsCalled") else name)
    elif data.get("module") == "keras.layers":
        kind = name
    else:
        kind = None
    if kind is None or not hasattr(layers22, kind) or kind == "Lambda":
        raise context.refusal(
            data.get("config", {}).get("name", name), name, "a layer that Keras 2.2.4 has not" if kind != "Lambda" else
            "Python bytecode, which only the Python that wrote it can read",
            "cut the model there (compat.surgery), and write that part in Keras 2")
    return kind


def old_layer(data, context):
    """A layer of Keras 2.2.4, as its `get_config` would tell it.

    Args:
        data: dict, what `keras.saving.serialize_keras_object` gave.
        context: `arguments.Context`.

    Returns:
        Dict of ``class_name`` and ``config``, for `keras22.layers.deserialize`.

    Raises:
        NotConverted: an unknown class, argument or value.
    """
    kind, config = plain_kind(data, context), dict(data["config"])
    name = config.get("name", kind)
    _require_float32(config.pop("dtype", None), name, kind, context)
    if data["class_name"] == "BilinearUpSampling2D":
        config["interpolation"] = "bilinear"
    elif kind == "UpSampling2D" and config.get("interpolation", "nearest") != "nearest":
        raise context.refusal(name, kind, "interpolation=%r, whose pixels lie elsewhere in Keras 2.2.4" % (
            config["interpolation"],), "nearest is the same in both")
    if kind == "Bidirectional":
        _require_mirrored(config, context)
        # What it sets there itself; `require_same_masks` looks whether that counts.
        config["layer"]["config"].pop("zero_output_for_mask", None)
    found = {one: config.pop(one) for one in ("name", "trainable") if one in config}
    for key in ("layer", "cell"):
        if isinstance(config.get(key), dict):
            found[key] = old_layer(config.pop(key), context)
    if kind == "StackedRNNCells":
        found["cells"] = [old_layer(one, context) for one in config.pop("cells")]
    found.update(_arguments(kind, name, config, context))
    return {"class_name": kind, "config": found}


def _arguments(kind, name, config, context):
    takes = set(inspect.signature(getattr(layers22, kind).__init__).parameters) | set(_FURTHER.get(kind, ()))
    found = {}
    for key, value in config.items():
        old = _RENAMED.get(kind, {}).get(key, key)
        if old in takes:
            found[old] = old_value(key, value, name, kind, context)
        elif key in _SAYS_NOTHING and (_SAYS_NOTHING[key] is ANY or _comparable(value) in _SAYS_NOTHING[key]):
            continue
        else:
            raise context.refusal(name, kind, "the argument %s=%r, which Keras 2.2.4 does not know" % (key, value),
                                  "make the layer without it")
    return found


def _comparable(value):
    return tuple(value) if isinstance(value, list) else value


def _require_float32(dtype, name, kind, context):
    found = dtype.get("config", {}).get("name") if isinstance(dtype, dict) else dtype
    if found not in (None, "float32"):
        raise context.refusal(name, kind, "it computes in %s" % found, "make the model with dtype='float32', set the "
                              "weights, and save it again")


def _require_mirrored(config, context):
    """Keras 2.2.4 makes the backward layer from the forward one, and puts their names before its own."""
    forward, backward = config["layer"], config.pop("backward_layer", None)
    inner = dict(forward["config"])
    if str(inner.get("name", "")).startswith("forward_"):
        inner["name"] = inner["name"][len("forward_"):]
    config["layer"] = dict(forward, config=inner)
    if backward is None:
        return
    turned = dict(backward["config"], go_backwards=not backward["config"].get("go_backwards"))
    if _bare(dict(backward, config=turned)) != _bare(forward):
        raise context.refusal(config.get("name"), "Bidirectional", "a backward_layer that is not the mirrored forward "
                              "one", "use two layers in Keras 2")


def _bare(data):
    """A configuration without what differs from one copy of a layer to the next."""
    if isinstance(data, dict):
        return {key: _bare(value) for key, value in data.items()
                if key not in ("name", "build_config", "shared_object_id")}
    return [_bare(one) for one in data] if isinstance(data, (list, tuple)) else data


# --- masks ------------------------------------------------------------------------------------------------------------

def require_same_masks(data, masks, same, states, context):
    """Raises `NotConverted` where Keras 3 and Keras 2.2.4 treat masks in different ways.

    Args:
        data: dict, the layer.
        masks: list, the mask of each input, or None.
        same: whether all inputs have one and the same mask.
        states: whether an initial state is handed over.
        context: `arguments.Context`.
    """
    if all(mask is None for mask in masks):
        return
    kind, config = plain_kind(data, context), data["config"]
    own = data.get("registered_name") in _MASKS_AS_BEFORE
    inner = config.get("layer", {}).get("config", {}) if kind == "Bidirectional" else config
    states = states or bool(inner.get("stateful"))
    cell = config.get("cell", {}).get("class_name")
    why = None
    if kind in MERGES and not own and not same:
        why = "a mask that Keras 3 joins by OR and Keras 2.2.4 by AND"
    elif kind == "Softmax" and not own:
        why = "a mask, which Keras 3's uses and Keras 2.2.4's does not"
    elif kind == "Bidirectional" and inner.get("return_sequences") and not own:
        why = "a mask, for whose steps Keras 3 answers with zeros and Keras 2.2.4 with the output before"
    elif states and not inner.get("unroll") and "masked_start" not in config and kind in _WITH_STATES:
        why = "a mask and states that are not zero, which Keras 2.2.4 answers in a way of its own"
    elif kind == "RNN" and not inner.get("unroll") and cell not in ("SimpleRNNCell", "LSTMCell", "GRUCell"):
        why = "a mask over several cells, which Keras 2.2.4 answers in a way of its own"
    if kind == "BatchNormalization" and not own:
        context.repairs.add("H122", config.get("name", kind))
    if why:
        raise context.refusal(config.get("name", kind), kind, why, "take the mask away before it, or write that part "
                              "in Keras 2")

