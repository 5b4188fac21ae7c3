"""The arrays of a file into the variables of the new model: in the old order, in today's layout, names checked."""
import re
from types import SimpleNamespace

import numpy as np

from kcool.errors import NotConverted, UnreadableModel
from kcool_common.weight_layouts import FROM_KERAS_1, for_gru, for_lstm, turned

__all__ = ["assigned", "distributed"]

_WITH_KERNELS = ("Conv1D", "Conv2D", "Conv3D", "Conv2DTranspose", "ConvLSTM2D")
#: Names of weights that have one shape, so that only their names can tell them apart.
_TOLD_APART = ("gamma", "beta", "moving_mean", "moving_variance", "kernel", "recurrent_kernel", "bias",
               "depthwise_kernel", "pointwise_kernel")


def assigned(saved, part, context):
    """Fills a model's variables.

    Args:
        saved: `source.Saved`.
        part: `parts.Part` of the model.
        context: `arguments.Context`.

    Returns:
        The number of numbers that were read.

    Raises:
        UnreadableModel: arrays and architecture do not fit together.
    """
    stored = [one for one in saved.layers if one.names]
    wanted = [(child, child.groups()) for child in part.children]
    wanted = [(child, trainable + others) for child, (trainable, others) in wanted if trainable + others]
    by_name = {one.name: one for one in stored}
    if len(by_name) == len(stored) and set(by_name) == {child.name for child, _ in wanted}:
        stored = [by_name[child.name] for child, _ in wanted]
    if len(stored) != len(wanted):
        raise _misfit(saved, "weights for %d layers in the file, %d layers with weights in its architecture (%s)" % (
            len(stored), len(wanted), _difference(stored, [child.name for child, _ in wanted])))
    return sum(distributed(one, groups, saved, context) for one, (_, groups) in zip(stored, wanted))


def _difference(stored, names):
    odd = sorted({one.name for one in stored} ^ set(names))
    return "not on both sides: %s" % ", ".join(odd[:8]) if odd else "all names are on both sides"


def _misfit(saved, found):
    return UnreadableModel("The weights in %s do not fit its architecture." % saved.path, found=found,
                           do="save the model again where it was trained")


def distributed(stored, groups, saved, context):
    """Writes the arrays of one layer of the file.

    Args:
        stored: `source.Stored`.
        groups: list of (part, variables), in the file's order.

    Returns:
        The number of numbers that were read.
    """
    arrays, at, count = stored.read(), 0, 0
    for part, variables in groups:
        taken = _count(part, variables, len(arrays) - at, single=len(groups) == 1)
        values, names = arrays[at:at + taken], stored.names[at:at + taken]
        at += taken
        converted = _converted(part, values, saved, context)
        if len(converted) != len(variables):
            raise _misfit(saved, "layer %s: %d arrays for %d weights" % (part.name, len(converted), len(variables)))
        if taken == len(variables):
            _require_names(part, variables, names, saved)
        for variable, value in zip(variables, converted):
            if tuple(variable.shape) != np.shape(value):
                raise _misfit(saved, "layer %s: an array of shape %s for the weight %s of shape %s" % (
                    part.name, np.shape(value), variable.name, tuple(variable.shape)))
            variable.assign(value)
            count += value.size
        if part.kind == "Normalization":
            part.layer.finalize_state()  # it computes with constants that it makes of its weights
    if at != len(arrays):
        raise _misfit(saved, "layer %s: %d arrays, of which %d are used" % (stored.name, len(arrays), at))
    return count


def _count(part, variables, left, single):
    # Only Keras 1 had another number of arrays than today, and no models within models with recurrent layers.
    return left if single and part.kind in ("GRU", "LSTM", "ConvLSTM2D") and left in (9, 12) else len(variables)


def _require_names(part, variables, names, saved):
    for variable, name in zip(variables, names):
        old = re.sub(r"(_\d+)?(:\d+)?$", "", name.rsplit("/", 1)[-1])
        new = variable.name
        if old == new or old not in _TOLD_APART or new not in _TOLD_APART:
            continue
        if {old, new} == {"depthwise_kernel", "kernel"}:
            continue
        raise _misfit(saved, "layer %s: the array %s in the place of %s" % (part.name, name, new))


# --- layouts ----------------------------------------------------------------------------------------------------------

def _converted(part, arrays, saved, context):
    kind, before = part.kind, [np.shape(array) for array in arrays]
    if saved.version.startswith("1") and kind in FROM_KERAS_1:
        arrays = FROM_KERAS_1[kind](_attributes(part), list(arrays))
    if kind in _WITH_KERNELS and saved.backend == "theano":
        kernels = 2 if kind == "ConvLSTM2D" else 1
        arrays = [turned(array) for array in arrays[:kernels]] + list(arrays[kernels:])
        context.repairs.add("H116", part.name, "kernels of Theano turned around")
    arrays = _recurrent(part, list(arrays), context)
    if [np.shape(array) for array in arrays] != before:
        context.repairs.add("H116", part.name, "%s to %s" % (before, [np.shape(array) for array in arrays]))
    return arrays


def _attributes(part):
    layer = part.layer
    return SimpleNamespace(name=part.name, **{key: getattr(layer, key, None)
                                              for key in ("kernel_size", "filters", "data_format")})


def _recurrent(part, arrays, context):
    kind = part.kind
    if len(arrays) != 3 or kind not in ("LSTM", "GRU", "CuDNNLSTM", "CuDNNGRU"):
        return arrays
    try:
        if kind.endswith("LSTM"):
            return for_lstm("LSTM", arrays)
        return for_gru("GRU(reset_after=%s)" % bool(part.layer.reset_after), arrays)
    except ValueError as error:
        raise NotConverted("The weights of layer %s (%s) in %s cannot be used." % (part.name, kind, context.path),
                           found=str(error), do="save the model again where it was trained")
