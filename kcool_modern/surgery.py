"""Surgery: cut a model open anywhere and go on with the rest; replace or insert a layer.

The recipe is Su Jianlin's "Make Keras cooler: tricks of reusing layers and models" (2019,
https://kexue.fm/archives/6985): on Keras 2.2 a second `Model` is made over the graph, its `inputs` and `_input_layers`
are overwritten with the place of the cut, and `run_internal_graph` then rebuilds only what comes after.

Keras 2 within TensorFlow 2 and Keras 3 keep no such lists to overwrite. Their graph is made of nodes, one per call of a
layer, and this side copies the nodes of the tail one by one, with new tensors in place of the cut (see `replay`).
Models of Keras 2.2 on Keras 3 have those lists and are cut as on Keras 2.2 (`kcool_common.surgery22`).

Differences: layers are shared as objects, as Keras does when it makes a model from intermediate tensors, so
``layer.output`` of a shared layer stays the original model's tensor. Cuts inside a nested model are possible.
"""
import importlib
import warnings

from kcool.errors import KcoolWarning, MaskDropped, NotBuilt
from kcool_common import surgery22
from kcool_common.structures import leaves, listed, mapped, single
from kcool_common.surgery import check_layer, check_states, named, targets, understood, undone_on_error

from .graph import history, is_input_node, node_inputs, node_of, node_operation, node_outputs
from .kinds import is_keras22
from .numbering import with_own_numbers
from .replay import Graph, Replay, call_of, nodes_of, structure_of

__all__ = ["get_outputs_of", "insert_layer", "replace_layer"]


def get_outputs_of(model, start_tensors, input_layers=None):
    """Cuts a model at some of its tensors and applies what comes after the cut to new inputs.

        x, y = get_outputs_of(model, model.get_layer("add_15").output)
        tail = Model(x, y)

    Args:
        model: a built functional or Sequential model. It is left as it is.
        start_tensors: the tensor, or list of tensors, of the model at which it is cut.
        input_layers: the tensors to feed in their place, one each, of the same shape and dtype; by default new inputs.

    Returns:
        ``(input_layers, outputs)``: the fed tensors (a single one not in a list) and what the model named
        ``outputs_of_<model.name>`` gives for them. That model holds the layers after the cut and shares their weights.

    Raises:
        NotAModel, NotBuilt: `model` is no Keras model, or has no graph.
        NotConnected: a start tensor is not of this model, or some path to the outputs goes around the cut.
        WrongShape: `input_layers` do not fit the start tensors.

    Warns:
        MaskDropped: layers after the cut used a mask that the new inputs do not carry.
    """
    if is_keras22(model):
        return surgery22.get_outputs_of(_keras22(), model, start_tensors, input_layers)
    graph = Graph(model, "get_outputs_of")
    starts = graph.find(listed(start_tensors))
    given = None if input_layers is None else graph.check_inputs(starts, listed(input_layers))
    with undone_on_error(graph.operations + [history(tensor).operation for tensor in given or ()]):
        inside = [_input_like(graph, tensor) for tensor in starts]
        replay = Replay(graph, zip(starts, inside))
        inner = replay.outputs()
        tail = graph.keras.Model(inside, inner, name="outputs_of_" + model.name)
        with_own_numbers(tail, graph.keras, nodes_of(tail))
        inputs = given or [_input_like(graph, tensor) for tensor in starts]
        outputs = call_of(tail, inputs, inner)
    unmasked = [old for old, new in zip(starts, inputs) if graph.mask(old) is not None and graph.mask(new) is None]
    _warn(graph, replay.lost if unmasked else ())
    return single(inputs), outputs


def replace_layer(model, name, layer):
    """Makes a new model in which another layer stands in the place of one.

        smaller = replace_layer(model, "dense_1", Dense(64, activation="relu", name="smaller"))

    Args:
        model: a built functional or Sequential model. It is left as it is.
        name: name of the layer to replace, at all places where the model calls it.
        layer: the layer or model that takes its place, called with the same inputs.

    Returns:
        A model of the same class (a Sequential for a Sequential), not compiled. All other weights are shared, and all
        layers are found by `get_layer`, so that edits can be chained.

    Raises:
        NotAModel, NotBuilt: `model` is no Keras model, or has no graph.
        NoSuchLayer: no layer has this name; the message has close ones.
        WrongShape: a layer further on cannot take the new shape; the message names it.
    """
    if is_keras22(model):
        return surgery22.replace_layer(_keras22(), model, name, layer)
    graph = Graph(model, "replace_layer")
    return _edited(graph, named(name), layer, lambda node, args, kwargs: layer(*args, **understood(layer, kwargs)))


