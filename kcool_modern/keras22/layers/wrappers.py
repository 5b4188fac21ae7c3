"""Layers around layers."""
import copy

import keras

from .. import backend as K
from .._symbolic.context import Direct, computation
from .._symbolic.record import op
from ..engine.base_layer import InputSpec, Layer
from ..utils.generic_utils import has_arg, object_list_uid, to_list
from ._recurrent.recurrence import _standardize_args, call_with_states, specs_of

__all__ = ["Bidirectional", "TimeDistributed", "Wrapper"]


class Wrapper(Layer):
    """Base of layers that hold a layer.

    Args:
        layer: the layer.
    """

    def __init__(self, layer, **kwargs):
        self.layer = layer
        self._input_map = {}
        super().__init__(**kwargs)

    def build(self, input_shape=None):
        """See `Layer`."""
        self.built = True

    @property
    def activity_regularizer(self):
        """The inner layer's."""
        return getattr(self.layer, "activity_regularizer", None)

    @activity_regularizer.setter
    def activity_regularizer(self, regularizer):
        # The constructor of a Keras 3 layer sets one.
        pass

    @property
    def trainable(self):
        """The inner layer's."""
        return self.layer.trainable

    @trainable.setter
    def trainable(self, value):
        self.layer.trainable = value

    @property
    def trainable_weights(self):
        """The inner layer's."""
        return self.layer.trainable_weights

    @property
    def non_trainable_weights(self):
        """The inner layer's."""
        return self.layer.non_trainable_weights

    @property
    def updates(self):
        """The inner layer's."""
        return getattr(self.layer, "updates", [])

    def get_updates_for(self, inputs=None):
        """See `Layer`; the inner layer's come first."""
        found = list(self.layer.get_updates_for(inputs))
        inner = None if inputs is None else self._input_map.get(object_list_uid(inputs))
        if inner is not None:
            found += self.layer.get_updates_for(inner)
        return found + super().get_updates_for(inputs)

    @property
    def losses(self):
        """The inner layer's."""
        return getattr(self.layer, "losses", [])

    def get_losses_for(self, inputs=None):
        """See `Layer`; with the inner layer's unconditional ones."""
        own = super().get_losses_for(inputs)
        return self.layer.get_losses_for(None) + own if inputs is None else own

    def get_weights(self):
        """The inner layer's."""
        return self.layer.get_weights()

    def set_weights(self, weights):
        """Sets the inner layer's."""
        self.layer.set_weights(weights)

    def get_config(self):
        """See `Layer`."""
        inner = {"class_name": type(self.layer).__name__, "config": self.layer.get_config()}
        return dict(super().get_config(), layer=inner)

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """See `Layer`."""
        from . import deserialize
        config = dict(config)
        return cls(deserialize(config.pop("layer"), custom_objects=custom_objects), **config)


@op
def _merged(x):
    """``(batch, time, ...)`` as ``(batch * time, ...)``."""
    return keras.ops.reshape(x, (-1,) + tuple(keras.ops.shape(x))[2:])


@op
def _apart(x, like):
    """``(batch * time, ...)`` as ``(batch, time, ...)``, with as many time steps as another tensor has."""
    return keras.ops.reshape(x, (-1, keras.ops.shape(like)[1]) + tuple(keras.ops.shape(x))[1:])


def _has_batch_size(x):
    """Whether the graph knows the batch size; concrete values always have one."""
    return bool(K.int_shape(x)[0]) and not isinstance(computation(), Direct)


