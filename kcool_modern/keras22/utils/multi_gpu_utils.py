"""One model on several devices, by slices of the batch and one concatenation."""
import collections

import keras

from .. import backend as K
from .._symbolic.devices import device
from ..engine.training import Model
from ..layers.core import Lambda
from ..layers.merge import concatenate
from ..models import clone_model
from .generic_utils import to_list  # noqa: F401 - 2.2.4 had it here too

__all__ = ["multi_gpu_model"]


def multi_gpu_model(model, gpus=None, cpu_merge=True, cpu_relocation=False):
    """A model that applies `model` to a part of the batch per GPU and puts the outputs together.

    Its weights are those of `model`; ``layers[-2]`` is `model` if that has one output.

    Args:
        model: the template.
        gpus: number of GPUs, at least 2, or a list of their ids, or None for all that are there.
        cpu_merge: put the outputs together on the CPU, else on the first GPU.
        cpu_relocation: make a copy of the model first, whose weights are new.

    Returns:
        A `Model`.
    """
    ids = _checked(gpus, [_normalize_device_name(name) for name in _get_available_devices()])
    if cpu_relocation:
        with device("/cpu:0"):
            model = clone_model(model)
    collected = [[] for _ in model.outputs]
    for part, number in enumerate(ids):
        with device("/gpu:%d" % number):
            slices = [Lambda(_slice, output_shape=K.int_shape(x)[1:], arguments={"i": part, "parts": len(ids)})(x)
                      for x in model.inputs]
            outputs = model(slices[0] if len(slices) == 1 else slices)
        for into, output in zip(collected, outputs if isinstance(outputs, list) else [outputs]):
            into.append(output)
    with device("/cpu:0" if cpu_merge else "/gpu:%d" % ids[0]):
        merged = [concatenate(parts, axis=0, name=name) for name, parts in zip(_unique(model.output_names), collected)]
    return Model(model.inputs, merged)


def _slice(data, i, parts):
    # The last part takes the rest.
    batch = K.shape(data)[0]
    step = batch // parts
    return data[i * step:] if i == parts - 1 else data[i * step:(i + 1) * step]


def _unique(names):
    """Output names, numbered where a layer gives several outputs."""
    counts, seen, unique = collections.Counter(names), collections.Counter(), []
    for name in names:
        seen[name] += 1
        unique.append("%s_%d" % (name, seen[name]) if counts[name] > 1 else name)
    return unique


def _checked(gpus, available):
    """The ids of the GPUs to use."""
    if not gpus:
        gpus = len([name for name in available if "gpu" in name])
    is_list = isinstance(gpus, (list, tuple))
    if (len(gpus) if is_list else gpus) <= 1:
        raise ValueError("For multi-gpu usage to be effective, call `multi_gpu_model` with `%s >= 2`. "
                         "Received: `gpus=%s`" % ("len(gpus)" if is_list else "gpus", gpus))
    ids = list(gpus) if is_list else list(range(gpus))
    wanted = ["/cpu:0"] + ["/gpu:%d" % number for number in ids]
    if not set(wanted) <= set(available):
        raise ValueError("To call `multi_gpu_model` with `gpus=%s`, we expect the following devices to be available: "
                         "%s. However this machine only has: %s. Try reducing `gpus`." % (gpus, wanted, available))
    return ids


def _get_available_devices():
    """Names of the devices of this machine."""
    devices = keras.distribution.list_devices()
    if not any(name.startswith("cpu") for name in devices):
        devices = ["cpu:0"] + devices
    return ["/" + name for name in devices]


def _normalize_device_name(name):
    return "/" + ":".join(name.lower().replace("/", "").split(":")[-2:])
