"""Tensors that layers keep in ``call``: as attributes, and in lists and dicts that are attributes.

In a graph of 2.2 they were ordinary tensors. Here ``call`` runs again and again: each time what it kept is taken away
from the layer, and the first time, when the call is described, symbols take its place.
"""
from .._symbolic.context import computation
from .._symbolic.spec import is_backend_tensor

__all__ = ["carried_out", "held_names", "keep_symbols", "take_held"]


def carried_out(layer, call, inputs, kwargs):
    """What ``call`` gives; notes which of the layer's lists and dicts it has filled."""
    before = [(container, _items(container)) for container in _containers(layer)]
    outputs = call(inputs, **kwargs)
    known = {id(container) for container, _ in before}
    before += [(container, []) for container in _containers(layer) if id(container) not in known]
    computation().filled += [one for one in before if _differs(*one)]
    return outputs


def take_held(now, first_held, first_filled):
    """The tensors that were kept since two places in the notes of a computation; gives layers their own back."""
    held, filled = now.held[first_held:], now.filled[first_filled:]
    tensors = [vars(layer)[name] for layer, name in held_names(held)]
    # A list that an attribute was set to is among the former already.
    listed = {id(part) for tensor in tensors for part in _parts(tensor)}
    former = {id(container): (container, items) for container, items in reversed(filled) if id(container) not in listed}
    now.contents = [(container, _items(container), items) for container, items in former.values()]
    for layer, name, value in reversed(held):
        object.__setattr__(layer, name, value)
    for container, _, items in now.contents:
        _refill(container, items)
    return tensors + [[value for _, value in content if _is_new(value, items)] for _, content, items in now.contents]


def held_names(held):
    """Where attributes hold tensors: pairs of layer and name, in the order of `take_held`."""
    return list({(id(layer), name): (layer, name) for layer, name, _ in held}.values())


def keep_symbols(found, symbols):
    """Puts symbols in the places of the tensors that a described call kept.

    Args:
        found: the finished `Inference`.
        symbols: as `take_held` gave the tensors.
    """
    names = held_names(found.held)
    for (layer, name), symbol in zip(names, symbols):
        object.__setattr__(layer, name, symbol)
    for (container, content, former), kept in zip(found.contents, symbols[len(names):]):
        fresh = iter(kept)
        _refill(container, [(key, next(fresh) if _is_new(value, former) else value) for key, value in content])


def _containers(layer):
    own = [value for name, value in list(vars(layer).items()) if not name.startswith("_")]
    return [part for value in own for part in _parts(value)]


def _parts(value):
    """A list or dict, and those in it."""
    if type(value) not in (list, dict):
        return []
    return [value] + [part for item in (value if type(value) is list else value.values()) for part in _parts(item)]


def _items(container):
    return list(enumerate(container)) if type(container) is list else list(container.items())


def _refill(container, items):
    container.clear()
    if type(container) is list:
        container.extend(value for _, value in items)
    else:
        container.update(items)


def _differs(container, former):
    now = _items(container)
    return len(now) != len(former) or any(one[0] != other[0] or one[1] is not other[1]
                                          for one, other in zip(now, former))


def _is_new(value, former):
    leaves = list(value) if isinstance(value, tuple) else [value]
    return any(map(is_backend_tensor, leaves)) and not any(value is one for _, one in former)