class TimeDistributed(Wrapper):
    """Applies a layer to every time step.

    With a batch size that the graph knows the time steps are done one after the other, else all at once as a longer
    batch.

    Args:
        layer: the layer; its input has no time axis.
    """

    def __init__(self, layer, **kwargs):
        super().__init__(layer, **kwargs)
        self.supports_masking = True

    def build(self, input_shape):
        """Builds the inner layer."""
        assert len(input_shape) >= 3
        self.input_spec = InputSpec(shape=input_shape)
        if not self.layer.built:
            self.layer.build((input_shape[0],) + tuple(input_shape[2:]))
            self.layer.built = True
        super().build()

    def compute_output_shape(self, input_shape):
        """See `Layer`."""
        inner = self.layer.compute_output_shape((input_shape[0],) + tuple(input_shape[2:]))
        return (inner[0], input_shape[1]) + tuple(inner[1:])

    def __call__(self, inputs, **kwargs):
        """Calls the layer."""
        outputs = super().__call__(inputs, **kwargs)
        if computation() is None and K.int_shape(inputs) and not K.int_shape(inputs)[0]:
            self._inner_input(inputs)
        return outputs

    def _inner_input(self, inputs):
        if computation() is not None:
            return _merged(inputs)
        uid = object_list_uid(inputs)
        if uid not in self._input_map:
            self._registered.append(inputs)
            self._input_map[uid] = _merged(inputs)
        return self._input_map[uid]

    def call(self, inputs, training=None, mask=None):
        """See `Layer`."""
        kwargs = {"training": training} if has_arg(self.layer.call, "training") else {}
        if _has_batch_size(inputs):
            def step(x, _):
                return self.layer.call(x, **kwargs), []

            return K.rnn(step, inputs, [], input_length=K.int_shape(inputs)[1], unroll=False)[1]
        if mask is not None and has_arg(self.layer.call, "mask"):
            kwargs["mask"] = _merged(mask)
        return _apart(self.layer.call(self._inner_input(inputs), **kwargs), inputs)

    def compute_mask(self, inputs, mask=None):
        """The inner layer's mask for every time step; else the time steps of which the given mask shows anything."""
        if _has_batch_size(inputs):
            return mask
        inner = self.layer.compute_mask(self._inner_input(inputs), None if mask is None else _merged(mask))
        if inner is not None:
            return _apart(inner, inputs)
        if mask is not None:
            for _ in range(2, len(K.int_shape(mask))):
                mask = K.any(mask, axis=-1)
        return mask


_MERGED = {"concat": lambda y, y_rev: K.concatenate([y, y_rev]), "sum": lambda y, y_rev: y + y_rev,
           "ave": lambda y, y_rev: (y + y_rev) / 2, "mul": lambda y, y_rev: y * y_rev,
           None: lambda y, y_rev: [y, y_rev]}


def _twin(layer):
    """A layer with the same attributes, weights included."""
    twin = object.__new__(type(layer))
    vars(twin).update(vars(layer))
    return twin


