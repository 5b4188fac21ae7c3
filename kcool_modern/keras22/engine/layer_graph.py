"""The part of the graph of layer calls that lies between a network's inputs and outputs."""
from collections import namedtuple

__all__ = ["LayerGraph", "layer_graph", "node_key"]

#: ``keys``: of all nodes; ``nodes_by_depth``, ``layers_by_depth``: dicts from the distance to the outputs to lists;
#: ``layers``: those farthest from the outputs first.
LayerGraph = namedtuple("LayerGraph", "keys nodes_by_depth layers layers_by_depth")


def node_key(layer, index):
    """What tells one call of a layer from the others of a network."""
    return "%s_ib-%d" % (layer.name, index)


def layer_graph(inputs, outputs):
    """Follows the history of `outputs`.

    Args:
        inputs, outputs: lists of symbolic tensors.

    Raises:
        ValueError: an output needs a tensor that does not come from the inputs; two layers of one name.
    """
    keys, order, layers_in_order = _visited(outputs)
    node_depths, layer_depths = _depths(order)
    nodes_by_depth = _by_depth(node_depths)
    layers_by_depth = _by_depth(layer_depths)
    rank = {id(layer): position for position, layer in enumerate(layers_in_order)}
    for layers in layers_by_depth.values():
        layers.sort(key=lambda layer: rank[id(layer)])
    layers = [layer for depth in sorted(layers_by_depth, reverse=True) for layer in layers_by_depth[depth]]
    _require_connected(inputs, nodes_by_depth)
    _require_names(layers)
    return LayerGraph(keys, nodes_by_depth, layers, layers_by_depth)


def _visited(outputs):
    """All nodes behind some tensors, those nearest to the inputs first; the layers in the order of their discovery."""
    keys, order, layers, seen, open_nodes = set(), [], [], {}, set()
    waiting = [(tensor, False) for tensor in reversed(outputs)]
    while waiting:
        tensor, done = waiting.pop()
        layer, index, _ = tensor._keras_history
        node = layer._inbound_nodes[index]
        if done:
            open_nodes.discard(id(node))
            if id(node) not in seen:
                seen[id(node)] = True
                order.append(node)
            continue
        if id(node) in open_nodes:
            raise ValueError('The tensor %s at layer "%s" is part of a cycle.' % (tensor, layer.name))
        if id(node) in seen:
            continue
        keys.add(node_key(layer, index))
        if not any(layer is known for known in layers):
            layers.append(layer)
        open_nodes.add(id(node))
        waiting.append((tensor, True))
        waiting.extend((x, False) for x in reversed(node.sources) if not _is_done(x, seen, open_nodes))
    return keys, order, layers


def _is_done(tensor, seen, open_nodes):
    layer, index, _ = tensor._keras_history
    return layer is None or id(layer._inbound_nodes[index]) in seen


def _depths(order):
    node_depths, layer_depths = {}, {}
    for node in reversed(order):
        layer = node.outbound_layer
        depth = max(node_depths.setdefault(node, 0), layer_depths.get(layer, 0))
        layer_depths[layer] = node_depths[node] = depth
        for tensor in node.sources:
            parent_layer, index, _ = tensor._keras_history
            if parent_layer is not None:
                parent = parent_layer._inbound_nodes[index]
                node_depths[parent] = max(depth + 1, node_depths.get(parent, 0))
    return node_depths, layer_depths


def _by_depth(depths):
    found = {}
    for item, depth in depths.items():
        found.setdefault(depth, []).append(item)
    return found


def _require_connected(inputs, nodes_by_depth):
    known, passed = set(map(id, inputs)), []
    for depth in sorted(nodes_by_depth, reverse=True):
        for node in nodes_by_depth[depth]:
            # An entry of the graph has its own tensor here: it has to be among the inputs.
            for tensor in node.inbound_tensors:
                if id(tensor) not in known:
                    raise ValueError('Graph disconnected: cannot obtain value for tensor %s at layer "%s". The '
                                     "following previous layers were accessed without issue: %s" % (
                                         tensor, node.outbound_layer.name, passed))
            known.update(map(id, node.outputs))
            passed.append(node.outbound_layer.name)


def _require_names(layers):
    names = [layer.name for layer in layers]
    for name in names:
        if names.count(name) != 1:
            raise ValueError('The name "%s" is used %d times in the model. All layer names should be unique.' % (
                name, names.count(name)))
