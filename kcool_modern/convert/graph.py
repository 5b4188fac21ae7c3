"""Calls the layers of Keras 3 as the saved graph says, whatever the numbering of its calls."""
import math

import keras

from kcool.errors import KcoolError, NotConverted, UnreadableModel

from . import recurrent, training_argument
from .layers import MASK_AND_STATES, plain_name, require_known
from .operation_layers import KINDS as OPERATION_LAYERS
from .operation_layers import OperationPart
from .parts import MODELS, WRAPPERS, Part

__all__ = ["built"]

#: Layers whose further inputs are states.
_STATEFUL = ("RNN", "SimpleRNN", "LSTM", "GRU", "CuDNNLSTM", "CuDNNGRU", "ConvLSTM2D", "Bidirectional")


def built(kind, config, context, limits, tensors=None, depth=0):
    """Makes the Keras 3 model of a saved one.

    Args:
        kind: str, the old class, one of `parts.MODELS`.
        config: dict, or the list that Keras before 2.2.3 wrote for a Sequential.
        context: `arguments.Context`.
        limits: `source.Limits`.
        tensors: dict to fill with the symbolic outputs by (layer's name, index of the call, index of the output).
        depth: number of models around this one.

    Returns:
        A `Part` whose ``layer`` is the model.

    Raises:
        NotConverted: something without a counterpart.
        UnreadableModel: the graph contradicts itself.
    """
    if depth > 30:
        raise _malformed(context, "models nested deeper than 30 levels")
    if isinstance(config, list):
        config = {"name": "sequential", "layers": config}
    if not isinstance(config, dict):
        raise _malformed(context, "a model (%s) without a config" % kind)
    part = Part(kind, config, context)
    entries = config.get("layers")
    if not isinstance(entries, list):
        raise _malformed(context, "model %s has no list of layers" % part.name)
    context.count += len(entries)
    context.names.update(entry["name"] for entry in entries if isinstance(entry, dict)
                         and isinstance(entry.get("name"), str))
    if context.count > limits.layers:
        raise _malformed(context, "more than %d layers" % limits.layers)
    maker = _Sequential if kind == "Sequential" and not any(_calls(entry) for entry in entries) else _Functional
    maker(part, entries, limits, {} if tensors is None else tensors, depth).make()
    return part


def _calls(entry):
    return isinstance(entry, dict) and entry.get("inbound_nodes")


def _told_training(entry):
    """Whether a layer is called with ``training``."""
    nodes = entry.get("inbound_nodes")
    return isinstance(nodes, list) and any(
        isinstance(place[-1], dict) and place[-1].get("training") is not None
        for node in nodes if isinstance(node, list) for place in node if isinstance(place, list) and place)


def _malformed(context, found):
    return UnreadableModel("The architecture in %s cannot be read." % context.path, found=found,
                           supported="what model.save of Keras 2 writes", do="save the model again")


def _require_moderate(tensors, name, context, limits):
    """Raises `UnreadableModel` if a tensor is so large, for one sample, that computing it would take all memory."""
    for x in tensors:
        size = math.prod(n or 1 for n in x.shape) if isinstance(x, keras.KerasTensor) else 0
        if size > limits.tensor:
            raise UnreadableModel(
                "The architecture in %s asks for too large a tensor." % context.path,
                found="layer %s makes one of shape %s" % (name, tuple(x.shape)),
                supported="up to %d numbers for each sample" % limits.tensor,
                do="save the model for smaller inputs, or with axes of open size (None)")


