"""A model of Keras 2.2 as one of plain Keras 3, which gives the same numbers and needs nothing of ours to be loaded."""
import inspect
from collections import namedtuple

import keras
import numpy as np

from . import activations
from ._symbolic.spec import is_symbol, map_structure
from .engine.network import Network
from .engine.weight_conversion import convert_rnn_weights
from .utils.generic_utils import to_list, unpack_singleton

__all__ = ["save_native", "to_native"]

#: A layer of Keras 3, and its weights as arrays in its own order; None if it has them already.
_Converted = namedtuple("_Converted", "layer values")

#: 2.2's hard sigmoid is ``clip(0.2 * x + 0.5)``, that of Keras 3 ``clip(x / 6 + 0.5)``: of 1.2 times the input.
_HARD = 1.2


def save_native(model, path):
    """Writes a model as a ``.keras`` file for plain Keras 3; see `to_native`.

    Args:
        model: a model of Keras 2.2, functional or sequential.
        path: str, ends in ``.keras``.
    """
    to_native(model).save(path)


def to_native(model):
    """Converts a model layer by layer; it shares nothing with the result, which is not compiled.

    Where 2.2's hard sigmoid differs from today's, the weights in front of it are scaled: the outputs are equal to
    rounding, gradient steps are not.

    Args:
        model: a model of Keras 2.2, functional or sequential, built.

    Returns:
        A ``keras.Model``.

    Raises:
        ValueError: a layer or an argument that plain Keras 3 has no counterpart for.
    """
    if not model.built or not model._is_graph_network:
        raise ValueError("Model %s has no graph of layers, so it cannot be converted to plain Keras 3: build it, or "
                         "write its `call` in Keras 3." % model.name)
    known = {id(x): _entry(layer) for x, layer in zip(model.inputs, model._input_layers)}
    made = {}
    for node in model._ordered_nodes():
        layer = node.outbound_layer
        if all(id(x) in known for x in node.outputs) or not all(id(x) in known for x in node.inbound_tensors):
            continue
        if id(layer) not in made:
            made[id(layer)] = convert_layer(layer)
        outputs = _called(made[id(layer)].layer, layer, node, known)
        known.update({id(old): new for old, new in zip(node.outputs, to_list(outputs, allow_tuple=True))})
    native = keras.Model([known[id(x)] for x in model.inputs], unpack_singleton([known[id(x)] for x in model.outputs]),
                         name=_plain_name(model))
    for layer in model.layers:
        if id(layer) in made:
            _finish(made[id(layer)], layer)
    native.trainable = model.trainable
    return native


def _finish(converted, layer):
    if converted.values is not None:
        converted.layer.set_weights(converted.values)
    if not layer.trainable:
        converted.layer.trainable = False


def _entry(layer):
    if not layer.is_placeholder:
        raise ValueError("Input %s takes its value from a tensor; Keras 3 has no such inputs." % layer.name)
    return keras.Input(batch_shape=layer.batch_input_shape, dtype=layer.dtype, sparse=layer.sparse,
                       name=_plain_name(layer))


def _plain_name(layer):
    return layer.name.replace("/", "_")


def _called(native, layer, node, known):
    """Calls a layer of Keras 3 as a node calls the old one."""
    kwargs = map_structure(lambda leaf: known.get(id(leaf), leaf) if is_symbol(leaf) else leaf, node.user_kwargs)
    inputs = [known[id(x)] for x in node.inbound_tensors]
    if getattr(layer, "_num_constants", None):
        raise _refusal(layer, "constants are passed to it")
    strange = set(kwargs) - {"training", "initial_state"}
    if strange:
        raise _refusal(layer, "it is called with %s" % ", ".join(sorted(strange)))
    if type(layer).__name__ in _STATEFUL and len(inputs) > 1:
        # Old layers keep the states among the inputs, whether they came as an argument or not.
        return native(inputs[0], **dict(kwargs, initial_state=inputs[1:]))
    return native(inputs if isinstance(node.call_inputs, list) and len(inputs) > 1 else inputs[0], **kwargs)


def _refusal(layer, why):
    return ValueError("Layer %s (%s) cannot be converted to plain Keras 3: %s." % (
        layer.name, type(layer).__name__, why))


# --- arguments --------------------------------------------------------------------------------------------------------

