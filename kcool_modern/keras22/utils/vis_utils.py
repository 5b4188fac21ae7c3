"""``keras.utils.vis_utils``: pictures of models."""
import os

try:
    import pydot
except ImportError:
    pydot = None

__all__ = ["model_to_dot", "plot_model"]


def _check_pydot():
    """Raises ImportError without pydot and OSError without GraphViz."""
    if pydot is None:
        raise ImportError("Failed to import `pydot`. Please install `pydot`. For example with `pip install pydot`.")
    try:
        pydot.Dot.create(pydot.Dot())
    except OSError:
        raise OSError("`pydot` failed to call GraphViz. Please install GraphViz (https://www.graphviz.org/) and ensure "
                      "that its executables are in the $PATH.")


def model_to_dot(model, show_shapes=False, show_layer_names=True, rankdir="TB"):
    """A model as a graph for GraphViz.

    Args:
        model: a model.
        show_shapes: whether each layer shows its shapes.
        show_layer_names: whether it shows its name.
        rankdir: ``TB`` from top to bottom, ``LR`` from left to right.

    Returns:
        A ``pydot.Dot``.
    """
    from ..models import Sequential
    _check_pydot()
    dot = pydot.Dot()
    dot.set("rankdir", rankdir)
    dot.set("concentrate", True)
    dot.set_node_defaults(shape="record")
    if isinstance(model, Sequential) and not model.built:
        model.build()
    for layer in model.layers:
        dot.add_node(pydot.Node(str(id(layer)), label=_label(layer, show_shapes, show_layer_names)))
    for layer in model.layers:
        for node in model._own_nodes(layer):
            for origin in node.inbound_layers:
                dot.add_edge(pydot.Edge(str(id(origin)), str(id(layer))))
    return dot


def _label(layer, show_shapes, show_layer_names):
    from ..layers.wrappers import Wrapper
    name, kind = layer.name, type(layer).__name__
    if isinstance(layer, Wrapper):
        name, kind = "%s(%s)" % (name, layer.layer.name), "%s(%s)" % (kind, type(layer.layer).__name__)
    label = "%s: %s" % (name, kind) if show_layer_names else kind
    if not show_shapes:
        return label
    return "%s\n|{input:|output:}|{{%s}|{%s}}" % (label, _shape(layer, "input_shape"), _shape(layer, "output_shape"))


def _shape(layer, attribute):
    try:
        return str(getattr(layer, attribute))
    except AttributeError:
        return "multiple"


def plot_model(model, to_file="model.png", show_shapes=False, show_layer_names=True, rankdir="TB"):
    """Draws a model into a file; see `model_to_dot` for the other arguments.

    Args:
        to_file: str, path; its extension is the format.
    """
    dot = model_to_dot(model, show_shapes, show_layer_names, rankdir)
    dot.write(to_file, format=os.path.splitext(to_file)[1][1:] or "png")
