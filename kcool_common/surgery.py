"""What an edit of a model asks before it begins. Plain Python without a framework: both sides of kcool ask here."""
import difflib
import inspect
from contextlib import contextmanager

from kcool.errors import NameTaken, NoSuchLayer, NotAModel, NotConnected, WrongShape

from .structures import leaves

__all__ = ["check_layer", "check_states", "named", "targets", "understood", "undone_on_error"]


def named(layer_or_name):
    """The name of a layer, or the name itself."""
    return getattr(layer_or_name, "name", layer_or_name)


def targets(graph, name, inserted):
    """The nodes in which the layer of a name is called; refuses what no edit can be made at."""
    found = [node for node in graph.nodes if graph.operation_of(node).name == name]
    if not found:
        names = list(dict.fromkeys(operation.name for operation in graph.operations))
        close = difflib.get_close_matches(str(name), names, 5, 0.4) or names[:20]
        raise NoSuchLayer("%s: the model %r has no layer named %r." % (graph.asked, graph.model.name, name),
                          found=str(graph.stack), supported=", ".join(close))
    if not inserted and graph.is_entry(found[0]):
        raise NotConnected("%s: %r is an input of %r; no layer can take its place."
                           % (graph.asked, name, graph.model.name), found=str(graph.stack),
                           do="insert_layer(model, after=%r, layer=...)" % name)
    if inserted and len(graph.outputs_of(found[0])) != 1:
        raise WrongShape("%s: %r gives %d tensors; which is meant?"
                         % (graph.asked, name, len(graph.outputs_of(found[0]))), found=str(graph.stack),
                         do="insert after a layer with one output")
    return found


def check_layer(graph, name, layer, inserted):
    """Refuses what is no layer, and a name that another layer of the model has."""
    if not isinstance(layer, graph.keras.layers.Layer):
        raise NotAModel("%s: a layer or model is needed. Received: %r." % (graph.asked, layer), found=str(graph.stack),
                        do="wrap a function in layers.Lambda")
    names = {operation.name for operation in graph.operations} - (set() if inserted else {name})
    if layer.name in names:
        raise NameTaken("%s: the model %r has another layer named %r." % (graph.asked, graph.model.name, layer.name),
                        found=str(graph.stack), do="give the new layer another name: name=%r" % (layer.name + "_new"))


def check_states(graph, nodes, layer):
    """Refuses a recurrent layer that has another number of states than the model hands to the one it replaces.

    Some Keras take the first of too many states and forget the others.
    """
    needed = _state_count(layer)
    for node in nodes:
        given, name = graph.states_of(node), graph.operation_of(node).name
        if given and needed and len(given) != needed:
            raise WrongShape("%s: the model %r hands %d initial states to %r, and %r has %d."
                             % (graph.asked, graph.model.name, len(given), name, layer.name, needed),
                             found="%s, called with %s (%s)" % (type(layer).__name__,
                                                                ", ".join(map(graph.text, given)), graph.stack),
                             supported="recurrent layers with as many states",
                             do="replace it by a layer of the same kind (an LSTM has two states, a GRU has one), or "
                                "build the model anew from the call of %r on" % name)


def _state_count(layer):
    """How many initial states a recurrent layer takes; 0 for any other layer."""
    sides = [getattr(layer, side, None) for side in ("forward_layer", "backward_layer")]
    if None not in sides:
        return sum(map(_state_count, sides))
    if not hasattr(layer, "return_state"):
        return 0
    return len(leaves(getattr(getattr(layer, "cell", layer), "state_size", None)))


def understood(layer, kwargs):
    """Without the flags that Keras itself hands to every layer, where this one does not take them."""
    parameters = inspect.signature(layer.call).parameters.values()
    if any(p.kind is p.VAR_KEYWORD for p in parameters):
        return kwargs
    names = {p.name for p in parameters}
    return {key: value for key, value in kwargs.items() if key in names or key not in ("training", "mask")}


@contextmanager
def undone_on_error(operations):
    """Takes back the nodes that a failed attempt left on layers."""
    before = [(nodes, len(nodes)) for o in operations for nodes in (o._inbound_nodes, o._outbound_nodes)]
    try:
        yield
    except BaseException:
        for nodes, length in before:
            del nodes[length:]
        raise