class _Maker:
    def __init__(self, part, entries, limits, tensors, depth):
        self.part, self.context, self.entries = part, part.context, entries
        self.limits, self.tensors, self.depth = limits, tensors, depth

    def part_of(self, entry):
        if not isinstance(entry, dict) or not isinstance(entry.get("class_name"), str):
            raise _malformed(self.context, "a layer without class_name in model %s" % self.part.name)
        kind, config = entry["class_name"], entry.get("config")
        if kind in MODELS:
            made = built(kind, config, self.context, self.limits, depth=self.depth + 1)
            made.name = entry.get("name") or made.name
            if _told_training(entry):
                raise self.context.refusal(made.name, kind, "a model that is called with training=..., which Keras 3 "
                                           "does not keep", "call its layers with training=... in Keras 2")
            return made
        if not isinstance(config, dict):
            raise _malformed(self.context, "layer %s without a config" % entry.get("name", kind))
        config = dict(config, name=entry.get("name") or config.get("name") or kind)
        if kind in OPERATION_LAYERS:
            return OperationPart(kind, config, self._nodes(config["name"], entry), self.context)
        part = Part(kind, config, self.context)
        part.told_training = _told_training(entry) and training_argument.matters(kind, config)
        if kind in WRAPPERS:
            self._wrap(part)
        return part

    def _nodes(self, name, entry):
        nodes = entry.get("inbound_nodes")
        if not isinstance(nodes, list) or not all(isinstance(node, list) and node for node in nodes):
            raise _malformed(self.context, "calls of layer %s: %s" % (name, str(nodes)[:200]))
        return list(nodes)

    def _wrap(self, part):
        inner = part.config.get("layer")
        if not isinstance(inner, dict):
            raise _malformed(self.context, "wrapper %s without a layer" % part.name)
        part.prepared = self.part_of(inner)
        known = {"name": plain_name(part.name, self.context)}
        if part.kind == "Bidirectional":
            known["merge_mode"] = part.config.get("merge_mode", "concat")
            if part.config.get("backward_layer"):
                known["backward_layer"] = self.part_of(part.config["backward_layer"]).made()
        # The table says which other arguments may stand there.
        require_known(part.kind, part.config, self.context)

        def wrapper(masked):
            layer = part.prepared.made()
            cls = getattr(keras.layers, part.kind)
            if masked and part.kind == "Bidirectional" and layer.return_sequences and self.context.old_tf:
                self.context.repairs.add("H123", part.name)
                cls = recurrent.Bidirectional
            try:
                return cls(layer, **known)
            except Exception as error:
                raise self.context.refusal(part.name, part.kind, "%s: %s" % (type(error).__name__, error),
                                           "change that in Keras 2 and save the model again")

        part.wrapper = wrapper

    def call(self, part, inputs, kwargs):
        layer = part.made(self._mask(part, inputs))
        arguments = self._keywords(part, kwargs)
        first = inputs if len(inputs) > 1 else inputs[0]
        if part.kind in _STATEFUL and len(inputs) > 1:
            self.context.repairs.add("H108", part.name)
            first, arguments["initial_state"] = inputs[0], list(inputs[1:])
        try:
            return layer(first, **arguments)
        except KcoolError:
            raise
        except Exception as error:
            raise NotConverted(
                "Layer %s (%s) of %s cannot be called in Keras 3." % (part.name, part.kind, self.context.path),
                found="%s: %s" % (type(error).__name__, " ".join(str(error).split())[:400]),
                do="kcool run, which needs no conversion; or change the layer in Keras 2 and save the model again")

    def _mask(self, part, inputs):
        if all(getattr(x, "_keras_mask", None) is None for x in inputs):
            return ""
        config = part.config
        states = part.kind in _STATEFUL and (len(inputs) > 1 or config.get("stateful"))
        if part.kind == "Bidirectional":
            inner = (config.get("layer") or {}).get("config") or {}
            if (states or inner.get("stateful")) and not inner.get("unroll"):
                raise self.context.refusal(part.name, part.kind, "a mask and states that are not zero, which Keras 2 "
                                           "answers in a way of its own", "kcool run, which needs no conversion")
        return MASK_AND_STATES if states else "mask"

    def _keywords(self, part, kwargs):
        found = {}
        for key, value in (kwargs or {}).items():
            if key == "training" and isinstance(value, (bool, int)):
                if part.told_training:
                    found[training_argument.ARGUMENT] = bool(value)
                if value and training_argument.is_unsteady(part.kind, part.config, self.context.old_tf):
                    self.context.unsteady.append(part.name)
            elif value is not None:
                raise self.context.refusal(part.name, part.kind, "it is called with %s=%r" % (key, value),
                                           "leave that argument out and save the model again")
        return found


