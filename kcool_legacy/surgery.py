"""Surgery: cut a model open anywhere and go on with the rest; replace or insert a layer.

The recipe is Su Jianlin's "Make Keras cooler: tricks of reusing layers and models" (2019,
https://kexue.fm/archives/6985): on Keras 2.2 a second `Model` is made over the graph, its `inputs` and `_input_layers`
are overwritten with the place of the cut, and `run_internal_graph` then rebuilds only what comes after.

This side walks the nodes itself and calls twins of the layers (see `replay`), because the published way fails on
TensorFlow 2.0 ("Cannot iterate over a tensor") and leaves updates of the tail on the original's layers.

Differences: the tail's layers are not the original's layers but share their variables, so ``trainable`` is set on each.
Cuts inside a nested model are possible.
"""
import difflib
import inspect
import warnings
from contextlib import contextmanager

import keras
from keras import backend as K
from keras.engine.base_layer import Layer

from kcool.errors import (
    KcoolWarning,
    MaskDropped,
    NameTaken,
    NoSuchLayer,
    NotAModel,
    NotBuilt,
    NotConnected,
    WrongShape,
)

from .replay import Graph, Replay, entry_like, fitting, listed, mask, node_of, single, spec, twin_of

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
    with _undone_on_error(given or ()):
        inside = [_input_like(tensor) for tensor in starts]
        replay = Replay(graph, zip(starts, inside))
        tail = keras.models.Model(inside, single(replay.outputs()), name="outputs_of_" + model.name)
        inputs = given or [_input_like(tensor) for tensor in starts]
        outputs = tail(single(inputs))
    unmasked = [old for old, new in zip(starts, inputs) if mask(old) is not None and mask(new) is None]
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
    return _edited(graph, _named(name), layer,
                   lambda new: lambda twin, inputs, kwargs: new(inputs, **_understood(new, kwargs)))


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
    return _edited(graph, _named(after), layer, lambda new: lambda twin, inputs, kwargs: new(twin(inputs, **kwargs)),
                   inserted=True)


# --- editing ---------------------------------------------------------------------------------------------------------


def _edited(graph, name, layer, edit, inserted=False):
    targets = _targets(graph, name, inserted)
    _check_layer(graph, name, layer, inserted)
    model = graph.model
    with _undone_on_error((), [layer]):
        # A layer that has calls already would lose its own layer.output.
        new = twin_of(layer, {}) if layer._inbound_nodes else layer
        fresh = [entry_like(tensor) for tensor in model.inputs]
        fed = [_after_entry(graph, node_of(old), tensor, new) if node_of(old) in targets else tensor
               for old, tensor in zip(model.inputs, fresh)]
        replay = Replay(graph, zip(model.inputs, fed), {id(node): edit(new) for node in targets})
        edited = _assembled(graph, fresh, replay.outputs())
    _warn(graph, replay.lost, edited=True)
    return edited


def _targets(graph, name, inserted):
    targets = [node for node in graph.nodes if node.outbound_layer.name == name]
    if not targets:
        names = [layer.name for layer in graph.model.layers]
        close = difflib.get_close_matches(str(name), names, 5, 0.4) or names[:20]
        raise NoSuchLayer("%s: the model %r has no layer named %r." % (graph.asked, graph.model.name, name),
                          found=str(graph.stack), supported=", ".join(close))
    if not inserted and not targets[0].inbound_layers:
        raise NotConnected("%s: %r is an input of %r; no layer can take its place."
                           % (graph.asked, name, graph.model.name), found=str(graph.stack),
                           do="insert_layer(model, after=%r, layer=...)" % name)
    if inserted and len(targets[0].output_tensors) != 1:
        raise WrongShape("%s: %r gives %d tensors; which is meant?"
                         % (graph.asked, name, len(targets[0].output_tensors)), found=str(graph.stack),
                         do="insert after a layer with one output")
    return targets


def _check_layer(graph, name, layer, inserted):
    if not isinstance(layer, Layer):
        raise NotAModel("%s: a layer or model is needed. Received: %r." % (graph.asked, layer), found=str(graph.stack),
                        do="wrap a function in layers.Lambda")
    names = {node.outbound_layer.name for node in graph.nodes} - (set() if inserted else {name})
    if layer.name in names:
        raise NameTaken("%s: the model %r has another layer named %r." % (graph.asked, graph.model.name, layer.name),
                        found=str(graph.stack), do="give the new layer another name: name=%r" % (layer.name + "_new"))


def _after_entry(graph, node, tensor, layer):
    return fitting(graph, node, lambda: layer(tensor))


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


def _named(layer_or_name):
    return getattr(layer_or_name, "name", layer_or_name)


def _understood(layer, kwargs):
    """Without the flags that Keras itself hands to every layer, where this one does not take them."""
    parameters = inspect.signature(layer.call).parameters.values()
    if any(p.kind is p.VAR_KEYWORD for p in parameters):
        return kwargs
    names = {p.name for p in parameters}
    return {key: value for key, value in kwargs.items() if key in names or key not in ("training", "mask")}


# --- inputs and errors ------------------------------------------------------------------------------------------------


def _input_like(tensor):
    shape, dtype = spec(tensor)
    return keras.layers.Input(batch_shape=shape, dtype=dtype, sparse=K.is_sparse(tensor))


@contextmanager
def _undone_on_error(tensors, layers=()):
    """Takes back the nodes that a failed attempt left on layers."""
    owners = [tensor._keras_history[0] for tensor in tensors] + list(layers)
    before = [(nodes, len(nodes)) for owner in owners for nodes in (owner._inbound_nodes, owner._outbound_nodes)]
    try:
        yield
    except BaseException:
        for nodes, length in before:
            del nodes[length:]
        raise


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
