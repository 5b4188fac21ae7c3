"""The weights of a model in the order of its layers, and what layers their makers named."""
import re

__all__ = ["named_weights", "state_of"]

_MADE = "_trainable_weights", "_trainable_variables"
_STATE = "_non_trainable_weights", "_non_trainable_variables"


def named_weights(model, weights):
    """Orders `weights` layer by layer, and within each layer as they were made, whatever is trainable.

    Args:
        model: a built model.
        weights: its weights, in any order.

    Returns:
        A pair of lists: the indices of `weights` in that order, and for each of these the names of its layers, outer
        first, joined by ``/``. Names that Keras gave (``dense_4``) are left out, for their numbers are those of the
        process; so the text is empty where nobody named a layer.
    """
    index, order, names = {id(weight): i for i, weight in enumerate(weights)}, [], []
    for weight, name in _walked(model, "", set()) + [(weight, "") for weight in weights]:
        if id(weight) in index:
            order.append(index.pop(id(weight)))
            names.append(name)
    return order, names


def state_of(model):
    """The ids of the weights that layers write themselves (moving statistics, counters, states of recurrent layers),
    frozen ones not among them: another model may train what is frozen in this one."""
    layers, ids = _layers(model, {}), set()
    for layer in layers:
        ids.update(id(weight) for name in _STATE for weight in _listed(layer, name))
    return ids.difference(id(weight) for layer in layers for name in _MADE for weight in _listed(layer, name))


def _layers(layer, seen):
    if id(layer) not in seen:
        seen[id(layer)] = layer
        for child in _children(layer):
            _layers(child, seen)
    return list(seen.values())


def _walked(layer, path, seen):
    if id(layer) in seen:
        return []
    seen.add(id(layer))
    found = [(weight, path) for name in _MADE + _STATE for weight in _listed(layer, name)]
    for child in _children(layer):
        given = _given_name(child)
        found += _walked(child, "%s/%s" % (path, given) if path and given else path or given, seen)
    return found + [(weight, path) for weight in _listed(layer, "weights")]


def _children(layer):
    children = [child for name in ("layers", "cells", "_layers") for child in _listed(layer, name)]
    children += [getattr(layer, name, None) for name in ("layer", "forward_layer", "backward_layer", "cell")]
    if hasattr(layer, "_flatten_layers"):
        children += layer._flatten_layers(include_self=False, recursive=False)
    return [child for child in children if hasattr(type(child), "weights")]


def _listed(layer, name):
    try:
        several = getattr(layer, name, None)
    except ValueError:  # the weights of a part that is not built
        several = None
    return list(several) if isinstance(several, (list, tuple)) else []


def _given_name(layer):
    """The name of a layer, or an empty text if Keras made it from the class."""
    name, kind = str(getattr(layer, "name", None) or ""), type(layer).__name__.replace("_", "").lower()
    plain = re.sub(r"^(forward_|backward_|private__)|_\d+$", "", name).replace("_", "")
    return "" if plain in (kind, "model", "functional") else name
