"""Weights of files in the form that a layer wants: from Keras 1, from other backends, from and to CuDNN."""
import numpy as np

from .. import backend as K
from ..utils.conv_utils import convert_kernel

__all__ = ["need_convert_kernel", "convert_rnn_weights", "preprocess_weights_for_loading"]

_WITH_KERNELS = ("Conv1D", "Conv2D", "Conv3D", "Conv2DTranspose", "ConvLSTM2D")


def preprocess_weights_for_loading(layer, weights, original_keras_version=None, original_backend=None, reshape=False):
    """Brings weights from a file into a layer's form.

    Args:
        layer: the layer that they are for, built.
        weights: list of arrays; not changed.
        original_keras_version: str; ``"1"`` for files of Keras 1.
        original_backend: str or None, that of the file.
        reshape: whether a kernel may be reshaped if only the number of its elements fits.

    Returns:
        List of arrays.
    """
    origin = (original_keras_version, original_backend)
    weights = _nested(layer, list(weights), origin)
    kind = type(layer).__name__
    if original_keras_version == "1" and kind in _FROM_KERAS_1:
        weights = _FROM_KERAS_1[kind](layer, weights)
    if kind in _WITH_KERNELS:
        weights = _kernels(layer, weights, kind == "ConvLSTM2D", original_backend, reshape)
    return convert_rnn_weights(layer, weights)


def _nested(layer, weights, origin):
    """Converts the weights of the layers inside a layer."""
    kind = type(layer).__name__
    if kind == "Bidirectional":
        half = len(weights) // 2
        return (preprocess_weights_for_loading(layer.forward_layer, weights[:half], *origin)
                + preprocess_weights_for_loading(layer.backward_layer, weights[half:], *origin))
    if kind == "TimeDistributed":
        return preprocess_weights_for_loading(layer.layer, weights, *origin)
    if kind in ("Model", "Sequential"):
        return _of_model(layer, weights, origin)
    return weights


def _of_model(model, weights, origin):
    # A model that is a layer of another one: all trainable weights first, then the others.
    found, at = [], 0
    for trainable in (True, False):
        for layer in model.layers:
            own = set(map(id, layer.trainable_weights))
            count = sum((id(weight) in own) == trainable for weight in layer.weights)
            if count:
                found += preprocess_weights_for_loading(layer, weights[at:at + count], *origin)
                at += count
    return found


# --- Keras 1 ----------------------------------------------------------------------------------------------------------

def _conv1d(layer, weights):
    kernel, length = weights[0], layer.kernel_size[0]
    if kernel.shape[:2] != (length, 1) or kernel.shape[3] != layer.filters:
        # (filters, channels, length, 1), of Keras 1.1 and older
        if kernel.shape[0] != layer.filters or kernel.shape[2:] != (length, 1):
            raise AssertionError("Layer %s cannot take a kernel of shape %s." % (layer.name, kernel.shape))
        kernel = kernel.transpose((2, 3, 1, 0))
    return [kernel[:, 0]] + weights[1:]


def _first_transposed(channels_first, channels_last=None):
    def convert(layer, weights):
        axes = channels_first if layer.data_format == "channels_first" else channels_last
        return weights if axes is None else [weights[0].transpose(axes)] + weights[1:]
    return convert


def _joined(weights, order):
    """One kernel, recurrent kernel and bias out of three arrays per gate; `order` tells the old place of each gate."""
    return [np.concatenate([weights[3 * gate + part] for gate in order], axis=-1) for part in range(3)]


def _gru(layer, weights):
    return _joined(weights, (0, 1, 2)) if len(weights) == 9 else weights


def _lstm(layer, weights):
    # Keras 1 had the gates in the order i, c, f, o.
    return _joined(weights, (0, 2, 1, 3)) if len(weights) == 12 else weights


def _conv_lstm(layer, weights):
    if len(weights) != 12:
        return weights
    weights = _lstm(layer, weights)
    if layer.data_format == "channels_first":
        weights[:2] = [kernel.transpose((2, 3, 1, 0)) for kernel in weights[:2]]
    return weights


