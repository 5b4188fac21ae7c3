"""Tensors that layers hold: ``self.weights_of_attention = ...`` inside ``call``, also in lists and dicts.

In graph Keras such an attribute is an ordinary tensor of the graph. Modern Keras runs ``call`` in a scratch graph (or
an abstract trace) that it throws away, and the tensor is left without any link to the model. An observer at the
creation of graph nodes writes the link down: this tensor was held, there, right after that call. Tensors are
remembered by weak reference, so nothing is kept alive by being known.
"""
import sys
import weakref
from collections import namedtuple

from .graph import inbound_nodes, is_input_node, node_of, node_operation, outbound_nodes, sublayers

__all__ = ["Holder", "Origin", "candidates", "find", "framework_names", "is_held", "items", "observe", "origin",
           "own_attributes", "read", "reachable"]

#: Where a tensor is held: ``owner`` is the layer, ``path`` the attribute followed by keys and (negative) indices.
Holder = namedtuple("Holder", "owner path")

#: The call in which a held tensor arose: a weak ``node`` and the weak owner with its path.
Origin = namedtuple("Origin", "node owner path")

#: Names of the attributes that every layer has; lists of tensors are kept there by Keras 2 too. Filled by `observer`.
framework_names = set()  # type: set

_seen = {}  # type: dict


def is_held(value):
    """Whether a value is a tensor of TensorFlow, JAX or PyTorch, and neither a variable nor a Keras symbol."""
    for module, name in (("tensorflow", "Tensor"), ("jax", "Array"), ("torch", "Tensor")):
        framework = sys.modules.get(module)
        kind = getattr(framework, name, None)
        if kind is not None and isinstance(value, kind):
            return not (module == "torch" and isinstance(value, framework.nn.Parameter))
    return False


def own_attributes(layer):
    """The attributes of a layer that its author made: a list of names and values, without those that Keras made."""
    return [(name, value) for name, value in list(vars(layer).items())
            # TensorFlow adds its own on the way, under this prefix.
            if name not in framework_names and not name.startswith("_self_")]


def items(layer):
    """The tensors that a layer holds in its own attributes.

    Yields:
        ``(path, tensor)``: the path starts with the attribute; places in lists count from the end, because a list that
        grows with every call holds the newest call's tensors there.
    """
    for name, value in own_attributes(layer):
        for found in _walk((name,), value):
            yield found


def read(holder):
    """The tensor that is held at a place now; None when the place is gone."""
    value = vars(holder.owner).get(holder.path[0])
    for key in holder.path[1:]:
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def observe(node):
    """Writes down which tensors a node's operation holds, right after its call."""
    operation = node_operation(node)
    if is_input_node(node):
        return
    for layer in sublayers(operation):
        for path, tensor in items(layer):
            if _known(tensor) is None and _is_abstract(tensor):
                key = id(tensor)
                gone = weakref.ref(tensor, lambda _, key=key: _seen.pop(key, None))
                _seen[key] = gone, Origin(weakref.ref(node), weakref.ref(layer), path)


def origin(tensor):
    """The `Origin` of a tensor that was observed and whose node still exists, else None."""
    found = _known(tensor)
    return found if found is not None and found.node() is not None and found.owner() is not None else None


def find(tensor, operations):
    """The `Holder` of a tensor among some operations and the layers inside them, by identity, or None."""
    for operation in operations:
        for layer in sublayers(operation):
            for path, value in items(layer):
                if value is tensor:
                    return Holder(layer, path)
    return None


def reachable(tensors):
    """The operations that can be reached downstream from some symbolic tensors, in no particular order."""
    found, waiting = {}, [node_operation(node_of(t)) for t in tensors if node_of(t) is not None]
    while waiting:
        operation = waiting.pop()
        if id(operation) not in found:
            found[id(operation)] = operation
            waiting.extend(node_operation(node) for node in outbound_nodes(operation))
    return list(found.values())


def candidates(owner, operations):
    """The nodes in which a layer runs: its own, and those of operations that contain it."""
    return [node for operation in operations if any(layer is owner for layer in sublayers(operation))
            for node in inbound_nodes(operation) if not is_input_node(node)]


def _known(tensor):
    entry = _seen.get(id(tensor))
    return entry[1] if entry is not None and entry[0]() is tensor else None


def _is_abstract(tensor):
    """Whether a tensor stands for a value that a trace will compute; constants made in a constructor do not."""
    tensorflow, jax = sys.modules.get("tensorflow"), sys.modules.get("jax")
    if tensorflow is not None and isinstance(tensor, tensorflow.Tensor):
        return not hasattr(tensor, "numpy")
    if jax is not None and isinstance(tensor, jax.Array):
        return isinstance(tensor, jax.core.Tracer)
    return True


def _walk(path, value):
    if is_held(value):
        yield path, value
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            for found in _walk(path + (index - len(value),), item):
                yield found
    elif isinstance(value, dict):
        for key, item in list(value.items()):
            for found in _walk(path + (key,), item):
                yield found
