"""A saved architecture as a tree of parts: each is one old layer, as data, beside the Keras 3 layer made for it."""
from . import training_argument
from .layers import MERGES, made_layer

__all__ = ["MINDFUL", "MODELS", "Part", "WRAPPERS"]

#: Class names of models.
MODELS = ("Sequential", "Model", "Functional", "Network", "Container")
#: Layers that are another class when masks come to them.
MINDFUL = MERGES + ("Softmax", "LSTM", "GRU", "SimpleRNN", "RNN", "ConvLSTM2D", "BatchNormalization",
                    "Bidirectional")
#: Layers that hold one other layer.
WRAPPERS = ("TimeDistributed", "Bidirectional")


class Part:
    """One layer of a file.

    Attributes:
        kind: str, the old class.
        config: dict, the old configuration (for models: with the key ``layers``).
        name: str, the old name.
        layer: the Keras 3 layer; None until it was called first, because what it has to be may depend on masks.
        children: list of `Part`, those inside of a model.
        wrapper: of one that holds another layer, the function that makes it; it is told about masks.
        told_training: whether it computes something else in training, and is called with ``training=...``.
    """

    def __init__(self, kind, config, context):
        self.kind, self.config, self.context = kind, config, context
        self.name = config.get("name") or kind
        self.layer, self.children, self._masked, self.prepared = None, [], "", None
        self.told_training, self.wrapper = False, None

    @property
    def is_model(self):
        """Whether it has a graph of layers."""
        return self.kind in MODELS

    def made(self, masked=""):
        """The Keras 3 layer, made when it is asked for first.

        Raises:
            NotConverted: it was made for inputs without masks, and now there are some.
        """
        if self.layer is None:
            self.layer, self._masked = self._make(masked), masked
        elif len(masked) > len(self._masked) and self.kind in MINDFUL:
            raise self.context.refusal(self.name, self.kind, "it is called without masks first and with masks later",
                                       "use a layer of its own for each call")
        return self.layer

    def _make(self, masked):
        if self.wrapper is not None:
            return self.as_called(self.wrapper(masked))
        return self.as_called(made_layer(self.kind, self.config, self.context, masked))

    def as_called(self, layer):
        """The layer, or one like it that keeps the ``training`` of its calls.

        Raises:
            NotConverted: there is none like it.
        """
        if not self.told_training:
            return layer
        made = training_argument.kept(layer, self.context.old_tf)
        if made is None:
            raise self.context.refusal(self.name, self.kind, "a call with training=..., which Keras 3 does not keep",
                                       "leave the argument out in Keras 2, or kcool run, which needs no conversion")
        self.context.repairs.add("H121", self.name)
        return made

    def groups(self):
        """Where the arrays of the file belong.

        Returns:
            Two lists of (kind, config, variables): for what was trainable when the file was written, and for what was
            not. A file has the arrays of one list after those of the other.
        """
        if self.is_model:
            found = [child.groups() for child in self.children]
            return [g for trainable, _ in found for g in trainable], [g for _, others in found for g in others]
        inner = self.inner()
        if inner:
            found = [part.groups() for part in inner]
            together = [g for trainable, _ in found for g in trainable], [g for _, others in found for g in others]
            return together if self.config.get("trainable", True) else ([], together[0] + together[1])
        return self._own_groups()

    def _own_groups(self):
        trainable = [v for v in self.layer.weights if v.trainable]
        others = [v for v in self.layer.weights if not v.trainable]
        if not self.config.get("trainable", True):
            return [], _group(self, trainable + others)
        if not others or not trainable:
            return _group(self, trainable), _group(self, others)
        return _group(self, trainable), _group(self, others)

    def inner(self):
        """The parts of what a wrapper or a stack of cells holds, with the layers that it really uses."""
        if self.kind == "TimeDistributed":
            self.prepared.layer = self.layer.layer
            return [self.prepared]
        if self.kind == "Bidirectional":
            return [self._as(self.config["layer"], self.layer.forward_layer),
                    self._as(self.config.get("backward_layer") or self.config["layer"], self.layer.backward_layer)]
        if self.kind == "RNN":
            return [self._as(self.config["cell"], self.layer.cell)]
        if self.kind == "StackedRNNCells":
            return [self._as(data, cell) for data, cell in zip(self.config["cells"], self.layer.cells)]
        return []

    def _as(self, data, layer):
        part = Part(data["class_name"], data["config"], self.context)
        part.layer = layer
        return part

    def freeze(self):
        """Gives every layer the `trainable` of the file."""
        for child in self.children:
            child.freeze()
        if self.layer is not None and self.kind == "TimeDistributed":
            self.inner()[0].freeze()
        if self.layer is not None and not self.config.get("trainable", True):
            self.layer.trainable = False


def _group(part, variables):
    return [(part, variables)] if variables else []
