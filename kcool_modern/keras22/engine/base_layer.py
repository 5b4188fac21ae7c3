"""``keras.engine.base_layer``: the layer of Keras 2.2.4, which is a layer of Keras 3 as well."""
import functools
import re

import keras

from .. import backend as K
from .._symbolic import devices
from .._symbolic.context import Product, computation, describing, direct
from .._symbolic.engines import outside_trace
from .._symbolic.infer import infer
from .._symbolic.masks import get_keras_mask, set_keras_mask
from .._symbolic.spec import flat, is_backend_tensor, is_symbol, is_variable, map_structure
from .._symbolic.updates import Pending
from .._symbolic.updates import update as describe_update
from .._symbolic.variable import reading
from ..utils.generic_utils import has_arg, is_all_none, object_list_uid, to_list, unpack_singleton
from ..utils.layer_utils import count_params  # noqa: F401 - 2.2.4 had it here too
from .held import carried_out, keep_symbols, take_held
from .inputs import InputSpec, require_compatible
from .layer_calls import LayerCalls
from .layer_weights import LayerWeights
from .node import Node

__all__ = ["InputSpec", "Layer", "Node"]

_KWARGS = {"input_shape", "batch_input_shape", "batch_size", "dtype", "name", "trainable", "weights", "input_dtype"}


