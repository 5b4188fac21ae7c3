"""Layers that tf.keras puts around functions of TensorFlow, and what a file says of their calls.

tf.keras 2.4 to 2.15 writes ``TFOpLambda`` and ``SlicingOpLambda`` (the name of a function, arguments by name), tf.keras
2.0 to 2.3 ``TensorFlowOpLayer`` (a node of TensorFlow's graph, constants by the number of the input).
"""
import itertools
from collections import namedtuple

import keras

from kcool.errors import NotConverted, UnreadableModel

from . import nodes
from .layers import plain_name
from .operations import OPERATIONS, Unsuited, applied
from .parts import Part

__all__ = ["KINDS", "OperationPart"]

KINDS = ("TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer")
_CONSTANT = "_CONSTANT_VALUE"

#: One call: the first argument, and a dict of the others. The tensors in them are `Reference`.
Call = namedtuple("Call", "first arguments")
#: An output of another layer, by what a file calls it.
Reference = namedtuple("Reference", "layer call output")


class OperationPart(Part):
    """A function of TensorFlow in a graph.

    Attributes:
        function: str, a key of `operations.OPERATIONS`.
        calls: list of `Call`.

    Raises:
        NotConverted: Keras 3 has no such function.
        UnreadableModel: the file does not say how it is called.
    """

    def __init__(self, kind, config, inbound, context):
        super().__init__(kind, config, context)
        self._named = []
        try:
            self.function = self._function()
            self.calls = [self._call(node) for node in inbound]
        except Unsuited as error:
            raise self._refusal(error)
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise UnreadableModel(
                "The architecture in %s cannot be read." % context.path, supported="what model.save of tf.keras writes",
                found="calls of layer %s (%s): %s: %s" % (self.name, kind, str(inbound)[:200], error),
                do="save the model again")

    def _function(self):
        if self.kind == "TensorFlowOpLayer":
            return nodes.function_of(self.config["node_def"])
        name = self.config["function"]
        if name not in OPERATIONS:
            raise Unsuited("tf.%s, which kcool does not translate" % (name,))
        return name

    def _call(self, node):
        if self.kind == "TensorFlowOpLayer":
            values, constants = [_place(place)[0] for place in node], self.config["constants"]
            for number in sorted(constants, key=int):
                values.insert(int(number), constants[number])
            return Call(*nodes.read(self.config["node_def"], values))
        if isinstance(node[0], list):
            places = [_place(place) for place in node]
            first, arguments = [value for value, _ in places], places[0][1]
        else:
            first, arguments = _place(node)
        return Call(first, _referring(arguments))

    def _refusal(self, error):
        return self.context.refusal(self.name, self.kind, str(error),
                                    "put a layer of Keras in its place, and save the model again")

    def references(self):
        """The outputs of other layers that the calls need."""
        return [one for call in self.calls for one in _references(call)]

    def made_by(self, call, tensor):
        """Repeats a call.

        Args:
            call: `Call`.
            tensor: function from `Reference` to a symbolic tensor or `Sizes`, or to None if there is none yet.

        Returns:
            List of symbolic tensors and `Sizes`, or None if a tensor is missing.

        Raises:
            NotConverted: Keras 3 cannot compute it.
        """
        needed = {one: tensor(one) for one in _references(call)}
        if any(value is None for value in needed.values()):
            return None
        try:
            made = applied(self.function, _filled(call.first, needed), _filled(call.arguments, needed))
        except Unsuited as error:
            raise self._refusal(error)
        except Exception as error:
            raise NotConverted(
                "Layer %s (%s) of %s cannot be computed in Keras 3." % (self.name, self.kind, self.context.path),
                found="tf.%s: %s: %s" % (self.function, type(error).__name__, " ".join(str(error).split())[:300]),
                do="put a layer of Keras in its place, and save the model again")
        made = made if isinstance(made, list) else [made]
        self._name_all(made, list(needed.values()))
        self.context.repairs.add("H124", self.name, "tf.%s" % self.function)
        return made

    def _name_all(self, made, given):
        """Gives new operations names that no layer of the file has: Keras would call them add, add_1 and so on."""
        seen = {id(one) for one in given}
        waiting = [one for one in made if isinstance(one, keras.KerasTensor)]
        while waiting:
            one = waiting.pop()
            operation = one._keras_history.operation
            if id(one) in seen or operation in self._named:
                continue
            operation.name = self._free_name()
            self._named.append(operation)
            waiting += operation._inbound_nodes[-1].input_tensors

    def _free_name(self):
        base, names = plain_name(self.name, self.context), self.context.names
        if not self._named:
            return base
        name = next(name for name in ("%s_part_%d" % (base, n) for n in itertools.count(1)) if name not in names)
        names.add(name)
        return name

    def groups(self):
        """It has no weights."""
        return [], []


def _place(place):
    """What a place stands for, and the arguments that come with it."""
    if not isinstance(place, list) or len(place) not in (3, 4):
        raise ValueError("a place of another form")
    arguments = place[3] if len(place) == 4 and place[3] is not None else {}
    if not isinstance(arguments, dict):
        raise ValueError("arguments of another form")
    if place[0] == _CONSTANT:
        return _referring(place[2]), arguments
    found = _referring(place[:3])
    if not isinstance(found, Reference):
        raise ValueError("a place of another form")
    return found, arguments


def _referring(value):
    """The value with `Reference` where the file names an output of a layer."""
    if isinstance(value, dict):
        return {key: _referring(one) for key, one in value.items()}
    if not isinstance(value, list):
        return value
    if len(value) == 3 and isinstance(value[0], str) and all(type(one) is int and one >= 0 for one in value[1:]):
        return Reference(*value)
    return [_referring(one) for one in value]


def _references(value):
    """Every `Reference` in a `Call`, or in a part of one."""
    if isinstance(value, Reference):
        return [value]
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, (Call, list)):
        return []
    return [found for one in value for found in _references(one)]


def _filled(value, tensors):
    if isinstance(value, Reference):
        return tensors[value]
    if isinstance(value, dict):
        return {key: _filled(one, tensors) for key, one in value.items()}
    return [_filled(one, tensors) for one in value] if isinstance(value, list) else value