def _as_list(outputs):
    return list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]


def _input_of(config, context, limits):
    shape = config.get("batch_input_shape", config.get("batch_shape"))
    sizes_fit = isinstance(shape, list) and all(
        n is None or isinstance(n, int) and not isinstance(n, bool) and 0 <= n < 2 ** 31 for n in shape)
    if not sizes_fit:
        raise _malformed(context, "input %s with shape %r" % (config.get("name"), shape))
    if config.get("ragged"):
        raise context.refusal(config.get("name"), "InputLayer", "ragged=True", "pad the inputs")
    entry = keras.Input(batch_shape=shape, dtype=config.get("dtype") or "float32", sparse=bool(config.get("sparse")),
                        name=plain_name(config["name"], context) if config.get("name") else None)
    _require_moderate([entry], entry.name, context, limits)
    return entry


# --- the two kinds of models ------------------------------------------------------------------------------------------

class _Sequential(_Maker):
    """Layers in a row; the first may carry the shape of its inputs."""

    def make(self):
        entries = list(self.entries)
        entry = self._input(entries)
        self.part.children = [self.part_of(one) for one in entries]
        layers = []
        x = entry
        for child in self.part.children:
            if x is None:
                layers.append(child.made())
                continue
            # Called to learn about masks; what the model itself computes comes from its own call.
            x = _as_list(self.call(child, [x], {}))[0]
            _require_moderate([x], child.name, self.context, self.limits)
            layers.append(child.layer)
        begin = [] if entry is None else [entry]
        self.part.layer = keras.Sequential(begin + layers, name=plain_name(self.part.name, self.context))
        if entry is not None:
            self.tensors.update(((child.name, 0, 0), child.layer._inbound_nodes[-1].output_tensors[0])
                                for child in self.part.children)

    def _input(self, entries):
        if not entries:
            return None
        first = entries[0]
        if isinstance(first, dict) and first.get("class_name") == "InputLayer":
            return _input_of(entries.pop(0)["config"], self.context, self.limits)
        shape = _first_shape(first)
        if shape is None:
            shape = self.part.config.get("build_input_shape")
            return None if shape is None else _input_of({"batch_shape": shape}, self.context, self.limits)
        config = first["config"]
        if isinstance(config, dict) and "batch_input_shape" in config:
            self.context.repairs.add("H101", config.get("name") or first["class_name"], str(shape))
        return _input_of({"batch_shape": shape, "dtype": _first_dtype(first)}, self.context, self.limits)


def _first_shape(entry):
    """The shape that the first layer of a Sequential asks for, or None."""
    if not isinstance(entry, dict):
        return None
    config = entry.get("config")
    if isinstance(config, list):
        return _first_shape(config[0]) if config else None
    if not isinstance(config, dict):
        return None
    if "batch_input_shape" in config:
        return config["batch_input_shape"]
    if entry.get("class_name") in MODELS and isinstance(config.get("layers"), list) and config["layers"]:
        return _first_shape(config["layers"][0])
    return None


def _first_dtype(entry):
    config = entry.get("config")
    while isinstance(config, dict) and isinstance(config.get("layers"), list) and config["layers"]:
        config = config["layers"][0].get("config")
    dtype = config.get("dtype") if isinstance(config, dict) else None
    return dtype if isinstance(dtype, str) else "float32"