class Bidirectional(Wrapper):
    """Runs a recurrent layer in both directions.

    Args:
        layer: the recurrent layer for one direction.
        merge_mode: ``sum``, ``mul``, ``concat``, ``ave``, or None for a list of both outputs.
    """

    def __init__(self, layer, merge_mode="concat", weights=None, **kwargs):
        if merge_mode not in _MERGED:
            raise ValueError('Invalid merge mode. Merge mode should be one of {"sum", "mul", "ave", "concat", None}')
        self.forward_layer = _twin(layer)
        config = layer.get_config()
        config["go_backwards"] = not config["go_backwards"]
        self.backward_layer = type(layer).from_config(config)
        self.forward_layer.name = "forward_" + self.forward_layer.name
        self.backward_layer.name = "backward_" + self.backward_layer.name
        self.merge_mode = merge_mode
        if weights:
            half = len(weights) // 2
            self.forward_layer.initial_weights, self.backward_layer.initial_weights = weights[:half], weights[half:]
        self.return_sequences, self.return_state = layer.return_sequences, layer.return_state
        self._trainable = True
        # `stateful` stays False, as it did: `predict` does not carry the states on, training does.
        super().__init__(layer, **kwargs)
        self.input_spec = layer.input_spec
        self._num_constants = None

    @property
    def _directions(self):
        return self.forward_layer, self.backward_layer

    @property
    def trainable(self):
        """Whether training changes the weights."""
        return self._trainable

    @trainable.setter
    def trainable(self, value):
        self._trainable = value
        for layer in self._directions:
            layer.trainable = value

    def get_weights(self):
        """Those of the forward layer, then those of the backward layer."""
        return self.forward_layer.get_weights() + self.backward_layer.get_weights()

    def set_weights(self, weights):
        """Takes the arrays in the order of `get_weights`."""
        half = len(weights) // 2
        self.forward_layer.set_weights(weights[:half])
        self.backward_layer.set_weights(weights[half:])

    def compute_output_shape(self, input_shape):
        """See `Layer`; a list if there are several outputs."""
        shape, states = self.forward_layer.compute_output_shape(input_shape), []
        if self.return_state:
            shape, states = shape[0], list(shape[1:])
        if self.merge_mode == "concat":
            shape = tuple(shape[:-1]) + (2 * shape[-1],)
        shapes = [shape] * (2 if self.merge_mode is None else 1) + states * 2
        return shapes if len(shapes) > 1 else shapes[0]

    def __call__(self, inputs, initial_state=None, constants=None, **kwargs):
        """Calls the layer.

        Args:
            inputs: tensor; or a list: it, then the initial states, then the constants.
            initial_state: list of tensors, optional: the states of the forward layer, then those of the backward one.
            constants: tensor or list of tensors, optional.
            **kwargs: further arguments for ``call``.
        """
        inputs, initial_state, constants = _standardize_args(inputs, initial_state, constants, self._num_constants)
        if initial_state is None and constants is None:
            return super().__call__(inputs, **kwargs)
        if initial_state is not None:
            if len(initial_state) % 2:
                raise ValueError("When passing `initial_state` to a Bidirectional RNN, the state should be a list "
                                 "containing the states of the underlying RNNs. Found: %s" % (initial_state,))
            specs, half = specs_of(initial_state), len(initial_state) // 2
            self.forward_layer.state_spec, self.backward_layer.state_spec = specs[:half], specs[half:]
        if constants is not None:
            self._num_constants = len(constants)
            for layer in self._directions:
                layer.constants_spec, layer._num_constants = specs_of(constants), len(constants)
        return call_with_states(self, super().__call__, inputs, initial_state, constants, kwargs)

    def call(self, inputs, mask=None, training=None, initial_state=None, constants=None):
        """See `Layer`; the other arguments are those of ``__call__``."""
        known = {"training": training, "mask": mask, "constants": constants}
        kwargs = {name: value for name, value in known.items() if has_arg(self.layer.call, name)}
        if initial_state is not None and has_arg(self.layer.call, "initial_state"):
            both = self._split(inputs, initial_state)
        else:
            both = [(inputs, {}), (inputs, {})]
        y, y_rev = [layer.call(its_inputs, **dict(kwargs, **more))
                    for layer, (its_inputs, more) in zip(self._directions, both)]
        states = []
        if self.return_state:
            states = list(y[1:]) + list(y_rev[1:])
            y, y_rev = y[0], y_rev[0]
        if self.return_sequences:
            y_rev = K.reverse(y_rev, 1)
        outputs = to_list(_MERGED[self.merge_mode](y, y_rev)) + states
        return outputs if len(outputs) > 1 else outputs[0]

    def _split(self, inputs, initial_state):
        """The inputs and the initial states for each direction."""
        listed = isinstance(inputs, list)
        half = len(initial_state) // 2
        states = inputs[1:1 + 2 * half] if listed else initial_state
        constants = inputs[1 + 2 * half:] if listed else []
        return [([inputs[0]] + part + constants if listed else inputs, {"initial_state": part})
                for part in (list(states[:half]), list(states[half:]))]

    def reset_states(self):
        """Resets the states of both directions."""
        for layer in self._directions:
            layer.reset_states()

    def build(self, input_shape):
        """Builds both directions."""
        for layer in self._directions:
            with K.name_scope(layer.name):
                layer.build(input_shape)
        self.built = True

    def compute_mask(self, inputs, mask=None):
        """The input's mask for sequences, else None; for each output."""
        mask = mask[0] if isinstance(mask, list) else mask
        mask = mask if self.return_sequences else None
        masks = [mask] * (1 if self.merge_mode else 2)
        if self.return_state:
            masks += [None] * (2 * len(self.forward_layer.states))
        return masks if len(masks) > 1 else masks[0]

    @property
    def trainable_weights(self):
        """Those of the forward layer, then those of the backward layer."""
        return [weight for layer in self._directions for weight in getattr(layer, "trainable_weights", [])]

    @property
    def non_trainable_weights(self):
        """Those of the forward layer, then those of the backward layer."""
        return [weight for layer in self._directions for weight in getattr(layer, "non_trainable_weights", [])]

    @property
    def updates(self):
        """Those of both directions."""
        return [update for layer in self._directions for update in getattr(layer, "updates", [])]

    def get_updates_for(self, inputs=None):
        """See `Layer`; those of both directions come last."""
        return Layer.get_updates_for(self, inputs) + [
            update for layer in self._directions for update in layer.get_updates_for(inputs)]

    @property
    def losses(self):
        """Those of both directions."""
        return [loss for layer in self._directions for loss in getattr(layer, "losses", [])]

    def get_losses_for(self, inputs=None):
        """See `Layer`; those of both directions come last."""
        return Layer.get_losses_for(self, inputs) + [
            loss for layer in self._directions for loss in layer.get_losses_for(inputs)]

    @property
    def constraints(self):
        """Those that the directions list."""
        found = {}
        for layer in self._directions:
            found.update(getattr(layer, "constraints", {}))
        return found

    def get_config(self):
        """See `Layer`."""
        config = dict(super().get_config(), merge_mode=self.merge_mode)
        if self._num_constants is not None:
            config["num_constants"] = self._num_constants
        return config

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """See `Layer`."""
        config = copy.copy(config)
        num_constants = config.pop("num_constants", None)
        layer = super().from_config(config, custom_objects=custom_objects)
        layer._num_constants = num_constants
        return layer
