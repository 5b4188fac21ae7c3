"""``keras.engine.saving``: models and weights in the files of Keras 2.2.4."""
import json
import os
import shutil
import tempfile
import warnings
from collections import namedtuple

import keras
import numpy as np

from .. import backend as K
from ..utils.io_utils import ask_to_proceed_with_overwrite, h5dict
from . import saved_weights
from .saved_weights import (
    load_attributes_from_hdf5_group,
    load_weights_from_hdf5_group,
    load_weights_from_hdf5_group_by_name,
    save_attributes_to_hdf5_group,
    save_weights_to_hdf5_group,
    text,
)
from .weight_conversion import preprocess_weights_for_loading

try:
    import h5py
except ImportError:
    h5py = None

__all__ = ["load_attributes_from_hdf5_group", "load_model", "load_weights", "load_weights_from_hdf5_group",
           "load_weights_from_hdf5_group_by_name", "model_from_config", "model_from_json", "model_from_yaml",
           "pickle_model", "preprocess_weights_for_loading", "save_attributes_to_hdf5_group", "save_model",
           "save_weights", "save_weights_to_hdf5_group", "unpickle_model"]

#: A model as data: ``layers`` and ``optimizer`` hold names and arrays, ``config`` and ``training`` JSON or None.
_Saved = namedtuple("_Saved", "config layers training optimizer")


# --- writing ----------------------------------------------------------------------------------------------------------

def save_model(model, filepath, overwrite=True, include_optimizer=True):
    """Writes architecture, weights and training state.

    A file is written beside its place and moved there when it is complete.

    Args:
        model: a model.
        filepath: path (``.keras`` for Keras 3's own format, anything else for HDF5), HDF5 group, or dict to fill.
        overwrite: whether an existing file is replaced without a question.
        include_optimizer: whether the optimizer's state is written.
    """
    to_file = isinstance(filepath, (str, os.PathLike))
    if h5py is None and not isinstance(filepath, dict):
        raise ImportError("`save_model` requires h5py.")
    if to_file and not overwrite and os.path.isfile(filepath) and not ask_to_proceed_with_overwrite(filepath):
        return
    if to_file and os.fspath(filepath).endswith(".keras"):
        from .._native import save_native
        _write_whole(filepath, lambda path: save_native(model, path), ".keras")
        return
    saved = _as_data(model, include_optimizer)
    if to_file:
        _write_whole(filepath, lambda path: _write(saved, path))
    else:
        _write(saved, filepath)


def _write(saved, place):
    f = h5dict(place, mode="w")
    try:
        _fill(f, saved)
    finally:
        # A group of the caller's stays open.
        f.close()


def _write_whole(filepath, write, suffix=""):
    """Calls ``write(path)`` with a path beside `filepath`, and moves the result to `filepath`."""
    target = os.path.realpath(os.fspath(filepath))
    folder = tempfile.mkdtemp(prefix=".", suffix=".part", dir=os.path.dirname(target))
    try:
        # In a folder of its own, so that the file gets the usual permissions.
        part = os.path.join(folder, "model" + suffix)
        write(part)
        if os.path.exists(target):
            shutil.copymode(target, part)
        os.replace(part, target)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as_data(model, include_optimizer):
    """Everything that will be written: what cannot be saved raises here, before anything is touched."""
    config = json.dumps({"class_name": type(model).__name__, "config": model.get_config()}, default=_as_json)
    layers = [(layer.name, saved_weights.named_values(layer.weights)) for layer in model.layers]
    training, optimizer = None, None
    if include_optimizer and vars(model).get("optimizer"):
        training, optimizer = _training(model)
    return _Saved(config, layers, training, optimizer)


def _training(model):
    from .. import optimizers
    if isinstance(model.optimizer, optimizers.TFOptimizer):
        warnings.warn("TensorFlow optimizers do not make it possible to access optimizer attributes or optimizer state "
                      "after instantiation. As a result, we cannot save the optimizer as part of the model save file. "
                      "You will have to compile your model again after loading it. Prefer using a Keras optimizer "
                      "instead (see keras.io/optimizers).", stacklevel=2)
        return None, None
    config = {"optimizer_config": {"class_name": type(model.optimizer).__name__,
                                   "config": model.optimizer.get_config()},
              "loss": model.loss, "metrics": model.metrics, "sample_weight_mode": model.sample_weight_mode,
              "loss_weights": model.loss_weights}
    return json.dumps(config, default=_as_json), saved_weights.named_values(model.optimizer.weights)


def _fill(f, saved):
    from .. import __version__
    version, backend = __version__.encode("utf8"), K.backend().encode("utf8")
    f["keras_version"], f["backend"] = version, backend
    f["model_config"] = saved.config.encode("utf8")
    weights = f["model_weights"]
    weights["layer_names"] = [name.encode("utf8") for name, _ in saved.layers]
    weights["backend"], weights["keras_version"] = backend, version
    for name, values in saved.layers:
        _fill_weights(weights[name], values)
    if saved.training is not None:
        f["training_config"] = saved.training.encode("utf8")
        if saved.optimizer:
            _fill_weights(f["optimizer_weights"], saved.optimizer)


def _fill_weights(group, values):
    group["weight_names"] = [name.encode("utf8") for name, _ in values]
    for name, value in values:
        group[name] = value


def _as_json(value):
    if hasattr(value, "get_config"):
        return {"class_name": type(value).__name__, "config": value.get_config()}
    if isinstance(value, np.ndarray):
        return value.tolist()
    if type(value).__module__ == np.__name__ and hasattr(value, "item"):
        return value.item()
    if callable(value):
        return value.__name__
    raise TypeError("Not JSON Serializable: %s" % (value,))


# --- reading ----------------------------------------------------------------------------------------------------------

