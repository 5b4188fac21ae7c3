"""``keras.models``: models, their copies and their files."""
from . import backend as K
from ._symbolic.spec import is_symbol, map_structure
from .engine.input_layer import Input, InputLayer
from .engine.saving import load_model, model_from_config, model_from_json, model_from_yaml, save_model
from .engine.sequential import Sequential
from .engine.training import Model
from .utils.generic_utils import (
    has_arg,  # noqa: F401 - 2.2.4 had it here too
    to_list,
    unpack_singleton,
)

__all__ = ["Input", "InputLayer", "Model", "Sequential", "clone_model", "load_model", "model_from_config",
           "model_from_json", "model_from_yaml", "save_model"]


def clone_model(model, input_tensors=None):
    """A model of the same architecture with layers and weights of its own.

    Args:
        model: a functional or a `Sequential` model.
        input_tensors: tensors to build it on; placeholders by default.
    """
    if isinstance(model, Sequential):
        return _clone_sequential_model(model, input_tensors=input_tensors)
    return _clone_functional_model(model, input_tensors=input_tensors)


def _copy_of(layer):
    return type(layer).from_config(layer.get_config())


def _clone_functional_model(model, input_tensors=None):
    if not isinstance(model, Model):
        raise ValueError("Expected `model` argument to be a `Model` instance, got ", model)
    if isinstance(model, Sequential):
        raise ValueError("Expected `model` argument to be a functional `Model` instance, got a `Sequential` instance "
                         "instead:", model)
    entries = _entries(model, input_tensors)
    known = {id(old): new for old, new in zip(model.inputs, entries)}
    copies = {}
    for node in model._ordered_nodes():
        layer = node.outbound_layer
        if all(id(x) in known for x in node.outputs) or not all(id(x) in known for x in node.inbound_tensors):
            continue
        if id(layer) not in copies:
            copies[id(layer)] = _copy_of(layer)
        kwargs = map_structure(lambda leaf: known.get(id(leaf), leaf) if is_symbol(leaf) else leaf, node.user_kwargs)
        inputs = [known[id(x)] for x in node.inbound_tensors]
        outputs = to_list(copies[id(layer)](inputs if isinstance(node.call_inputs, list) else inputs[0], **kwargs))
        known.update({id(old): new for old, new in zip(node.outputs, outputs)})
    for x in model.outputs:
        if id(x) not in known:
            raise AssertionError("Could not compute output %s" % x)
    return Model(entries, [known[id(x)] for x in model.outputs], name=model.name)


def _entries(model, input_tensors):
    if input_tensors is None:
        return [Input(batch_shape=layer.batch_input_shape, dtype=layer.dtype, sparse=layer.sparse, name=layer.name)
                for layer in model._input_layers]
    return [x if K.is_keras_tensor(x) else Input(tensor=x, name="input_wrapper_for_" + layer.name)
            for x, layer in zip(to_list(input_tensors), model._input_layers)]


def _clone_sequential_model(model, input_tensors=None):
    if not isinstance(model, Sequential):
        raise ValueError("Expected `model` argument to be a `Sequential` model instance, but got:", model)
    layers = [_copy_of(layer) for layer in model.layers]
    if input_tensors is None:
        return Sequential(layers=layers, name=model.name)
    if len(to_list(input_tensors)) != 1:
        raise ValueError("To clone a `Sequential` model, we expect  at most one tensor as part of `input_tensors`.")
    x = unpack_singleton(to_list(input_tensors))
    if not K.is_keras_tensor(x):
        x = Input(tensor=x, name="input_wrapper_for_" + str(x.name))
    entry = x._keras_history[0]
    if not isinstance(entry, InputLayer):
        raise ValueError("Cannot clone a `Sequential` model on top of a tensor that comes from a Keras layer other "
                         "than an `InputLayer`. Use the functional API instead.")
    return Sequential(layers=[entry] + layers, name=model.name)
