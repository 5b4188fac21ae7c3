"""THE table: operations of TensorFlow's graphs, as tf.keras 2.0 to 2.3 writes them, by the functions that make them."""
import inspect
from collections import namedtuple

from .operations import OPERATIONS, Unsuited

__all__ = ["NODES", "function_of", "read"]

#: ``function``: a key of `operations.OPERATIONS`. ``inputs``: its parameters in the order of the node's inputs; one
#: with a star takes as many as there are. ``attributes``: parameter -> attribute of the node.
Row = namedtuple("Row", "function inputs attributes")


def _row(function, inputs, **attributes):
    return Row(function, inputs.split(), attributes)


NODES = {
    "AddN": _row("math.add_n", "*inputs"),
    "ArgMax": _row("math.argmax", "input axis", output_type="output_type"),
    "ArgMin": _row("math.argmin", "input axis", output_type="output_type"),
    "BatchMatMul": _row("linalg.matmul", "a b", adjoint_a="adj_x", adjoint_b="adj_y"),
    "BatchMatMulV2": _row("linalg.matmul", "a b", adjoint_a="adj_x", adjoint_b="adj_y"),
    "BiasAdd": _row("nn.bias_add", "value bias"),
    "BroadcastTo": _row("broadcast_to", "input shape"),
    "Cast": _row("cast", "x", dtype="DstT"),
    "ConcatV2": _row("concat", "*values axis"),
    "Cumsum": _row("math.cumsum", "x axis", exclusive="exclusive", reverse="reverse"),
    "ExpandDims": _row("expand_dims", "input axis"),
    "GatherV2": _row("gather", "params indices axis", batch_dims="batch_dims"),
    "Identity": _row("identity", "input"),
    "LeakyRelu": _row("nn.leaky_relu", "features", alpha="alpha"),
    "LogSoftmax": _row("nn.log_softmax", "logits"),
    "MatMul": _row("linalg.matmul", "a b", transpose_a="transpose_a", transpose_b="transpose_b"),
    "OneHot": _row("one_hot", "indices depth on_value off_value", axis="axis", dtype="T"),
    "OnesLike": _row("ones_like", "input"),
    "Pack": _row("stack", "*values", axis="axis"),
    "Pad": _row("pad", "tensor paddings"),
    "PadV2": _row("pad", "tensor paddings constant_values"),
    "RealDiv": _row("math.truediv", "x y"),
    "Reshape": _row("reshape", "tensor shape"),
    "ReverseV2": _row("reverse", "tensor axis"),
    "SelectV2": _row("where", "condition x y"),
    "Shape": _row("shape", "input"),
    "Slice": _row("slice", "input_ begin size"),
    "Softmax": _row("nn.softmax", "logits"),
    "Split": _row("split", "axis value", num_or_size_splits="num_split"),
    "SplitV": _row("split", "value num_or_size_splits axis"),
    "SquaredDifference": _row("math.squared_difference", "x y"),
    "Squeeze": _row("squeeze", "input", axis="squeeze_dims"),
    "StopGradient": _row("stop_gradient", "x"),
    "StridedSlice": _row("__operators__.getitem", "x begin end strides", begin_mask="begin_mask", end_mask="end_mask",
                         new_axis_mask="new_axis_mask", shrink_axis_mask="shrink_axis_mask",
                         ellipsis_mask="ellipsis_mask"),
    "Tile": _row("tile", "input multiples"),
    "TopKV2": _row("math.top_k", "input k", sorted="sorted"),
    "Transpose": _row("transpose", "a perm"),
    "Unpack": _row("unstack", "value", num="num", axis="axis"),
    "ZerosLike": _row("zeros_like", "input"),
}
NODES.update({node: _row("math." + name, "x") for node, name in (
    ("Abs", "abs"), ("Acos", "acos"), ("Asin", "asin"), ("Atan", "atan"), ("Ceil", "ceil"), ("Cos", "cos"),
    ("Cosh", "cosh"), ("Erf", "erf"), ("Exp", "exp"), ("Expm1", "expm1"), ("Floor", "floor"), ("IsNan", "is_nan"),
    ("IsInf", "is_inf"), ("IsFinite", "is_finite"), ("Log", "log"), ("Log1p", "log1p"), ("LogicalNot", "logical_not"),
    ("Neg", "negative"), ("Reciprocal", "reciprocal"), ("Round", "round"), ("Rsqrt", "rsqrt"), ("Sigmoid", "sigmoid"),
    ("Sign", "sign"), ("Sin", "sin"), ("Sinh", "sinh"), ("Softplus", "softplus"), ("Sqrt", "sqrt"),
    ("Square", "square"), ("Tan", "tan"), ("Tanh", "tanh"))})
