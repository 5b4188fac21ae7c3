"""Models whose files are laid out as other machines, backends and versions did: made on a plain one and edited.

`EDITED` maps a name to ``(make(keras), edit(file))``. The real old stack then loads the weights of the edited file into
the plain model by itself, and so says what they mean.
"""
import json

import numpy as np

__all__ = ["EDITED"]


def _seeded(shape, seed):
    return np.random.RandomState(seed).uniform(-0.8, 0.8, shape).astype("float32")


def _replace(group, names, arrays):
    """Puts other arrays into the group of a layer, under names in its own manner."""
    for name in [name.decode() if isinstance(name, bytes) else name for name in group.attrs["weight_names"]]:
        del group[name]
    group.attrs["weight_names"] = [name.encode() for name in names]
    for name, array in zip(names, arrays):
        group[name] = array


def _each(config, change):
    """Calls `change` with the entry of every layer, also within wrappers."""
    layers = config["config"] if isinstance(config["config"], list) else config["config"]["layers"]
    for entry in layers:
        change(entry)
        if "layer" in entry["config"]:
            change(entry["config"]["layer"])


def _cudnn(file):
    """As layers on a GPU write them: other classes, fewer arguments, a bias for the input and one for the states."""
    config = json.loads(_text(file.attrs["model_config"]))

    def change(entry):
        if entry["class_name"] in ("LSTM", "GRU"):
            entry["class_name"] = "CuDNN" + entry["class_name"]
            for key in ("activation", "recurrent_activation", "use_bias", "dropout", "recurrent_dropout",
                        "implementation", "unroll", "reset_after"):
                entry["config"].pop(key, None)
            if entry["class_name"] == "CuDNNGRU":
                entry["config"].pop("unit_forget_bias", None)

    _each(config, change)
    file.attrs["model_config"] = json.dumps(config).encode()
    for number, (name, group) in enumerate(sorted(file["model_weights"].items())):
        names = [_text(one) for one in group.attrs["weight_names"]]
        arrays = [np.array(group[one]) for one in names]
        # A GRU of Keras 2 with two biases keeps them in two rows, an LSTM adds them up.
        arrays = [_seeded(array.shape, 7 * number + i) if array.ndim == 2 and "bias" not in one else
                  _seeded((array.size * (1 if array.ndim == 2 else 2),), 7 * number + i)
                  for i, (one, array) in enumerate(zip(names, arrays))]
        if names and "dense" not in name:
            _replace(group, names, arrays)


def _theano(file):
    file.attrs["backend"] = file["model_weights"].attrs["backend"] = b"theano"


def _keras_1(arrange):
    def edit(file):
        for group in (file, file["model_weights"]):
            if "keras_version" in group.attrs:
                del group.attrs["keras_version"]
        for name, group in file["model_weights"].items():
            names = [_text(one) for one in group.attrs["weight_names"]]
            if names:
                arrays = arrange(name, [np.array(group[one]) for one in names])
                _replace(group, ["%s/%s_%d:0" % (name, name, i) for i in range(len(arrays))], arrays)
    return edit


def _gates_apart(order):
    """Kernel, recurrent kernel and bias of each gate by itself, the gates in the old order."""
    def arrange(name, arrays):
        if len(arrays) != 3:
            return arrays
        gates = [np.split(array, len(order), axis=-1) for array in arrays]
        return [np.ascontiguousarray(parts[gate]) for gate in order for parts in gates]
    return arrange


def _with_an_axis_more(name, arrays):
    return [arrays[0][:, None]] + arrays[1:] if arrays[0].ndim == 3 else arrays


def _text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


# --- the plain models -------------------------------------------------------------------------------------------------

def _lstms(keras):
    L = keras.layers
    return keras.models.Sequential([
        L.LSTM(4, recurrent_activation="sigmoid", return_sequences=True, input_shape=(5, 3)),
        L.LSTM(3, recurrent_activation="sigmoid", go_backwards=True), L.Dense(2)])


def _grus(keras):
    L = keras.layers
    return keras.models.Sequential([
        L.GRU(4, recurrent_activation="sigmoid", reset_after=True, return_sequences=True, input_shape=(5, 3)),
        L.GRU(3, recurrent_activation="sigmoid", reset_after=True), L.Dense(2)])


def _both_ways(kind, **kwargs):
    def make(keras):
        L = keras.layers
        return keras.models.Sequential([
            L.Bidirectional(getattr(L, kind)(4, recurrent_activation="sigmoid", **kwargs), input_shape=(5, 3)),
            L.Dense(2)])
    return make


def _convolutions(keras):
    L = keras.layers
    return keras.models.Sequential([
        L.Conv2D(3, (3, 2), input_shape=(8, 8, 2)), L.Conv2DTranspose(2, (2, 3)), L.Reshape((9, -1)),
        L.Conv1D(3, 4), L.Flatten(), L.Dense(2)])


def _volumes(keras):
    return keras.models.Sequential([keras.layers.Conv3D(2, (2, 3, 2), input_shape=(4, 5, 4, 2))])


def _recurrent(kind):
    def make(keras):
        L = keras.layers
        return keras.models.Sequential([getattr(L, kind)(4, input_shape=(5, 3)), L.Dense(2)])
    return make


def _convolution_1d(keras):
    return keras.models.Sequential([keras.layers.Conv1D(3, 4, input_shape=(9, 2))])


EDITED = {
    "cudnn_lstm": (_lstms, _cudnn),
    "cudnn_gru": (_grus, _cudnn),
    "cudnn_lstm_bidirectional": (_both_ways("LSTM"), _cudnn),
    "cudnn_gru_bidirectional": (_both_ways("GRU", reset_after=True), _cudnn),
    "theano_convolutions": (_convolutions, _theano),
    "theano_volumes": (_volumes, _theano),
    "keras_1_lstm": (_recurrent("LSTM"), _keras_1(_gates_apart((0, 2, 1, 3)))),
    "keras_1_gru": (_recurrent("GRU"), _keras_1(_gates_apart((0, 1, 2)))),
    "keras_1_convolution": (_convolution_1d, _keras_1(_with_an_axis_more)),
}