def _argument(layer, key, value):
    """An argument of a layer of 2.2 in Keras 3's words."""
    kind = key.rsplit("_", 1)[-1]
    if value is None:
        return None
    if kind == "activation":
        return _activation(layer, value)
    if kind == "initializer":
        return _initializer(value)
    if kind in ("regularizer", "constraint"):
        home = keras.regularizers if kind == "regularizer" else keras.constraints
        if not isinstance(value, dict) or not hasattr(home, value["class_name"]):
            raise _refusal(layer, "its %s is not one of Keras's own" % key)
        return getattr(home, value["class_name"])(**value["config"])
    return value


def _activation(layer, name):
    function = getattr(activations, name, None) if isinstance(name, str) else None
    now = vars(layer).get("activation")
    if function is None or not hasattr(keras.activations, name) or callable(now) and getattr(
            now, "__name__", name) == name and not _is_own(now):
        raise _refusal(layer, "its activation %s is not one of Keras's own" % (name,))
    return name


def _is_own(function):
    return getattr(function, "__module__", "").startswith(__package__)


def _initializer(value):
    """The initializer, for those who train the model anew; a default one where Keras 3 has none of the kind."""
    kind, config = value["class_name"], dict(value["config"])
    if not hasattr(keras.initializers, kind):
        return "zeros"
    if config.get("distribution") == "normal":
        config["distribution"] = "truncated_normal"
    if isinstance(config.get("value"), (list, np.ndarray)):
        config["value"] = 0.0
    return getattr(keras.initializers, kind)(**config)


def _arguments(layer, native, skip=(), **renamed):
    """The constructor arguments of a layer that the class `native` knows too.

    Args:
        skip: names that have no counterpart and need none.
        **renamed: old name by new name.
    """
    config = layer.get_config()
    taken = set(inspect.signature(native.__init__).parameters) | set(_RECURRENT)
    old = {value: key for key, value in renamed.items()}
    arguments = {}
    for key, value in config.items():
        new = old.get(key, key)
        if key in _IGNORED or key in skip or new not in taken:
            continue
        arguments[new] = _argument(layer, key, value)
    arguments["name"] = _plain_name(layer)
    return arguments


_IGNORED = ("name", "trainable", "batch_input_shape", "dtype", "implementation", "input_length")
_RECURRENT = ("return_sequences", "return_state", "go_backwards", "stateful", "unroll", "activity_regularizer")


# --- layers -----------------------------------------------------------------------------------------------------------

def convert_layer(layer):
    """A layer of Keras 3 for one of 2.2, with the arrays for its weights.

    Args:
        layer: a stock layer or a model, built.
    """
    if isinstance(layer, Network):
        return _Converted(to_native(layer), None)
    kind = type(layer).__name__
    if not type(layer).__module__.startswith(__package__ + "."):
        raise _refusal(layer, "it is a class of yours; write it as a layer of Keras 3")
    if kind in _CONVERTERS:
        return _CONVERTERS[kind](layer)
    if kind not in _EQUAL:
        raise _refusal(layer, _WHY_NOT.get(kind, "Keras 3 has no such layer"))
    return _equal(layer)


def _equal(layer, name=None, values=None, skip=(), **renamed):
    native = getattr(keras.layers, name or type(layer).__name__)
    return _Converted(native(**_arguments(layer, native, skip, **renamed)),
                      layer.get_weights() if values is None else values)


def _with_activation(layer):
    """Layers whose last weights stand directly in front of the activation."""
    values = layer.get_weights()
    if _is_hard(layer.activation):
        first = 1 if type(layer).__name__.startswith("Separable") else 0
        values = values[:first] + [value * np.asarray(_HARD, value.dtype) for value in values[first:]]
    return _equal(layer, values=values)


def _is_hard(function):
    return getattr(function, "__name__", None) == "hard_sigmoid"


def _activation_layer(layer):
    if not _is_hard(layer.activation):
        return _equal(layer)
    scaled = keras.Sequential([keras.layers.Rescaling(_HARD), keras.layers.Activation("hard_sigmoid")],
                              name=_plain_name(layer))
    return _Converted(scaled, [])


def _scaled_gates(values, gates, hard):
    """Recurrent weights of which the gates in `hard` are scaled; gates lie side by side on the last axis."""
    found = []
    for value in values:
        value = value.copy()
        for gate in hard:
            size = value.shape[-1] // gates
            value[..., gate * size:(gate + 1) * size] *= np.asarray(_HARD, value.dtype)
        found.append(value)
    return found


def _hard_gates(layer, gates, candidate):
    hard = [gate for gate in range(gates) if gate != candidate] if _is_hard(layer.recurrent_activation) else []
    if not _is_hard(layer.activation):
        return hard
    if "LSTM" in type(layer).__name__:
        # It is applied to the cell's state as well, in front of which there are no weights.
        raise _refusal(layer, "its activation is 2.2's hard sigmoid")
    return hard + [candidate]