def insert_layer(model, after, layer):
    """Makes a new model with one more layer, right after a given one.

        noisy = insert_layer(model, after="embedding_1", layer=GaussianNoise(0.1))

    Args:
        model: a built functional or Sequential model. It is left as it is.
        after: name of the layer (an input layer as well) whose output the new layer takes, at all places.
        layer: the layer or model to insert.

    Returns:
        As `replace_layer`.

    Raises:
        As `replace_layer`.
    """
    if is_keras22(model):
        return surgery22.insert_layer(_keras22(), model, after, layer)
    graph = Graph(model, "insert_layer")

    def one_more(node, args, kwargs):
        return layer(graph.fitting(node, lambda: node_operation(node)(*args, **kwargs)))

    return _edited(graph, named(after), layer, one_more, inserted=True)


def _keras22():
    return importlib.import_module("kcool_modern.keras22")


# --- editing ---------------------------------------------------------------------------------------------------------


def _edited(graph, name, layer, edit, inserted=False):
    nodes = targets(graph, name, inserted)
    check_layer(graph, name, layer, inserted)
    if not inserted:
        check_states(graph, nodes, layer)
    with undone_on_error(graph.operations + [layer]):
        fresh = [_entry_like(tensor) for tensor in graph.inputs]
        fed = [_after_entry(graph, old, tensor, layer, nodes) for old, tensor in zip(graph.inputs, fresh)]
        replay = Replay(graph, zip(graph.inputs, fed), {id(node): edit for node in nodes})
        outputs = replay.outputs()
        places = dict(zip(map(id, graph.inputs), fresh))
        inputs = mapped(structure_of(graph.model, "input", graph.inputs), lambda t: places[id(t)])
        edited = _assembled(graph, inputs, outputs)
    _warn(graph, replay.lost, edited=True)
    return edited


def _after_entry(graph, old, tensor, layer, nodes):
    node = node_of(old)
    return graph.fitting(node, lambda: layer(tensor)) if node in nodes else tensor


def _assembled(graph, inputs, outputs):
    model, keras = graph.model, graph.keras
    if isinstance(model, keras.Sequential):
        return _as_sequential(graph, inputs, outputs)
    kind = keras.Model if type(model).__module__.split(".")[0] in ("keras", "tf_keras", "tensorflow") else type(model)
    if kind.__init__ is not keras.Model.__init__ and kind.__init__ is not type(keras.Model(inputs, outputs)).__init__:
        raise NotBuilt(f"{graph.asked}: {kind.__name__} has an __init__ of its own, so that no second one can be made.",
                       found=str(graph.stack), do="take the plain model in it: Model(model.inputs, model.outputs)")
    edited = kind(inputs, outputs, name=model.name)
    with_own_numbers(edited, keras, nodes_of(edited))
    if not model.trainable:
        # The setter would reach into the shared layers.
        edited._trainable = False
    return edited


def _as_sequential(graph, inputs, outputs):
    """A Sequential over the layers that a chain of nodes calls."""
    layers, tensor = [], outputs
    while not is_input_node(node_of(tensor)):
        layers.insert(0, node_operation(node_of(tensor)))
        tensor = node_inputs(node_of(tensor))[0]
    entry = history(leaves(inputs)[0]).operation
    edited = graph.keras.Sequential([entry] + layers, name=graph.model.name)
    if not graph.model.trainable:
        edited._trainable = False
    return edited


# --- inputs and errors ------------------------------------------------------------------------------------------------


def _input_like(graph, tensor):
    shape, dtype = graph.spec(tensor)
    kind = type(getattr(tensor, "type_spec", None)).__name__
    extra = {"sparse": True} if getattr(tensor, "sparse", False) or kind.startswith("Sparse") else {}
    if kind.startswith("Ragged"):
        extra["ragged"] = True
    return graph.keras.Input(batch_shape=shape, dtype=dtype, **extra)


def _entry_like(tensor):
    """A new input of the same name, shape and dtype as an input of the model."""
    layer = history(tensor).operation
    fresh = type(layer).from_config(layer.get_config())
    return node_outputs(fresh._inbound_nodes[0])[0]


def _warn(graph, lost, edited=False):
    level = 4 if edited else 3
    names = sorted({history(tensor).operation.name for tensor in lost})
    if names:
        warnings.warn(MaskDropped(
            f"{graph.asked}: in {graph.model.name!r} the masks that came with the output of "
            f"{', '.join(map(repr, names))} are used further on, and are gone now: padding counts like data there.\n"
            "  What to do: feed masked tensors, input_layers=Masking()(Input(...)), or cut before the mask is made"),
            stacklevel=level)
    added = [layer.name for layer in graph.model.layers if type(layer).__name__ in ("AddLoss", "AddMetric")]
    if added:
        warnings.warn(KcoolWarning(
            f"{graph.asked}: losses and metrics that were added to the model {graph.model.name!r} itself are left out "
            f"({', '.join(added)}).\n  What to do: call add_loss or add_metric on the new model"), stacklevel=level)