class Layer(LayerCalls, LayerWeights, keras.layers.Layer):
    """Base of all layers.

    ``call`` runs once when the layer is called on symbolic tensors, on stand-ins, and again in every trace of a
    function that needs its outputs. What it hands over (`add_loss`, `add_update`) and tensors that it sets as
    attributes become tensors of the graph.

    Args:
        **kwargs: ``name``, ``trainable``, ``weights`` (initial values, list of arrays), and for the first layer of a
            model ``input_shape`` or ``batch_input_shape`` with ``batch_size`` and ``dtype``.
    """

    def __new__(cls, *args, **kwargs):
        """Makes the bare object."""
        # Keras 3 wraps `build` and records constructor arguments here; layers of 2.2 go without either.
        instance = object.__new__(cls)
        instance._auto_config = None
        return instance

    def __init__(self, **kwargs):
        for kwarg in kwargs:
            if kwarg not in _KWARGS:
                raise TypeError("Keyword argument not understood:", kwarg)
        name = kwargs.get("name") or _auto_name(type(self).__name__)
        super().__init__(name=name.replace("/", "_"), dtype="float32", autocast=False)
        self.name = name
        self.input_spec = None
        self.supports_masking = False
        self.stateful = False
        self._trainable_weights, self._non_trainable_weights = [], []
        self._losses, self._updates = [], []
        self._per_input_losses, self._per_input_updates, self._registered = {}, {}, []
        self._built = False
        self.trainable = kwargs.get("trainable", True)
        shape = _batch_input_shape(kwargs)
        if shape is not None:
            self.batch_input_shape = shape
            self.dtype = kwargs.get("dtype") or kwargs.get("input_dtype") or K.floatx()
        self._initial_weights = kwargs.get("weights")

    def __setattr__(self, name, value):
        now = computation()
        if now is not None and any(map(is_backend_tensor, flat(value))):
            now.held.append((self, name, vars(self).get(name)))
        # Past Keras 3's tracking: the lists and dicts that old code keeps stay its own.
        object.__setattr__(self, name, value)

    def __delattr__(self, name):
        object.__delattr__(self, name)

    # --- state --------------------------------------------------------------------------------------------------------

    @property
    def built(self):
        """Whether the weights exist."""
        return self._built

    @built.setter
    def built(self, value):
        object.__setattr__(self, "_built", value)

    @property
    def dtype(self):
        """The dtype that the layer was given; most layers have none."""
        if "_old_dtype" not in vars(self):
            return K.floatx()
        return self._old_dtype

    @dtype.setter
    def dtype(self, value):
        object.__setattr__(self, "_old_dtype", value)

    @property
    def trainable(self):
        """Whether training changes the weights."""
        return self._trainable

    @trainable.setter
    def trainable(self, value):
        object.__setattr__(self, "_trainable", value)

    # --- losses and updates -------------------------------------------------------------------------------------------

    @property
    def losses(self):
        """Tensors that are added to the loss."""
        return self._losses

    @property
    def updates(self):
        """What training writes besides the trained weights."""
        if not self.trainable and not self.stateful:
            return []
        return self._updates

    def add_loss(self, losses, inputs=None):
        """Adds to `losses`.

        Args:
            losses: tensor or list of tensors.
            inputs: tensors that they depend on; None if they depend on weights alone.
        """
        losses = to_list(losses) if losses is not None else []
        if computation() is not None:
            for loss in losses:
                computation().hand_over(Product(self, "loss", loss, None, inputs is not None))
            return
        self._losses += losses
        self._keep(self._per_input_losses, losses, inputs)

    def add_update(self, updates, inputs=None):
        """Adds to `updates`.

        Args:
            updates: an update or a list of them: results of ``K.update`` and its like, ``(variable, tensor)`` pairs.
            inputs: tensors that they depend on; None if there are none.
        """
        updates = [] if updates is None or updates == [] else to_list(updates)
        if computation() is not None:
            for one in updates:
                pending = one if isinstance(one, Pending) else Pending(one[0], "set", one[1])
                make = functools.partial(describe_update, pending.variable, pending.kind)
                computation().hand_over(Product(self, "update", pending.value, make, inputs is not None))
            return
        self._updates += updates
        self._keep(self._per_input_updates, updates, inputs)

    def _keep(self, register, items, inputs):
        key = object_list_uid(inputs) if inputs is not None and to_list(inputs) else None
        # Registers go by id: a tensor that was let go could hand its id to another one. A graph of 2.2 kept them all.
        self._registered.append(inputs)
        register.setdefault(key, [])
        register[key] += items

    def get_losses_for(self, inputs):
        """The losses that depend on some inputs, or for None those that depend on weights alone."""
        return self._per_input_losses.get(None if inputs is None else object_list_uid(inputs), [])

    def get_updates_for(self, inputs):
        """The updates that depend on some inputs, or for None those that depend on none."""
        if not self.trainable and not self.stateful:
            return []
        return self._per_input_updates.get(None if inputs is None else object_list_uid(inputs), [])

    # --- what subclasses define ---------------------------------------------------------------------------------------

    def build(self, input_shape):
        """Makes the weights; `input_shape` is a tuple with the batch axis, or a list of them."""
        self.built = True

    def call(self, inputs, **kwargs):
        """The layer's computation; gives a tensor or a list of tensors."""
        return inputs

    def compute_mask(self, inputs, mask=None):
        """The masks of the outputs; without `supports_masking` a mask must not come in."""
        if not self.supports_masking:
            if mask is not None and any(m is not None for m in to_list(mask)):
                raise TypeError("Layer %s does not support masking, but was passed an input_mask: %s" % (
                    self.name, mask))
            return None
        return mask

    def compute_output_shape(self, input_shape):
        """The shape of the output, with the batch axis; that of the input by default."""
        return input_shape

    def get_config(self):
        """What `from_config` makes the layer from."""
        config = {"name": self.name, "trainable": self.trainable}
        if hasattr(self, "batch_input_shape"):
            config["batch_input_shape"] = self.batch_input_shape
            config["dtype"] = self.dtype
        return config

    @classmethod
    def from_config(cls, config):
        """Makes a layer like the one whose `get_config` gave `config`."""
        return cls(**config)

    # --- the call -----------------------------------------------------------------------------------------------------

    def assert_input_compatibility(self, inputs):
        """Raises ValueError unless the inputs are tensors that fit `input_spec`."""
        require_compatible(self, inputs)

    def __call__(self, inputs, **kwargs):
        """Calls the layer on tensors of a graph; inside a computation, on values."""
        inputs = list(inputs) if isinstance(inputs, list) else inputs
        if computation() is None and any(is_backend_tensor(leaf) for leaf in flat(inputs)):
            with direct():
                return self._computed(inputs, kwargs)
        if computation() is not None and self.built:
            return self._computed(inputs, kwargs)
        with K.name_scope(self.name):
            return self._described(inputs, kwargs) if computation() is None else self._computed(inputs, kwargs)

    def _prepared(self, inputs, kwargs):
        """Builds the layer if that is due; gives the masks of the inputs and the arguments for `call`."""
        if not self.built:
            with describing(), outside_trace():
                self.assert_input_compatibility(inputs)
                self.build(unpack_singleton([K.int_shape(x) for x in to_list(inputs)]))
                self.built = True
                if self._initial_weights is not None:
                    self.set_weights(self._initial_weights)
        self.assert_input_compatibility(inputs)
        masks = unpack_singleton([get_keras_mask(x) if is_backend_tensor(x) else getattr(x, "_keras_mask", None)
                                  for x in to_list(inputs)])
        kwargs = dict(kwargs)
        if not is_all_none(masks) and "mask" not in kwargs and has_arg(self.call, "mask"):
            kwargs["mask"] = masks
        return masks, kwargs

    def _computed(self, inputs, kwargs):
        inputs = _read(inputs)
        if "training" in kwargs and not has_arg(self.call, "training"):
            kwargs = {key: value for key, value in kwargs.items() if key != "training"}
        masks, call_kwargs = self._prepared(inputs, kwargs)
        outputs = carried_out(self, self.call, inputs, call_kwargs)
        out_masks = self.compute_mask(inputs, masks)
        many = to_list(outputs)
        for output, mask in zip(many, _per_output(out_masks, many)):
            if mask is not None:
                set_keras_mask(output, mask)
        return outputs

    def _described(self, inputs, kwargs):
        asked = to_list(inputs)
        inputs = [reading(x) if is_variable(x) else x for x in inputs] if isinstance(inputs, list) else (
            reading(inputs) if is_variable(inputs) else inputs)
        masks, call_kwargs = self._prepared(inputs, kwargs)
        found = infer(functools.partial(self._call_noting, self.call), (inputs,), call_kwargs, name=self.name)
        outputs, products, held = found.outputs
        many = to_list(outputs)
        for output, shape in zip(many, self._stated_shapes(inputs, many)):
            if shape is not None:
                output._keras_shape = shape
        for output, mask in zip(many, _per_output(self._described_masks(inputs, masks, found), many)):
            output._keras_mask = mask
        uses = found.uses_learning_phase or any(
            getattr(x, "_uses_learning_phase", False) for x in flat((inputs, call_kwargs)) + found.free)
        for tensor in many + products + flat(held):
            tensor._uses_learning_phase = uses
        node = Node(self, inputs, many, kwargs, call_kwargs, found.free, products + flat(held))
        node.device = devices.current()
        node.draws, node.call = found.draws, vars(self).get("call")
        self._take_products(found, products, to_list(inputs))
        keep_symbols(found, held)
        self._regularize_activity(many, to_list(inputs))
        for register in (self._per_input_losses, self._per_input_updates):
            # Whoever called the layer on a variable asks for what depends on the variable.
            if object_list_uid(to_list(inputs)) in register:
                self._registered.append(asked)
                register[object_list_uid(asked)] = register[object_list_uid(to_list(inputs))]
        return outputs

    def _described_masks(self, inputs, masks, found):
        return self.compute_mask(inputs, masks)

    def _call_noting(self, call, inputs, **kwargs):
        now = computation()
        first_product, first_held, first_filled = len(now.products), len(now.held), len(now.filled)
        outputs = carried_out(self, call, inputs, kwargs)
        products = [product.value for product in now.products[first_product:]]
        return outputs, products, take_held(now, first_held, first_filled)

    def run_node(self, node, run):
        """Carries out one call inside a trace; gives outputs, products and held tensors, flat."""
        def value(leaf):
            return run.resolve(leaf) if is_symbol(leaf) else leaf
        inputs = [value(x) for x in node.call_inputs] if isinstance(node.call_inputs, list) else value(node.call_inputs)
        kwargs = {key: map_structure(value, argument) for key, argument in node.call_kwargs.items()}
        return flat(self._call_noting(node.call or self.call, inputs, **kwargs))

    def needs_of(self, node):
        """The symbols that `run_node` asks for."""
        return [leaf for leaf in flat((node.call_inputs, node.call_kwargs)) if is_symbol(leaf)] + node.free

    def _stated_shapes(self, inputs, outputs):
        shapes = [K.int_shape(x) for x in to_list(inputs)]
        if any(shape is None for shape in shapes):
            return [None] * len(outputs)
        stated = self.compute_output_shape(unpack_singleton(shapes))
        return stated if isinstance(stated, list) else [stated] * len(outputs)

    def _take_products(self, found, symbols, inputs):
        for product, symbol in zip(found.products, symbols):
            item = symbol if product.make is None else product.make(symbol)
            add = product.layer.add_loss if product.kind == "loss" else product.layer.add_update
            add([item], inputs if product.conditional else None)

    def _regularize_activity(self, outputs, inputs):
        regularizer = getattr(self, "activity_regularizer", None)
        if regularizer is not None:
            self.add_loss([regularizer(output) for output in outputs], inputs)


def _auto_name(prefix):
    snake = re.sub("([a-z])([A-Z])", r"\1_\2", re.sub("(.)([A-Z][a-z0-9]+)", r"\1_\2", prefix)).lower()
    # Names of models must not begin with an underscore.
    snake = "private" + snake if snake.startswith("_") else snake
    return "%s_%d" % (snake, K.get_uid(snake))


def _batch_input_shape(kwargs):
    if "batch_input_shape" in kwargs:
        return tuple(kwargs["batch_input_shape"])
    if "input_shape" in kwargs:
        return (kwargs.get("batch_size"),) + tuple(kwargs["input_shape"])
    return None


def _read(inputs):
    now = computation()
    def value(x):
        return now.resolve(x) if is_symbol(x) else x
    return [value(x) for x in inputs] if isinstance(inputs, list) else value(inputs)


def _per_output(masks, outputs):
    return masks if isinstance(masks, (list, tuple)) else [masks] * len(outputs)
