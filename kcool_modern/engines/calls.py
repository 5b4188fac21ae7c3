"""Runs ``call`` where Keras 3 leaves it out.

Keras 2.2 runs a layer's ``call`` whenever the layer or a model around it is called on symbolic tensors, and code
relies on the attributes that it sets. Keras 3 does not run it for a layer that defines ``compute_output_shape``, nor
for the layers of a nested model whose input shapes it has seen.
"""
from keras import Operation
from keras.layers import Layer

from ..graph import is_input_node, node_operation, sublayers

__all__ = ["run_calls"]


def run_calls(node):
    """Runs the calls of a new node that Keras 3 has skipped, on symbols."""
    operation = node_operation(node)
    if is_input_node(node) or not any(map(_is_custom, sublayers(operation))):
        return
    try:
        _skipped(operation, *node.arguments.args, **node.arguments.kwargs)
    except Exception:
        # Keras 3 got by without this call. If it fails, the attributes stay unset; real data will show the same error.
        pass


def _skipped(operation, *args, **kwargs):
    graph = _graph(operation)
    if graph is not None:
        return graph._run_through_graph(args[0], operation_fn=lambda inner: lambda *a, **k: _traced(inner, *a, **k))
    return Operation.compute_output_spec(operation, *args, **kwargs) if _skips_call(operation) else None


def _traced(operation, *args, **kwargs):
    if not any(map(_is_custom, sublayers(operation))):
        return operation.compute_output_spec(*args, **kwargs)
    if _graph(operation) is not None:
        return _skipped(operation, *args, **kwargs)
    return Operation.compute_output_spec(operation, *args, **kwargs)


def _graph(operation):
    """The functional graph inside a model; a Sequential keeps it in an attribute."""
    graph = getattr(operation, "_functional", None) or operation
    return graph if hasattr(graph, "_run_through_graph") else None


def _is_custom(operation):
    return isinstance(operation, Layer) and not type(operation).__module__.startswith("keras.")


def _skips_call(layer):
    return (type(layer).compute_output_shape is not Layer.compute_output_shape
            or type(layer).compute_output_spec is not Layer.compute_output_spec)