_FROM_KERAS_1 = {
    "Conv1D": _conv1d, "Conv2D": _first_transposed((2, 3, 1, 0)), "Conv3D": _first_transposed((2, 3, 4, 1, 0)),
    "Conv2DTranspose": _first_transposed((2, 3, 0, 1), (0, 1, 3, 2)), "GRU": _gru, "LSTM": _lstm,
    "ConvLSTM2D": _conv_lstm,
}


# --- kernels ----------------------------------------------------------------------------------------------------------

def need_convert_kernel(original_backend):
    """Whether kernels of a file have to be turned round: Theano convolves, every other backend correlates."""
    return original_backend == "theano"


def _kernels(layer, weights, recurrent, original_backend, reshape):
    shape = K.int_shape(layer.weights[0])
    count = 2 if recurrent else 1
    if need_convert_kernel(original_backend):
        weights[:count] = [convert_kernel(kernel) for kernel in weights[:count]]
    if shape == weights[0].shape:
        return weights
    if not reshape:
        weights[:count] = [kernel.transpose((3, 2, 0, 1)) for kernel in weights[:count]]
        return weights
    if weights[0].size != np.prod(shape):
        raise ValueError("Weights must be of equal size to apply a reshape operation. Layer %s's weights have shape %s "
                         "and size %d. The weights for loading have shape %s and size %d. " % (
                             layer.name, shape, np.prod(shape), weights[0].shape, weights[0].size))
    return [weights[0].reshape(shape)] + weights[1:]


# --- recurrent layers and CuDNN's -------------------------------------------------------------------------------------

def convert_rnn_weights(layer, weights):
    """Converts between LSTM and CuDNNLSTM, and between GRU(reset_after=True) and CuDNNGRU, where a layer needs it.

    Args:
        layer: the layer that the weights are for.
        weights: kernel, recurrent kernel and bias; without a bias nothing is converted.

    Raises:
        ValueError: the bias has an unknown shape; a GRU with ``reset_after=False`` is on one side only.
    """
    kind = type(layer).__name__
    if len(weights) != 3 or kind not in ("LSTM", "CuDNNLSTM", "GRU", "CuDNNGRU"):
        return weights
    if kind.endswith("LSTM"):
        return _for_lstm(kind, weights)
    return _for_gru(kind if kind == "CuDNNGRU" else "GRU(reset_after=%s)" % bool(layer.reset_after), weights)


def _source(weights, by_shape):
    shape = np.shape(weights[2])
    if shape not in by_shape:
        raise ValueError("Invalid bias shape: " + str(shape))
    return by_shape[shape]


def _for_lstm(target, weights):
    units = weights[1].shape[0]
    source = _source(weights, {(8 * units,): "CuDNNLSTM", (4 * units,): "LSTM"})
    if source == target:
        return weights
    if source == "CuDNNLSTM":
        bias = np.sum(np.split(weights[2], 2), axis=0)
    else:
        # CuDNN adds two biases; only their sum matters.
        bias = np.tile(0.5 * weights[2], 2)
    return _gatewise(weights, 4, source == "CuDNNLSTM") + [bias]


def _for_gru(target, weights):
    units = weights[1].shape[0]
    source = _source(weights, {(6 * units,): "CuDNNGRU", (2, 3 * units): "GRU(reset_after=True)",
                               (3 * units,): "GRU(reset_after=False)"})
    if source == target:
        return weights
    if "GRU(reset_after=False)" in (source, target):
        raise ValueError("%s is not compatible with %s" % (source, target))
    from_cudnn = source == "CuDNNGRU"
    return _gatewise(weights, 3, from_cudnn) + [np.reshape(weights[2], (2, -1) if from_cudnn else -1)]


def _gatewise(weights, gates, from_cudnn):
    order = "F" if from_cudnn else "C"
    kernel = [part.T.reshape(part.shape, order=order) for part in np.hsplit(weights[0], gates)]
    recurrent = [part.T for part in np.hsplit(weights[1], gates)]
    return [np.hstack(kernel), np.hstack(recurrent)]
