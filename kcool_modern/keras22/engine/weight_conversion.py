"""Weights of files in the form that a layer wants: from Keras 1, from other backends, from and to CuDNN."""
import numpy as np

from kcool_common.weight_layouts import FROM_KERAS_1, for_gru, for_lstm

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
    if original_keras_version == "1" and kind in FROM_KERAS_1:
        weights = FROM_KERAS_1[kind](layer, weights)
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
        return for_lstm(kind, weights)
    return for_gru(kind if kind == "CuDNNGRU" else "GRU(reset_after=%s)" % bool(layer.reset_after), weights)
