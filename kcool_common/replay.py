"""Walks a part of a model's graph and replays it on other tensors. Plain Python without a framework.

Every Keras records one node per call of a layer, under names of its own. A side of kcool subclasses `Graph` to say how
its Keras spells them, and `Replay` to say how a call is made once more.
"""
from kcool.dispatch import stack_of
from kcool.errors import KcoolError, NotAModel, NotBuilt, NotConnected, WrongShape

from .structures import is_symbolic, leaves

__all__ = ["Graph", "Replay"]


class Graph(object):
    """The nodes of a model, and of the models nested in it.

    A subclass has `operation_of`, `inputs_of`, `outputs_of`, `is_entry` and `dependencies` of a node; `node_of`,
    `index_of`, `spec` and `mask` of a tensor; `network` of an operation (None for one without a graph) and `nodes_of` a
    network.
    """

    def __init__(self, model, asked, keras):
        self.model, self.asked, self.keras, self.stack = model, asked, keras, stack_of(model)
        if not isinstance(model, keras.models.Model):
            raise NotAModel("%s works on a model. Received: %r of type %s." % (asked, model, type(model).__name__),
                            found=str(self.stack), supported="functional and Sequential models")
        self.network_of_model = self.network(model)
        if self.network_of_model is None:
            raise NotBuilt(
                "%s: the model %r has no graph: it is subclassed, or saw no input shape yet." % (asked, model.name),
                found="%s on %s" % (type(model).__name__, self.stack),
                supported="functional and built Sequential models",
                do="call model.build(...) on a Sequential; make a subclassed model functional: Model(x, model.call(x))")
        self.inputs, self.outputs = list(self.network_of_model.inputs), list(self.network_of_model.outputs)
        self.nodes = self.nodes_of(self.network_of_model)
        self.homes = {id(tensor): () for node in self.nodes for tensor in self.outputs_of(node)}
        self._enter(self.nodes, ())

    def _enter(self, nodes, path):
        for node in nodes:
            inner = self.network(self.operation_of(node))
            if inner is not None:
                here = path + (node,)
                for tensor in (t for n in self.nodes_of(inner) for t in self.outputs_of(n)):
                    # A nested model that is called twice leaves it open which call is meant.
                    self.homes[id(tensor)] = here if self.homes.get(id(tensor), here) == here else None
                self._enter(self.nodes_of(inner), here)

    @property
    def operations(self):
        """The layers and operations that the model calls."""
        return [self.operation_of(node) for node in self.nodes]

    def find(self, tensors):
        """The model's own tensors for those that a user named, most often as ``layer.output``."""
        return [self._own(tensor) for tensor in tensors]

    def _own(self, tensor):
        if self.homes.get(id(tensor)) is not None:
            return tensor
        origin = tensor._keras_history[0] if is_symbolic(tensor) else None
        calls = [node for node in self.nodes if origin is not None and self.operation_of(node) is origin]
        if len(calls) == 1 and id(tensor) not in self.homes:
            # layer.output is the first call of a layer; in an edited model the layer's only call is another one.
            return self.outputs_of(calls[0])[self.index_of(tensor)]
        which = ("it is inside a nested model that is called more than once, so it stands for several tensors"
                 if id(tensor) in self.homes else "it is not a tensor of this model")
        more = ("; layer %r is called %d times in the model, take the output of one of these calls"
                % (origin.name, len(calls)) if len(calls) > 1 else "")
        raise NotConnected("%s: %r cannot be cut at %s: %s." % (self.asked, self.model.name, self.text(tensor), which),
                           found=str(self.stack), supported="tensors that came up while this model was built",
                           do="name the tensor as model.get_layer(...).output" + more)

    def opened(self, starts):
        """The calls of nested models that hold a start tensor."""
        return {id(node) for tensor in starts for node in self.homes[id(tensor)]}

    def check_inputs(self, starts, given):
        """The tensors that a user gave to be fed, if they fit the start tensors."""
        asked = "%s(..., input_layers=...)" % self.asked
        if len(given) != len(starts):
            raise WrongShape("%s takes one tensor for each start tensor." % asked,
                             found="%d for %d" % (len(given), len(starts)),
                             do="give as many, in the same order, or leave input_layers out")
        for old, new in zip(starts, given):
            if not is_symbolic(new) or not _fits(self.spec(old), self.spec(new)):
                raise WrongShape("%s: %s cannot stand for %s." % (asked, self.text(new), self.text(old)),
                                 found=str(self.stack),
                                 supported="Keras tensors of the same dtype, rank and known dimensions",
                                 do="Input(batch_shape=%s, dtype=%r)" % self.spec(old))
        return given

    def text(self, tensor):
        """A tensor, for people."""
        if not is_symbolic(tensor):
            return "%r (no symbolic tensor of Keras)" % (tensor,)
        shape, dtype = self.spec(tensor)
        return "the output of layer %r (shape %s, %s)" % (tensor._keras_history[0].name, shape, dtype)

    def fitting(self, node, call):
        """Runs the call that stands for a node; what goes wrong is told with the name of the node's layer."""
        name, wanted = self.operation_of(node).name, len(self.outputs_of(node))
        try:
            outputs = call()
        except KcoolError:
            raise
        except Exception as error:
            used_to_take = ", ".join(self.text(t) for t in self.inputs_of(node)) or "an input"
            raise WrongShape("%s: it breaks at layer %r of %r, which used to take %s."
                             % (self.asked, name, self.model.name, used_to_take),
                             found="%s: %s (%s)" % (type(error).__name__, error, self.stack),
                             supported="layers whose output the following layers can take") from error
        if len(leaves(outputs)) != wanted:
            raise WrongShape("%s: layer %r gave %d tensors, its replacement gives %d."
                             % (self.asked, name, wanted, len(leaves(outputs))), found=str(self.stack))
        return outputs


