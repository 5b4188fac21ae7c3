"""The weights of layers in HDF5 groups: names, order, and what fits where."""
import warnings

import numpy as np

from .. import backend as K
from ..utils.io_utils import read_strings, write_strings
from .weight_conversion import preprocess_weights_for_loading

__all__ = ["assign_in_order", "load_attributes_from_hdf5_group", "load_weights_from_hdf5_group",
           "load_weights_from_hdf5_group_by_name", "named_values", "origin", "save_attributes_to_hdf5_group",
           "save_weights_to_hdf5_group", "text"]


def text(value):
    """A str for what h5py gives: bytes or str."""
    return value.decode("utf8") if isinstance(value, bytes) else str(value)


def save_attributes_to_hdf5_group(group, name, data):
    """Writes a list of strings as an attribute of a group; several ones if it is too large for one."""
    write_strings(group, name, data)


def load_attributes_from_hdf5_group(group, name):
    """The list of str that `save_attributes_to_hdf5_group` wrote."""
    return read_strings(group, name)


def named_values(variables):
    """Pairs of name and array, no name twice; the names are those that TensorFlow 1 would have given."""
    pairs, taken = [], set()
    for index, (variable, value) in enumerate(zip(variables, K.batch_get_value(variables))):
        begin = _name(variable) or "param_%d" % index
        name, number = begin, 0
        while name in taken:
            number += 1
            name = "%s_%d" % (begin, number)
        taken.add(name)
        pairs.append((name, np.asarray(value)))
    return pairs


def _name(variable):
    name = getattr(variable, "old_name", None) or getattr(variable, "name", None)
    return name if not name or ":" in name else name + ":0"


def save_weights_to_hdf5_group(f, layers):
    """Writes the weights of layers: a group for each, with its arrays under their variables' names.

    Args:
        f: HDF5 group.
        layers: list of layers.
    """
    from .. import __version__
    save_attributes_to_hdf5_group(f, "layer_names", [layer.name.encode("utf8") for layer in layers])
    f.attrs["backend"] = K.backend().encode("utf8")
    f.attrs["keras_version"] = __version__.encode("utf8")
    for layer in layers:
        group, pairs = f.create_group(layer.name), named_values(layer.weights)
        save_attributes_to_hdf5_group(group, "weight_names", [name.encode("utf8") for name, _ in pairs])
        for name, value in pairs:
            group.create_dataset(name, data=value)


def origin(attributes):
    """The Keras version and the backend that wrote some weights; ``("1", None)`` if the attributes do not say."""
    return (text(attributes["keras_version"]) if "keras_version" in attributes else "1",
            text(attributes["backend"]) if "backend" in attributes else None)


def _saved(f):
    for name in load_attributes_from_hdf5_group(f, "layer_names"):
        group = f[name]
        yield name, [np.asarray(group[weight]) for weight in load_attributes_from_hdf5_group(group, "weight_names")]


def load_weights_from_hdf5_group(f, layers, reshape=False):
    """Reads weights by the order of the layers; layers without weights are not counted.

    Args:
        f: HDF5 group.
        layers: list of layers.
        reshape: see `preprocess_weights_for_loading`.

    Raises:
        ValueError: something does not fit; nothing has been written.
    """
    assign_in_order(_saved(f), layers, origin(f.attrs), reshape)


def assign_in_order(saved, layers, come_from, reshape):
    """Writes weights into the layers that have any.

    Args:
        saved: pairs of layer name and list of arrays.
        layers: list of layers.
        come_from: see `origin`.
        reshape: see `preprocess_weights_for_loading`.
    """
    saved = [(name, values) for name, values in saved if values]
    layers = [layer for layer in layers if layer.weights]
    if len(saved) != len(layers):
        raise ValueError("You are trying to load a weight file containing %d layers into a model with %d layers." % (
            len(saved), len(layers)))
    pairs = []
    for index, ((name, values), layer) in enumerate(zip(saved, layers)):
        weights = layer.weights
        values = preprocess_weights_for_loading(layer, values, *come_from, reshape=reshape)
        if len(values) != len(weights):
            raise ValueError('Layer #%d (named "%s" in the current model) was found to correspond to layer %s in the '
                             "save file. However the new layer %s expects %d weights, but the saved weights have %d "
                             "elements." % (index, layer.name, name, layer.name, len(weights), len(values)))
        for weight, value in zip(weights, values):
            _require_shape(index, layer, weight, value)
        pairs += zip(weights, values)
    K.batch_set_value(pairs)


def _require_shape(index, layer, weight, value):
    if K.int_shape(weight) != value.shape:
        raise ValueError('Layer #%d (named "%s"), weight %s has shape %s, but the saved weight has shape %s.' % (
            index, layer.name, weight, K.int_shape(weight), value.shape))


def load_weights_from_hdf5_group_by_name(f, layers, skip_mismatch=False, reshape=False):
    """Reads weights into the layers whose names the file knows.

    Args:
        f: HDF5 group.
        layers: list of layers.
        skip_mismatch: whether what does not fit is left as it is, with a warning.
        reshape: see `preprocess_weights_for_loading`.

    Raises:
        ValueError: something does not fit; nothing has been written.
    """
    come_from, pairs = origin(f.attrs), []
    for index, (name, values) in enumerate(_saved(f)):
        for layer in layers:
            if layer.name == name:
                pairs += _fitting(index, layer, values, come_from, skip_mismatch, reshape)
    K.batch_set_value(pairs)


def _fitting(index, layer, values, come_from, skip_mismatch, reshape):
    weights, pairs = layer.weights, []
    values = preprocess_weights_for_loading(layer, values, *come_from, reshape=reshape)
    if len(values) != len(weights):
        if not skip_mismatch:
            raise ValueError('Layer #%d (named "%s") expects %d weight(s), but the saved weights have %d element(s).'
                             % (index, layer.name, len(weights), len(values)))
        warnings.warn("Skipping loading of weights for layer %s due to mismatch in number of weights (%d vs %d)." % (
            layer.name, len(weights), len(values)), stacklevel=2)
        return []
    for weight, value in zip(weights, values):
        if skip_mismatch and K.int_shape(weight) != value.shape:
            warnings.warn("Skipping loading of weights for layer %s due to mismatch in shape (%s vs %s)." % (
                layer.name, K.int_shape(weight), value.shape), stacklevel=2)
            continue
        _require_shape(index, layer, weight, value)
        pairs.append((weight, value))
    return pairs
