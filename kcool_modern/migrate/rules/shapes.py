"""K304."""
import ast

from ..edits import Edit
from ..rule import KERAS3, Rule

_PLAIN = (ast.Name, ast.Attribute, ast.Subscript, ast.Call)


class Shapes(Rule):
    """Shapes are asked of tensors.

    `_keras_shape`, `layer.output_shape`, `get_output_at(0)`, `x.get_shape().as_list()` and `shape[i].value` have
    gone. In Keras 3 a tensor has a `shape`, a tuple of numbers and None, and a layer an `output`.
    """

    code = "K304"
    targets = (KERAS3,)
    issues = ("kobiso/CBAM-keras#9", "bojone/bert4keras#432", "keras-team/keras#20423", "voxelmorph/voxelmorph#617",
              "keras-team/keras#19052", "keras-team/keras#20116", "keras-team/keras-io#1903",
              "paulgavrikov/visualkeras#83")
    pains = (12, 28)
    attributes = ("_keras_shape", "output_shape", "input_shape", "get_output_at", "get_input_at", "get_shape",
                  "get_output_shape_at", "get_input_shape_at", "value", "_uses_learning_phase", "inbound_layers")
    before = "from keras.layers import Dense, Input\nx = Input((3,))\nlayer = Dense(2)\ny = layer(x)\n" \
             "print(x._keras_shape, layer.output_shape, layer.get_output_at(0), y.get_shape().as_list())\n"
    after = {"keras3": "from keras.layers import Dense, Input\nx = Input((3,))\nlayer = Dense(2)\ny = layer(x)\n"
                       "print(tuple(x.shape), tuple(layer.output.shape), layer.output, list(y.shape))\n"}

    def on_attribute(self, node, file):
        """Looks at one of the names."""
        if not file.names.imports or isinstance(node.ctx, ast.Store):
            return
        getattr(self, "_" + node.attr.lstrip("_"))(node, file)

    def _keras_shape(self, node, file):
        self._as_tuple(node, ".shape", file)

    def _as_tuple(self, node, tail, file):
        start, end = file.positions.span(node)
        base = file.positions.span(node.value)[1]
        edits = [Edit(start, start, "tuple("), Edit(base, end, tail + ")")]
        if not isinstance(node.value, _PLAIN):
            file.left(node, "%s has gone" % node.attr, "tuple(x.shape)")
            return
        file.change(node, "%s is %s" % (node.attr, tail), edits)

    def _output_shape(self, node, file):
        kind = file.kinds.of(node.value)
        if kind in ("layer", "model"):
            self._as_tuple(node, ".%s.shape" % node.attr.partition("_")[0], file)
        elif not _is_self(node.value) and file.kinds.is_unknown(node.value):
            file.left(node, "layers and models have no %s any more" % node.attr,
                      "if this is one: .%s.shape" % node.attr.partition("_")[0])

    _input_shape = _output_shape

    def _get_output_at(self, node, file):
        call = node.parent
        index = call.args[0] if isinstance(call, ast.Call) and call.func is node and len(call.args) == 1 else None
        if file.kinds.of(node.value) == "layer" and isinstance(index, ast.Constant) and index.value == 0:
            start, end = file.positions.span(node)
            end = file.positions.span(call)[1]
            file.change(call, "%s(0) is %s" % (node.attr, node.attr.split("_")[1]),
                        [Edit(file.positions.span(node.value)[1], end, "." + node.attr.split("_")[1])])
        elif index is not None:
            file.left(call, "%s has gone" % node.attr, "keep the tensor that the call of the layer gave")

    _get_input_at = _get_output_at

    def _get_output_shape_at(self, node, file):
        file.left(node, "%s has gone" % node.attr, "the shape of the tensor that the call of the layer gave")

    _get_input_shape_at = _get_output_shape_at

    def _get_shape(self, node, file):
        call = node.parent
        if not isinstance(call, ast.Call) or call.func is not node or call.args:
            return
        if file.kinds.of(node.value) != "tensor":
            return
        as_list = call.parent if isinstance(call.parent, ast.Attribute) and call.parent.attr == "as_list" else None
        whole = as_list.parent if as_list is not None and isinstance(as_list.parent, ast.Call) else call
        start, end = file.positions.span(whole)
        base = file.positions.span(node.value)[1]
        edits = [Edit(start, start, "list(" if whole is not call else ""),
                 Edit(base, end, ".shape" + (")" if whole is not call else ""))]
        file.change(whole, "get_shape() is shape", [one for one in edits if one.change])

    def _value(self, node, file):
        item = node.value
        if isinstance(item, ast.Subscript) and isinstance(item.value, ast.Attribute) and item.value.attr == "shape" \
                and file.kinds.of(item.value.value) == "tensor":
            base, end = file.positions.span(item)[1], file.positions.span(node)[1]
            file.change(node, "the entries of a shape are numbers", [Edit(base, end, "")])

    def _uses_learning_phase(self, node, file):
        file.left(node, "tensors do not know about the learning phase any more", "the argument training of call")

    def _inbound_layers(self, node, file):
        file.left(node, "nodes have no inbound_layers any more", "[t._keras_history.operation for t in "
                  "node.input_tensors]")


def _is_self(node):
    return isinstance(node, ast.Name) and node.id == "self"
