"""``keras.engine.sequential``: a stack of layers."""
import copy
import warnings

from .. import backend as K
from .base_layer import Layer
from .input_layer import Input, InputLayer
from .network import get_source_inputs
from .training import Model

__all__ = ["Sequential"]

_ONE_OUTPUT = ("All layers in a Sequential model should have a single output tensor. For multi-output layers, use the "
               "functional API.")


class Sequential(Model):
    """A stack of layers, each of which takes what the one before it gives.

    Args:
        layers: list of layers.
        name: str.
    """

    def __init__(self, layers=None, name=None):
        super().__init__(name=name)
        self._build_input_shape = None
        for layer in layers or ():
            self.add(layer)

    @property
    def layers(self):
        """The layers that were added; an `InputLayer` in front is not counted."""
        hidden = bool(self._sublayers) and isinstance(self._sublayers[0], InputLayer)
        return self._sublayers[1:] if hidden else self._sublayers

    @property
    def model(self):
        """The model itself; of Keras 1."""
        warnings.warn("`Sequential.model` is deprecated. `Sequential` is a subclass of `Model`, you can just use your "
                      "`Sequential` instance directly.", stacklevel=2)
        return self

    def add(self, layer):
        """Puts a layer on top."""
        if not isinstance(layer, Layer):
            raise TypeError("The added layer must be an instance of class Layer. Found: %s" % layer)
        self.built = False
        if not self._sublayers:
            self._begin_with(layer)
        elif self.outputs:
            output = layer(self.outputs[0])
            if isinstance(output, list):
                raise TypeError(_ONE_OUTPUT)
            self.outputs = [output]
        if self.inputs:
            self.build()
        else:
            self._sublayers.append(layer)

    def _begin_with(self, layer):
        if not isinstance(layer, InputLayer):
            first = _first(layer)
            if not hasattr(first, "batch_input_shape"):
                return
            layer(Input(batch_shape=first.batch_input_shape, dtype=first.dtype, name=layer.name + "_input"))
        outputs = layer._inbound_nodes[-1].outputs
        if len(outputs) != 1:
            raise ValueError(_ONE_OUTPUT)
        self.outputs = [outputs[0]]
        self.inputs = get_source_inputs(outputs[0])

    def pop(self):
        """Takes the topmost layer away."""
        if not self.layers:
            raise TypeError("There are no layers in the model.")
        self._sublayers.pop()
        self.built = False
        if not self.layers:
            self.outputs = self.inputs = None
        elif self.outputs:
            self.layers[-1]._outbound_nodes = []
            self.outputs = [self.layers[-1].output]
            self.build()

    def build(self, input_shape=None):
        """Makes the weights, for an input shape with batch axis if no layer has said it."""
        if input_shape and not self.inputs:
            x = Input(batch_shape=tuple(input_shape), dtype=K.floatx(), name=self.name + "_input")
            self.inputs = [x]
            for layer in self._sublayers:
                x = layer(x)
            self.outputs = [x]
            self._build_input_shape = input_shape
        if self.inputs:
            self._init_graph_network(self.inputs, self.outputs, name=self.name)
            self.built = True

    def _set_inputs(self, inputs, outputs=None, training=None):
        if isinstance(inputs, list):
            if len(inputs) != 1:
                raise ValueError("A Sequential model takes one input, not %d." % len(inputs))
            inputs = inputs[0]
        self.build(input_shape=(None,) + tuple(inputs.shape[1:]))

    def predict_proba(self, x, batch_size=32, verbose=0):
        """As `predict`; warns of values that are no probabilities."""
        found = self.predict(x, batch_size, verbose)
        if found.min() < 0.0 or found.max() > 1.0:
            warnings.warn("Network returning invalid probability values. The last layer might not normalize "
                          "predictions "
                          "into probabilities (like softmax or sigmoid would).", stacklevel=2)
        return found

    def predict_classes(self, x, batch_size=32, verbose=0):
        """The class of each sample: the largest entry, or whether a single one is over 0.5."""
        found = self.predict(x, batch_size=batch_size, verbose=verbose)
        return found.argmax(axis=-1) if found.shape[-1] > 1 else (found > 0.5).astype("int32")

    def get_config(self):
        """What `from_config` makes the model from."""
        config = {"name": self.name,
                  "layers": [{"class_name": type(layer).__name__, "config": copy.deepcopy(layer.get_config())}
                             for layer in self.layers]}
        if self._build_input_shape:
            config["build_input_shape"] = self._build_input_shape
        return config

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """Makes a model like the one whose `get_config` gave `config`; before Keras 2.2.3 that was a list."""
        from ..layers import deserialize
        old = not (isinstance(config, dict) and "name" in config)
        model = cls(name=None if old else config["name"])
        for data in config if old else config["layers"]:
            model.add(deserialize(data, custom_objects=custom_objects))
        shape = None if old else config.get("build_input_shape")
        if not model.inputs and shape:
            model.build(shape)
        return model


def _first(layer):
    while isinstance(layer, Model):
        if not layer.layers:
            raise ValueError("Cannot add an empty model to a `Sequential` model.")
        layer = layer.layers[0]
    return layer
