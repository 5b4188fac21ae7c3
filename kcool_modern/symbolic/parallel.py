"""Data parallel training of a Keras 2.2 model: one call of the template in the graph, carried out on all devices."""
import importlib
from contextlib import contextmanager

from .. import keras22
from ..keras22.utils.generic_utils import to_list

__all__ = ["model_around", "parallel_model"]


def parallel_model(template, devices, merge_device, engine, output_names):
    """A model that trains `template` on several devices.

    Args:
        template: a functional or sequential model of Keras 2.2.
        devices: normalized device names.
        merge_device: name of the device on which outputs are put together.
        engine: name of the engine.
        output_names: the names that the outputs get.
    """
    module = importlib.import_module("kcool_modern.symbolic.engines.%s_parallel" % engine)
    return model_around(template, module.Replicas(template, devices, merge_device), output_names)


def model_around(template, replicas, output_names):
    """A model of one call of a template, which something else carries out.

    Args:
        template: a functional or sequential model of Keras 2.2.
        replicas: has ``call(inputs, mask)``.
        output_names: the names that the outputs get.
    """
    inputs = list(template.inputs)
    # Losses and updates of the template's own calls on these inputs are kept under them.
    given = [keras22.layers.Lambda(keras22.backend.identity, output_shape=_same_shape)(x) for x in inputs]
    with _carried_out_by(replicas, template):
        merged = to_list(template(given if len(given) > 1 else given[0]))
    outputs = [keras22.layers.Activation("linear", name=name)(tensor) for name, tensor in zip(output_names, merged)]
    return keras22.models.Model(inputs, outputs)


def _same_shape(shape):
    return shape


@contextmanager
def _carried_out_by(replicas, template):
    object.__setattr__(template, "call", replicas.call)
    try:
        yield
    finally:
        object.__delattr__(template, "call")
