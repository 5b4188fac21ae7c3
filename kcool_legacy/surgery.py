"""Surgery: cut a model open anywhere and go on with the rest; replace or insert a layer.

The recipe is Su Jianlin's "Make Keras cooler: tricks of reusing layers and models" (2019,
https://kexue.fm/archives/6985): on Keras 2.2 a second `Model` is made over the graph, its `inputs` and `_input_layers`
are overwritten with the place of the cut, and `run_internal_graph` then rebuilds only what comes after.

This side walks the nodes itself and calls twins of the layers (see `replay`), because the published way fails on
TensorFlow 2.0 ("Cannot iterate over a tensor") and leaves updates of the tail on the original's layers.

Differences: the tail's layers are not the original's layers but share their variables, so ``trainable`` is set on each.
Cuts inside a nested model are possible.
"""
import warnings

import keras
from keras import backend as K

from kcool.errors import KcoolWarning, MaskDropped, NotBuilt
from kcool_common.structures import listed, single
from kcool_common.surgery import check_layer, check_states, named, targets, understood, undone_on_error

from .replay import Graph, Replay, entry_like, twin_of

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
    graph = Graph(model, "get_outputs_of")
    starts = graph.find(listed(start_tensors))
    given = None if input_layers is None else graph.check_inputs(starts, listed(input_layers))
    with undone_on_error([tensor._keras_history[0] for tensor in given or ()]):
        inside = [_input_like(graph, tensor) for tensor in starts]
        replay = Replay(graph, zip(starts, inside))
        tail = keras.models.Model(inside, single(replay.run()), name="outputs_of_" + model.name)
        inputs = given or [_input_like(graph, tensor) for tensor in starts]
        outputs = tail(single(inputs))
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
    graph = Graph(model, "replace_layer")
    return _edited(graph, named(name), layer,
                   lambda new: lambda twin, inputs, kwargs: new(inputs, **understood(new, kwargs)))


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
    graph = Graph(model, "insert_layer")
    return _edited(graph, named(after), layer, lambda new: lambda twin, inputs, kwargs: new(twin(inputs, **kwargs)),
                   inserted=True)


# --- editing ---------------------------------------------------------------------------------------------------------


def _edited(graph, name, layer, edit, inserted=False):
    nodes = targets(graph, name, inserted)
    check_layer(graph, name, layer, inserted)
    if not inserted:
        check_states(graph, nodes, layer)
    with undone_on_error([layer]):
        # A layer that has calls already would lose its own layer.output.
        new = twin_of(layer, {}) if layer._inbound_nodes else layer
        fresh = [entry_like(tensor) for tensor in graph.inputs]
        fed = [_after_entry(graph, old, tensor, new, nodes) for old, tensor in zip(graph.inputs, fresh)]
        replay = Replay(graph, zip(graph.inputs, fed), {id(node): edit(new) for node in nodes})
        edited = _assembled(graph, fresh, replay.run())
    _warn(graph, replay.lost, edited=True)
    return edited


def _after_entry(graph, old, tensor, layer, nodes):
    node = graph.node_of(old)
    return graph.fitting(node, lambda: layer(tensor)) if node in nodes else tensor


def _assembled(graph, inputs, outputs):
    """A model of the original's class over a new graph."""
    model, kind = graph.model, type(graph.model)
    if kind.__init__ not in (keras.models.Model.__init__, keras.models.Sequential.__init__):
        raise NotBuilt("%s: %s has an __init__ of its own, so that no second one can be made."
                       % (graph.asked, kind.__name__), found=str(graph.stack),
                       do="take the plain model in it: Model(model.inputs, model.outputs)")
    if isinstance(model, keras.models.Sequential):
        edited = kind(name=model.name)
        edited.inputs, edited.outputs = inputs, outputs
        edited.build()
    else:
        edited = kind(inputs=single(inputs), outputs=single(outputs), name=model.name)
    edited.trainable = model.trainable
    return edited


# --- inputs and errors ------------------------------------------------------------------------------------------------


def _input_like(graph, tensor):
    shape, dtype = graph.spec(tensor)
    return keras.layers.Input(batch_shape=shape, dtype=dtype, sparse=K.is_sparse(tensor))


def _warn(graph, lost, edited=False):
    level = 4 if edited else 3
    names = sorted({tensor._keras_history[0].name for tensor in lost})
    if names:
        warnings.warn(MaskDropped(
            "%s: in %r the masks that came with the output of %s are used further on, and are gone now: padding "
            "counts like data there.\n  What to do: feed masked tensors, input_layers=Masking()(Input(...)), or cut "
            "before the mask is made" % (graph.asked, graph.model.name, ", ".join(map(repr, names)))), stacklevel=level)
    of_layers = {id(loss) for layer in graph.model.layers for loss in getattr(layer, "losses", ())}
    added = [loss for loss in graph.model.get_losses_for(None) if id(loss) not in of_layers]
    if added:
        warnings.warn(KcoolWarning(
            "%s: the %d losses that were added to the model %r itself are left out.\n  What to do: call add_loss "
            "on the new model" % (graph.asked, len(added), graph.model.name)), stacklevel=level)