NODES.update({node: _row("nn." + node.lower(), "x") for node in ("Elu", "Relu", "Relu6", "Selu", "Softsign")})
NODES.update({node: _row("math." + name, "x y") for node, name in (
    ("Add", "add"), ("AddV2", "add"), ("DivNoNan", "divide_no_nan"), ("Equal", "equal"), ("FloorDiv", "floordiv"),
    ("FloorMod", "floormod"), ("Greater", "greater"), ("GreaterEqual", "greater_equal"), ("Less", "less"),
    ("LessEqual", "less_equal"), ("LogicalAnd", "logical_and"), ("LogicalOr", "logical_or"), ("Maximum", "maximum"),
    ("Minimum", "minimum"), ("Mul", "multiply"), ("NotEqual", "not_equal"), ("Pow", "pow"), ("Sub", "subtract"))})
NODES.update({node: _row("math.reduce_" + name, "input_tensor axis", keepdims="keep_dims") for node, name in (
    ("All", "all"), ("Any", "any"), ("Max", "max"), ("Mean", "mean"), ("Min", "min"), ("Prod", "prod"),
    ("Sum", "sum"))})


def function_of(node):
    """The key of `operations.OPERATIONS` for a node; raises `Unsuited` if there is none."""
    if node["op"] not in NODES:
        raise Unsuited("the operation %s of TensorFlow, which kcool does not translate" % (node["op"],))
    return NODES[node["op"]].function


def read(node, values):
    """A node as a call of the function that makes it.

    Args:
        node: dict, with ``op`` and ``attr``.
        values: list of its inputs, constants among them.

    Returns:
        (first argument, dict of the others).

    Raises:
        Unsuited: what it does depends on tensors where Keras 3 needs numbers.
        AttributeError, LookupError, TypeError, ValueError: the node is not what TensorFlow writes.
    """
    row = NODES[node["op"]]
    found = _bound(row.inputs, list(values))
    written = node.get("attr") or {}
    for parameter, attribute in row.attributes.items():
        if attribute in written:
            found[parameter] = _value(written[attribute])
    if node["op"] == "StridedSlice":
        found = {"x": found["x"], "slice_spec": _spec(found)}
    first = next(iter(inspect.signature(OPERATIONS[row.function]).parameters))
    return found.pop(first), found


def _bound(names, values):
    found = {}
    for place, name in enumerate(names):
        if name.startswith("*"):
            count = len(values) - (len(names) - place - 1)
            found[name[1:]], values = values[:count], values[count:]
        else:
            found[name] = values.pop(0)
    return found


_TYPES = {"DT_FLOAT": "float32", "DT_DOUBLE": "float64", "DT_HALF": "float16", "DT_BOOL": "bool"}


def _value(attribute):
    """What an attribute holds, as plain Python."""
    (kind, value), = attribute.items()
    if kind == "list":
        return [int(one) for one in value.get("i", [])]
    if kind == "type":
        return _TYPES.get(value, value[len("DT_"):].lower())
    return {"i": int, "b": bool, "f": float}[kind](value)


def _spec(found):
    """What stood between brackets, in the words of later versions."""
    parts = [found[key] for key in ("begin", "end", "strides")]
    if not all(isinstance(part, list) and all(type(one) is int for one in part) for part in parts):
        raise Unsuited("a slice whose bounds are tensors")
    return [_of_axis(found, 1 << place, *bounds) for place, bounds in enumerate(zip(*parts))]


def _of_axis(found, bit, begin, end, step):
    if found.get("ellipsis_mask", 0) & bit:
        return "Ellipsis"
    if found.get("new_axis_mask", 0) & bit:
        return None
    if found.get("shrink_axis_mask", 0) & bit:
        return begin
    return {"start": None if found.get("begin_mask", 0) & bit else begin,
            "stop": None if found.get("end_mask", 0) & bit else end, "step": step}
