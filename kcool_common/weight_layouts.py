"""How old files lay out the weights of single layers, and today's layout of the same numbers: NumPy alone.

A "layer" here is anything with the attributes that are asked for: ``name``, ``data_format``, ``kernel_size``,
``filters``.
"""
import numpy as np

__all__ = ["FROM_KERAS_1", "for_gru", "for_lstm", "turned"]


def turned(kernel):
    """A kernel turned around in space: from Theano's meaning to TensorFlow's, or back.

    Args:
        kernel: array with 3 to 5 axes, the spatial ones first.

    Raises:
        ValueError: it has fewer or more axes.
    """
    kernel = np.asarray(kernel)
    if not 3 <= kernel.ndim <= 5:
        raise ValueError("Invalid kernel shape:", kernel.shape)
    for axis in range(kernel.ndim - 2):
        kernel = np.flip(kernel, axis)
    return kernel.copy()


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


#: From the name of a layer's class to ``convert(layer, arrays)``, for arrays of Keras 1.
FROM_KERAS_1 = {
    "Conv1D": _conv1d, "Conv2D": _first_transposed((2, 3, 1, 0)), "Conv3D": _first_transposed((2, 3, 4, 1, 0)),
    "Conv2DTranspose": _first_transposed((2, 3, 0, 1), (0, 1, 3, 2)), "GRU": _gru, "LSTM": _lstm,
    "ConvLSTM2D": _conv_lstm,
}


# --- recurrent layers and CuDNN's -------------------------------------------------------------------------------------

def _source(weights, by_shape):
    shape = np.shape(weights[2])
    if shape not in by_shape:
        raise ValueError("Invalid bias shape: " + str(shape))
    return by_shape[shape]


def for_lstm(target, weights):
    """Kernel, recurrent kernel and bias for an ``LSTM`` or ``CuDNNLSTM`` (`target`), from either's."""
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


def for_gru(target, weights):
    """Kernel, recurrent kernel and bias for `target`, from another kind of the same numbers.

    Args:
        target: ``CuDNNGRU``, ``GRU(reset_after=True)`` or ``GRU(reset_after=False)``.
        weights: three arrays.

    Raises:
        ValueError: the shape of the bias is none of the three kinds', or the two kinds compute different things.
    """
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