def load_model(filepath, custom_objects=None, compile=True):
    """Reads what `save_model` (or Keras 2.2.4 itself) wrote.

    Args:
        filepath: path, HDF5 group, or dict; from a ``.keras`` file comes a plain Keras 3 model.
        custom_objects: dict from name to class or function.
        compile: whether to compile the model as it was compiled, optimizer state included.
    """
    if h5py is None and not isinstance(filepath, dict):
        raise ImportError("`load_model` requires h5py.")
    if isinstance(filepath, (str, os.PathLike)) and os.fspath(filepath).endswith(".keras"):
        return keras.saving.load_model(filepath, custom_objects=custom_objects, compile=compile)
    f = h5dict(filepath, "r")
    try:
        return _model_of(f, custom_objects or {}, compile)
    finally:
        if isinstance(filepath, (str, os.PathLike)):
            f.close()


def _model_of(f, custom_objects, compile):
    if "model_config" not in f or f["model_config"] is None:
        raise ValueError("No model found in config.")
    model = model_from_config(json.loads(text(f["model_config"])), custom_objects=custom_objects)
    _load_layers(f["model_weights"], model)
    if compile:
        _compile_as_saved(f, model, custom_objects)
    return model


def _load_layers(group, model):
    origin = saved_weights.origin(group)
    saved = [(name, _values(group[name])) for name in map(text, group["layer_names"])]
    saved_weights.assign_in_order(saved, model.layers, origin, reshape=False)


def _values(group):
    return [np.asarray(group[name]) for name in group["weight_names"]]


def _compile_as_saved(f, model, custom_objects):
    from .. import optimizers
    if "training_config" not in f or f["training_config"] is None:
        warnings.warn("No training configuration found in save file: the model was *not* compiled. Compile it "
                      "manually.", stacklevel=2)
        return
    config = json.loads(text(f["training_config"]))
    optimizer = optimizers.deserialize(config["optimizer_config"], custom_objects=custom_objects)
    model.compile(optimizer=optimizer, loss=_with_objects(config["loss"], custom_objects),
                  metrics=_with_objects(config["metrics"], custom_objects), loss_weights=config["loss_weights"],
                  sample_weight_mode=config["sample_weight_mode"])
    if "optimizer_weights" not in f:
        return
    # The optimizer makes its variables with the updates.
    model._make_train_function()
    try:
        model.optimizer.set_weights(_values(f["optimizer_weights"]))
    except ValueError:
        warnings.warn("Error in loading the saved optimizer state. As a result, your model is starting with a freshly "
                      "initialized optimizer.", stacklevel=2)


def _with_objects(value, custom_objects):
    """Puts custom objects in the place of their names, at any depth."""
    if isinstance(value, list):
        return [_with_objects(item, custom_objects) for item in value]
    if isinstance(value, dict):
        return {key: _with_objects(item, custom_objects) for key, item in value.items()}
    return custom_objects.get(value, value)


# --- pickles ----------------------------------------------------------------------------------------------------------

def pickle_model(model):
    """A model as a dict of plain data."""
    state = {}
    _fill(h5dict(state), _as_data(model, True))
    return state


def unpickle_model(state):
    """The model that `pickle_model` made a dict of."""
    return _model_of(h5dict(state, mode="r"), {}, True)


# --- architectures ----------------------------------------------------------------------------------------------------

def model_from_config(config, custom_objects=None):
    """Makes a model, not compiled, from a dict with ``class_name`` and ``config``.

    Args:
        config: dict.
        custom_objects: dict from name to class or function.
    """
    if isinstance(config, list):
        raise TypeError("`model_from_config` expects a dictionary, not a list. Maybe you meant to use "
                        "`Sequential.from_config(config)`?")
    from ..layers import deserialize
    return deserialize(config, custom_objects=custom_objects)


def model_from_yaml(yaml_string, custom_objects=None):
    """Makes a model, not compiled, from the result of ``to_yaml``."""
    import yaml
    return model_from_config(yaml.load(yaml_string, Loader=yaml.FullLoader), custom_objects=custom_objects)


def model_from_json(json_string, custom_objects=None):
    """Makes a model, not compiled, from the result of ``to_json``."""
    return model_from_config(json.loads(json_string), custom_objects=custom_objects)


# --- weights alone ----------------------------------------------------------------------------------------------------

def save_weights(model, filepath, overwrite=True):
    """Writes the weights of a model's layers into an HDF5 file.

    Args:
        model: a model.
        filepath: path.
        overwrite: whether an existing file is replaced without a question.
    """
    if h5py is None:
        raise ImportError("`save_weights` requires h5py.")
    if not overwrite and os.path.isfile(filepath) and not ask_to_proceed_with_overwrite(filepath):
        return

    def write(path):
        with h5py.File(path, "w") as f:
            save_weights_to_hdf5_group(f, model.layers)
            f.flush()

    _write_whole(filepath, write)


def load_weights(model, filepath, by_name=False, skip_mismatch=False, reshape=False):
    """Reads weights from a file of `save_weights` or `save_model`.

    Args:
        model: a model.
        filepath: path.
        by_name: whether layers are found by name rather than by their order.
        skip_mismatch: with `by_name`, whether layers that do not fit are left as they are, with a warning.
        reshape: whether kernels may be reshaped if only the number of their elements fits.
    """
    if h5py is None:
        raise ImportError("`load_weights` requires h5py.")
    with h5py.File(filepath, mode="r") as f:
        whole = "layer_names" not in f.attrs and "model_weights" in f
        group = f["model_weights"] if whole else f
        if by_name:
            load_weights_from_hdf5_group_by_name(group, model.layers, skip_mismatch=skip_mismatch, reshape=reshape)
        else:
            load_weights_from_hdf5_group(group, model.layers, reshape=reshape)