class _Functional(_Maker):
    """Layers with the calls that made the graph: they are repeated as soon as what they need is there."""

    def make(self):
        parts, waiting, outputs = {}, {}, {}
        for entry in self.entries:
            name = entry.get("name") if isinstance(entry, dict) else None
            if not isinstance(name, str) or name in parts:
                raise _malformed(self.context, "layers without a name of their own: %r" % (name,))
            if entry.get("class_name") == "InputLayer":
                parts[name], waiting[name] = None, []
                outputs[name] = [[_input_of(dict(entry["config"], name=name), self.context, self.limits)]]
                continue
            parts[name] = self.part_of(entry)
            waiting[name] = self._calls(name, parts[name], entry)
            outputs[name] = []
        used = self._uses(parts)
        first = {name: self._first_index(part, used.get(name, ())) for name, part in parts.items()}
        self._replay(parts, waiting, outputs, first)
        ends = [[self._tensor(where, outputs, first) for where in self._places(key)]
                for key in ("input_layers", "output_layers")]
        if any(x is None for end in ends for x in end) or not all(ends):
            raise _malformed(self.context, "inputs or outputs that no layer makes, in model %s" % self.part.name)
        for x in ends[1]:
            if not isinstance(x, keras.KerasTensor):
                raise self.context.refusal(self.part.name, self.part.kind, "sizes of a tensor among its outputs",
                                           "leave that output out and save the model again")
        self.part.children = [part for part in parts.values() if part is not None]
        try:
            self.part.layer = keras.Model(*[end if len(end) > 1 else end[0] for end in ends],
                                          name=plain_name(self.part.name, self.context))
        except ValueError as error:
            raise _malformed(self.context, "model %s: %s" % (self.part.name, error))

    def _calls(self, name, part, entry):
        if isinstance(part, OperationPart):
            return list(part.calls)
        nodes = self._nodes(name, entry)
        if not all(self._is_place(place) for node in nodes for place in node):
            raise _malformed(self.context, "calls of layer %s: %s" % (name, str(nodes)[:200]))
        return nodes

    @staticmethod
    def _is_place(place):
        return (isinstance(place, list) and len(place) in (3, 4) and isinstance(place[0], str)
                and all(type(n) is int and n >= 0 for n in place[1:3])
                and (len(place) == 3 or place[3] is None or isinstance(place[3], dict)))

    def _places(self, key):
        places = self.part.config.get(key)
        if isinstance(places, list) and places and isinstance(places[0], str):
            places = [places]
        if not isinstance(places, list) or not all(map(self._is_place, places)):
            raise _malformed(self.context, "%s of model %s: %s" % (key, self.part.name, str(places)[:200]))
        return places

    def _uses(self, parts):
        """The numbers of the calls that are used, by the name of the layer."""
        used = {}
        places = [place for entry in self.entries if entry.get("class_name") not in OPERATION_LAYERS
                  for node in entry.get("inbound_nodes") or [] for place in node]
        places += [place for key in ("input_layers", "output_layers") for place in self._places(key)]
        places += [place for part in parts.values() if isinstance(part, OperationPart) for place in part.references()]
        for place in places:
            used.setdefault(place[0], []).append(place[1])
        return used

    @staticmethod
    def _first_index(part, used):
        """The number of a layer's first call: models, in most versions, count the one that made them."""
        return 0 if part is None or not part.is_model or 0 in used else 1

    def _replay(self, parts, waiting, outputs, first):
        while any(waiting.values()):
            before = sum(map(len, waiting.values()))
            for name, nodes in waiting.items():
                while nodes:
                    made = self._made(parts[name], nodes[0], lambda place: self._tensor(place, outputs, first))
                    if made is None:
                        break
                    nodes.pop(0)
                    _require_moderate(made, name, self.context, self.limits)
                    self.tensors.update(((name, len(outputs[name]), index), tensor)
                                        for index, tensor in enumerate(made) if isinstance(tensor, keras.KerasTensor))
                    outputs[name].append(made)
            if sum(map(len, waiting.values())) == before:
                stuck = ", ".join(name for name, nodes in waiting.items() if nodes)
                raise _malformed(self.context, "calls that need what is never made: %s" % stuck[:300])

    def _made(self, part, call, tensor):
        """What one call gives, as a list; None if it needs what is not there yet."""
        if isinstance(part, OperationPart):
            return part.made_by(call, tensor)
        inputs = [tensor(place) for place in call]
        if any(x is None for x in inputs):
            return None
        kwargs = call[-1][3:]
        return _as_list(self.call(part, inputs, kwargs[0] if kwargs else {}))

    @staticmethod
    def _tensor(place, outputs, first):
        name, node, index = place[:3]
        if name not in outputs:
            return None
        made = outputs[name]
        number = node - first.get(name, 0)
        if not 0 <= number < len(made) or index >= len(made[number]):
            return None
        return made[number][index]