def _simple_rnn(layer, name="SimpleRNN"):
    values = layer.get_weights()
    return _equal(layer, name, _scaled_gates(values, 1, [0] if _is_hard(layer.activation) else []))


def _lstm(layer):
    return _equal(layer, values=_scaled_gates(layer.get_weights(), 4, _hard_gates(layer, 4, 2)))


def _gru(layer):
    return _equal(layer, values=_scaled_gates(layer.get_weights(), 3, _hard_gates(layer, 3, 2)))


def _cudnn(layer):
    kind = type(layer).__name__[len("CuDNN"):]
    native = getattr(keras.layers, kind)(**_arguments(layer, getattr(keras.layers, kind)))
    return _Converted(native, convert_rnn_weights(native, layer.get_weights()))


def _rnn(layer):
    cell = convert_layer(layer.cell)
    arguments = dict(_arguments(layer, keras.layers.RNN), cell=cell.layer)
    return _Converted(keras.layers.RNN(**arguments), cell.values)


def _stacked_cells(layer):
    cells = [convert_layer(cell) for cell in layer.cells]
    return _Converted(keras.layers.StackedRNNCells([cell.layer for cell in cells], name=_plain_name(layer)),
                      [value for cell in cells for value in cell.values])


def _time_distributed(layer):
    inner = convert_layer(layer.layer)
    return _Converted(keras.layers.TimeDistributed(inner.layer, name=_plain_name(layer)), inner.values)


def _bidirectional(layer):
    forward, backward = convert_layer(layer.forward_layer), convert_layer(layer.backward_layer)
    native = keras.layers.Bidirectional(forward.layer, merge_mode=layer.merge_mode, backward_layer=backward.layer,
                                        name=_plain_name(layer))
    return _Converted(native, forward.values + backward.values)


def _up_sampling_2d(layer):
    if layer.interpolation == "bilinear":
        raise _refusal(layer, "2.2 places pixels differently when it interpolates")
    return _equal(layer)


def _thresholded_relu(layer):
    return _Converted(keras.layers.ReLU(threshold=float(layer.theta), name=_plain_name(layer)), [])


_STATEFUL = ("RNN", "SimpleRNN", "LSTM", "GRU", "CuDNNLSTM", "CuDNNGRU", "ConvLSTM2D", "Bidirectional")

_EQUAL = frozenset((
    "Masking", "Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "Reshape", "Permute", "Flatten",
    "RepeatVector", "ActivityRegularization", "Embedding", "Add", "Subtract", "Multiply", "Average", "Maximum",
    "Minimum", "Concatenate", "Dot", "PReLU", "ELU", "Softmax", "ReLU", "BatchNormalization", "GaussianNoise",
    "GaussianDropout", "AlphaDropout", "UpSampling1D", "UpSampling3D", "ZeroPadding1D", "ZeroPadding2D",
    "ZeroPadding3D", "Cropping1D", "Cropping2D", "Cropping3D", "MaxPooling1D", "MaxPooling2D", "MaxPooling3D",
    "AveragePooling1D", "AveragePooling2D", "AveragePooling3D", "GlobalMaxPooling1D", "GlobalMaxPooling2D",
    "GlobalMaxPooling3D", "GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalAveragePooling3D"))

_CONVERTERS = dict(
    dict.fromkeys(("Dense", "Conv1D", "Conv2D", "Conv3D", "Conv2DTranspose", "Conv3DTranspose", "SeparableConv1D",
                   "SeparableConv2D", "DepthwiseConv2D"), _with_activation),
    Activation=_activation_layer, LeakyReLU=lambda layer: _equal(layer, negative_slope="alpha"),
    ThresholdedReLU=_thresholded_relu, UpSampling2D=_up_sampling_2d, SimpleRNN=_simple_rnn, LSTM=_lstm, GRU=_gru,
    ConvLSTM2D=_lstm, SimpleRNNCell=lambda cell: _simple_rnn(cell, "SimpleRNNCell"), LSTMCell=_lstm, GRUCell=_gru,
    StackedRNNCells=_stacked_cells, RNN=_rnn, CuDNNLSTM=_cudnn, CuDNNGRU=_cudnn, TimeDistributed=_time_distributed,
    Bidirectional=_bidirectional)

_WHY_NOT = {
    "Lambda": "its function works on Keras 2.2's tensors; write it as a layer of Keras 3",
    "LocallyConnected1D": "Keras 3 has no locally connected layers",
    "LocallyConnected2D": "Keras 3 has no locally connected layers",
}
