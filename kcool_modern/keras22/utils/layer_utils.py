"""``keras.utils.layer_utils``: what models and layers look like, and their kernels in other layouts."""
import numpy as np

from .. import backend as K
from .._symbolic.record import unique
from .conv_utils import convert_kernel

__all__ = ["convert_all_kernels_in_model", "convert_dense_weights_data_format", "count_params", "get_source_inputs",
           "print_summary"]

_CONVOLUTIONS = ("Conv1D", "Conv2D", "Conv3D", "Conv2DTranspose")


def count_params(weights):
    """The number of scalars in some variables, each counted once."""
    return int(np.sum([K.count_params(weight) for weight in set(weights)]))


def print_summary(model, line_length=None, positions=None, print_fn=None):
    """Prints a table of a model's layers.

    Args:
        model: a model.
        line_length: int, characters per line.
        positions: where the columns end, in characters or, up to 1, in shares of the line.
        print_fn: function of a str to use instead of ``print``.
    """
    chain = _is_chain(model)
    line_length = line_length or (65 if chain else 98)
    positions = positions or ([.45, .85, 1.] if chain else [.33, .55, .67, 1.])
    if positions[-1] <= 1:
        positions = [int(line_length * position) for position in positions]
    table = _Table(print_fn or print, line_length, positions)
    table.rule("_")
    table.row(["Layer (type)", "Output Shape", "Param #"] + ([] if chain else ["Connected to"]))
    table.rule("=")
    for layer in model.layers:
        for row in _rows(layer, None if chain else model):
            table.row(row)
        table.rule("=" if layer is model.layers[-1] else "_")
    _print_totals(model, table)


class _Table(object):
    def __init__(self, print_fn, line_length, positions):
        self.print_fn, self.line_length, self.positions = print_fn, line_length, positions

    def row(self, fields):
        line = ""
        for number, (field, position) in enumerate(zip(fields, self.positions)):
            # A column that is too full still ends in a blank.
            line = (line[:-1] + " " if number else "") + str(field)
            line = line[:position].ljust(position)
        self.print_fn(line)

    def rule(self, character):
        self.print_fn(character * self.line_length)


def _is_chain(model):
    """Whether each layer takes what the one before it gives, and that alone."""
    if type(model).__name__ == "Sequential" or not model._is_graph_network:
        return True
    depths = list(model._nodes_by_depth.values())
    if any(len(nodes) > 1 or len(nodes[0].inbound_layers) > 1 for nodes in depths):
        return False
    nodes = [nodes[0] for nodes in depths]
    return all(sum(any(node is one for one in nodes) for node in layer._inbound_nodes) <= 1 for layer in model.layers)


def _rows(layer, model):
    try:
        shape = layer.output_shape
    except AttributeError:
        shape = "multiple"
    begin = ["%s (%s)" % (layer.name, type(layer).__name__), shape, layer.count_params()]
    if model is None:
        return [begin]
    origins = _origins(layer, model) or [""]
    return [begin + origins[:1]] + [["", "", "", origin] for origin in origins[1:]]


def _origins(layer, model):
    return ["%s[%d][%d]" % (origin.name, node_index, tensor_index)
            for node in model._own_nodes(layer)
            for origin, node_index, tensor_index in zip(node.inbound_layers, node.node_indices, node.tensor_indices)]


def _print_totals(model, table):
    if hasattr(model, "_check_trainable_weights_consistency"):
        model._check_trainable_weights_consistency()
    collected = vars(model).get("_collected_trainable_weights")
    trainable = count_params(model.trainable_weights if collected is None else collected)
    others = count_params(model.non_trainable_weights)
    table.print_fn("Total params: {:,}".format(trainable + others))
    table.print_fn("Trainable params: {:,}".format(trainable))
    table.print_fn("Non-trainable params: {:,}".format(others))
    table.rule("_")


def convert_all_kernels_in_model(model):
    """Turns the kernels of all convolutions round: from correlation (TensorFlow) to convolution (Theano) or back."""
    kernels = [layer.kernel for layer in model.layers if type(layer).__name__ in _CONVOLUTIONS]
    K.batch_set_value([(kernel, convert_kernel(K.get_value(kernel))) for kernel in kernels])


def convert_dense_weights_data_format(dense, previous_feature_map_shape, target_data_format="channels_first"):
    """Reorders the kernel of a Dense layer behind a Flatten layer when the network changes its data format.

    Args:
        dense: the layer.
        previous_feature_map_shape: shape of what is flattened in the new format, a tuple of 3 int.
        target_data_format: ``channels_first`` or ``channels_last``, the new format.
    """
    if target_data_format not in ("channels_first", "channels_last"):
        raise AssertionError("`target_data_format` is channels_first or channels_last, not %r." % (target_data_format,))
    kernel, bias = dense.get_weights()
    if target_data_format == "channels_first":
        channels, height, width = previous_feature_map_shape
        maps = kernel.reshape((height, width, channels, -1)).transpose((2, 0, 1, 3))
    else:
        height, width, channels = previous_feature_map_shape
        maps = kernel.reshape((channels, height, width, -1)).transpose((1, 2, 0, 3))
    dense.set_weights([maps.reshape(kernel.shape), bias])


def get_source_inputs(tensor, layer=None, node_index=None):
    """The input tensors that a tensor comes from, as a list."""
    if not hasattr(tensor, "_keras_history"):
        return tensor
    if layer is None and not K.is_keras_tensor(tensor):
        # Not at the top: the engine is built on this folder.
        from ..engine.input_layer import entry_of
        return [entry_of(tensor)]
    if layer is None or node_index:
        layer, node_index, _ = tensor._keras_history
    if not layer._inbound_nodes:
        return [tensor]
    node = layer._inbound_nodes[node_index]
    if node.is_input:
        return node.inbound_tensors
    return unique(source for x in node.inbound_tensors for source in get_source_inputs(x))
