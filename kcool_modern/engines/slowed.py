"""A layer around a layer of tf.keras or Keras 3, whose weights are multiplied while it is called."""
import contextlib

import kcool
from kcool.errors import NotAModel, TechniqueUnavailable, WrongValue
from kcool_common.layerwise import checked_factor, refuse_second

from ..adopted import plain_keras

__all__ = ["slowed"]

_classes = {}  # type: dict


def slowed(layer, lamb, is_ada):
    """A layer that calls `layer` with its weights multiplied; see `kcool_modern.layerwise.SetLearningRate`."""
    keras = plain_keras()
    if not isinstance(layer, keras.layers.Layer):
        raise WrongValue("SetLearningRate(layer, lamb): %r is no layer." % (layer,), found=str(kcool.stack()),
                         supported="layers of keras.layers")
    checked_factor(lamb, is_ada)
    if getattr(layer, "_learning_rate_is_set", False):
        refuse_second(layer)
    object.__setattr__(layer, "_learning_rate_is_set", True)
    return _class(keras)(layer, lamb, is_ada)


def _class(keras):
    if keras not in _classes:
        _classes[keras] = _made(keras)
        keras.utils.get_custom_objects()["SetLearningRate"] = _classes[keras]
    return _classes[keras]


def _made(keras):
    class SetLearningRate(keras.layers.Wrapper):
        """A layer whose weights are stored divided and multiplied while it is called."""

        def __init__(self, layer, lamb, is_ada=False, **kwargs):
            super().__init__(layer, **kwargs)
            self.lamb, self.is_ada = lamb, is_ada
            self.supports_masking = True

        def build(self, input_shape=None):
            """Builds the layer and divides its weights."""
            if not self.layer.built:
                self.layer.build(input_shape)
                self.layer.built = True
            self._require_plain_weights()
            for weight in self.layer.trainable_weights:
                weight.assign(weight / checked_factor(self.lamb, self.is_ada))
            super().build(input_shape)

        def call(self, inputs, *args, **kwargs):
            """Calls the layer with its weights multiplied."""
            with _multiplied(self.layer, checked_factor(self.lamb, self.is_ada)):
                return self.layer(inputs, *args, **kwargs)

        def compute_mask(self, inputs, mask=None):
            """The layer's own mask."""
            return self.layer.compute_mask(inputs, mask)

        def get_config(self):
            """The arguments of the constructor."""
            return dict(super().get_config(), lamb=self.lamb, is_ada=self.is_ada)

        def _require_plain_weights(self):
            if self.layer.losses or any(getattr(one, "constraint", None) is not None for one in self.layer.weights):
                raise TechniqueUnavailable(
                    "SetLearningRate: layer %r has regularizers or constraints, and they would see divided weights."
                    % self.layer.name, found=str(kcool.stack()),
                    do="LRMultiplier(optimizer, {%r: %r})" % (self.layer.name, self.lamb))

    return SetLearningRate


@contextlib.contextmanager
def _multiplied(layer, factor):
    """Products stand in the places of the trainable weights, in a layer and the layers in it."""
    weights = {id(weight): weight for weight in layer.trainable_weights}
    places = [(part, name) for part in layer._flatten_layers() for name, value in vars(part).items()
              if id(value) in weights]
    missed = set(weights) - {id(vars(part)[name]) for part, name in places}
    if missed:
        raise NotAModel("SetLearningRate: layer %r keeps %s in no attribute." % (
            layer.name, ", ".join(weights[one].name for one in missed)), found=str(kcool.stack()),
            do="LRMultiplier(optimizer, {%r: ...})" % layer.name)
    kept = [vars(part)[name] for part, name in places]
    for (part, name), weight in zip(places, kept):
        vars(part)[name] = weight * factor
    try:
        yield
    finally:
        for (part, name), weight in zip(places, kept):
            vars(part)[name] = weight
