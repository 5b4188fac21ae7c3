"""Surgery on models of Keras 2.2, the real one and the one on Keras 3: see `kcool_legacy.surgery`.

It walks the nodes itself and calls twins of the layers (see `replay22`), because the published way fails on TensorFlow
2.0 ("Cannot iterate over a tensor") and leaves updates of the tail on the original's layers. Each function takes the
Keras of the model as its first argument.
"""
import warnings

from kcool.errors import KcoolWarning, MaskDropped, NotBuilt

from .replay22 import Graph, Replay, entry_like, twin_of
from .structures import listed, single
from .surgery import check_layer, check_states, named, targets, understood, undone_on_error

__all__ = ["get_outputs_of", "insert_layer", "replace_layer"]


def get_outputs_of(keras, model, start_tensors, input_layers=None):
    """Cuts a model at some of its tensors and applies what comes after the cut to new inputs."""
    graph = Graph(model, "get_outputs_of", keras)
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


def replace_layer(keras, model, name, layer):
    """Makes a new model in which another layer stands in the place of one."""
    graph = Graph(model, "replace_layer", keras)
    return _edited(graph, named(name), layer,
                   lambda new: lambda twin, inputs, kwargs: new(inputs, **understood(new, kwargs)))


def insert_layer(keras, model, after, layer):
    """Makes a new model with one more layer, right after a given one."""
    graph = Graph(model, "insert_layer", keras)
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
        new = twin_of(layer, {}, graph.keras) if layer._inbound_nodes else layer
        fresh = [entry_like(tensor, graph.keras) for tensor in graph.inputs]
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
    model, kind, keras = graph.model, type(graph.model), graph.keras
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
    sparse = graph.keras.backend.is_sparse(tensor)
    return graph.keras.layers.Input(batch_shape=shape, dtype=dtype, sparse=sparse)


def _warn(graph, lost, edited=False):
    level = 5 if edited else 4  # to the line of the user's call
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