class Replay(object):
    """Makes the calls that lead from replaced tensors to the outputs of a model once more.

    A subclass has ``again(node)``, which makes one call and gives its flat outputs. `tensors` says by ``id`` which
    tensor stands for which; what loses its mask on the way is collected in `lost`.
    """

    def __init__(self, graph, replaced, edits=None):
        replaced = list(replaced)
        self.graph, self.edits, self.lost = graph, edits or {}, []
        self.starts = [old for old, _ in replaced]
        self.tensors = {id(old): new for old, new in replaced}
        self._open = graph.opened(self.starts)

    def run(self):
        """The list of the model's outputs, computed from the replaced tensors."""
        wanted = self.graph.outputs
        nodes, missing = self._needed(wanted)
        if missing:
            self._refuse(nodes, missing)
        self._check_all_used(nodes)
        self._run(nodes)
        self.lost += [tensor for tensor in wanted if self.loses_mask(tensor)]
        return [self.tensors[id(tensor)] for tensor in wanted]

    def loses_mask(self, tensor):
        """Whether a tensor carried a mask, and the one that stands for it does not."""
        return self.graph.mask(tensor) is not None and self.graph.mask(self.tensors[id(tensor)]) is None

    def _inside(self, node):
        return self.graph.network(self.graph.operation_of(node))

    def _dependencies(self, node):
        if id(node) not in self._open:
            return self.graph.dependencies(node)
        inner = self._inside(node)
        wanted = {id(tensor) for tensor in self._needed(inner.outputs)[1]}
        return [outer for outer, own in zip(self.graph.inputs_of(node), inner.inputs) if id(own) in wanted]

    def _needed(self, outputs):
        nodes, missing, seen = [], [], set()
        # An explicit stack: a model may well be deeper than Python's recursion limit.
        stack = [(tensor, False) for tensor in reversed(outputs)]
        while stack:
            tensor, done = stack.pop()
            node = self.graph.node_of(tensor)
            if done:
                nodes.append(node)
            elif id(tensor) not in self.tensors and id(node) not in seen:
                seen.add(id(node))
                if self.graph.is_entry(node):
                    missing.append(tensor)
                else:
                    stack.append((tensor, True))
                    stack.extend((parent, False) for parent in reversed(self._dependencies(node)))
        return nodes, missing

    def _check_all_used(self, nodes):
        used = {id(t) for node in nodes for t in self._all_inputs(node)} | {id(t) for t in self.graph.outputs}
        unused = [tensor for tensor in self.starts if id(tensor) not in used]
        if unused and self.graph.asked == "get_outputs_of":
            raise NotConnected("%s: once %r is cut, no output needs %s."
                               % (self.graph.asked, self.graph.model.name, self.graph.text(unused[0])),
                               found=str(self.graph.stack), do="leave it out of start_tensors")

    def _all_inputs(self, node):
        if id(node) not in self._open:
            return self._dependencies(node)
        inner = self._inside(node)
        inside = [t for n in self._needed(inner.outputs)[0] for t in self._all_inputs(n)]
        return inside + list(inner.outputs) + self._dependencies(node)

    def _run(self, nodes):
        for node in nodes:
            if id(node) in self._open:
                self._run_inside(node)
            else:
                for old, new in zip(self.graph.outputs_of(node), self.again(node)):
                    self.tensors.setdefault(id(old), new)

    def _run_inside(self, node):
        inner = self._inside(node)
        for outer, own in zip(self.graph.inputs_of(node), inner.inputs):
            if id(outer) in self.tensors:
                self.tensors.setdefault(id(own), self.tensors[id(outer)])
        self._run(self._needed(inner.outputs)[0])
        for outer, own in zip(self.graph.outputs_of(node), inner.outputs):
            self.tensors.setdefault(id(outer), self.tensors[id(own)])

    def _refuse(self, nodes, missing):
        """Says at which layer a path around the cut comes in, and from which input."""
        graph, cut = self.graph, {id(t) for t in self.starts}
        for node in nodes:
            if any(id(t) in cut for t in self._dependencies(node)):
                cut.update(id(t) for t in graph.outputs_of(node))
        joins = [(node, tensor) for node in nodes if id(graph.outputs_of(node)[0]) in cut
                 for tensor in self._dependencies(node) if id(tensor) not in cut]
        sources = ", ".join(repr(t._keras_history[0].name) for t in missing)
        where = ("; ".join("layer %r also takes %s" % (graph.operation_of(node).name, graph.text(tensor))
                           for node, tensor in joins[:5])
                 or "no output depends on the start tensors alone")
        raise NotConnected("%s: this cut of %r leaves paths from its own input %s: %s."
                           % (graph.asked, graph.model.name, sources, where), found=str(graph.stack),
                           supported="cuts that every path from an input to an output passes",
                           do="add the named tensor(s) to start_tensors, or the input(s) themselves")


def _fits(old, new):
    return (old[1] == new[1] and len(old[0]) == len(new[0])
            and all(a is None or b is None or a == b for a, b in zip(old[0], new[0])))
