"""``keras.engine.network``: a graph of layers that is a layer itself."""
import copy
import copyreg
import json
import warnings

import keras
import numpy as np

from .. import backend as K
from .._symbolic.context import computation
from .._symbolic.record import unique
from .._symbolic.spec import is_symbol, map_structure
from ..legacy.interfaces import legacy_model_constructor_support
from ..utils.generic_utils import has_arg, object_list_uid, to_list, unpack_singleton
from ..utils.io_utils import ask_to_proceed_with_overwrite  # noqa: F401 - 2.2.4 had it here too
from ..utils.layer_utils import get_source_inputs  # noqa: F401 - 2.2.4 had it here too
from ..utils.layer_utils import print_summary as print_layer_summary  # noqa: F401 - 2.2.4 had it here too
from .base_layer import Layer
from .base_layer import Node as Node  # 2.2.4 had it here too
from .held import carried_out, held_names
from .input_layer import InputLayer, entry_of
from .layer_graph import layer_graph, node_key
from .network_config import config_of, network_from_config
from .node import NetworkNode

__all__ = ["Network", "get_source_inputs"]

_COMPILED = ("optimizer", "loss", "train_function", "test_function", "predict_function")


class Network(Layer, keras.Model):
    """A graph of layers, or for subclasses that define ``call`` whatever that does.

    Args:
        inputs: tensor or list of tensors of `Input`.
        outputs: tensor or list of tensors that layers made from them.
        name: str.
    """

    @legacy_model_constructor_support
    def __init__(self, *args, **kwargs):
        if len(args) == 2 or len(args) == 1 and "outputs" in kwargs or "inputs" in kwargs and "outputs" in kwargs:
            self._init_graph_network(*args, **kwargs)
        else:
            self._init_subclassed_network(**kwargs)

    def _base_init(self, name=None):
        prefix = type(self).__name__.lower()
        object.__setattr__(self, "_is_graph_network", False)
        compiled = {key: vars(self)[key] for key in _COMPILED if key in vars(self)}
        Layer.__init__(self, name=name or "%s_%d" % (prefix, K.get_uid(prefix)))
        # Keras 3's trainer sets these to None; here their absence says that nothing was compiled.
        for key in _COMPILED:
            vars(self).pop(key, None)
        vars(self).update(compiled)
        self._is_compiled = False
        self._expects_training_arg = False
        self.optimizer = compiled.get("optimizer")
        self._sublayers = []

    def _init_graph_network(self, inputs, outputs, name=None):
        inputs, outputs = to_list(inputs, allow_tuple=True), to_list(outputs, allow_tuple=True)
        inputs = [entry_of(x) for x in inputs]
        _require_entries(type(self).__name__, inputs)
        _require_layer_outputs(type(self).__name__, outputs)
        graph = layer_graph(inputs, outputs)
        self._base_init(name=name)
        self._uses_inputs_arg = True
        self.inputs, self.outputs = inputs, outputs
        self._compute_previous_mask = True
        self.built, self._is_graph_network = True, True
        self._output_mask_cache, self._output_tensor_cache, self._output_shape_cache = {}, {}, {}
        self._input_coordinates = [tuple(x._keras_history) for x in inputs]
        self._output_coordinates = [tuple(x._keras_history) for x in outputs]
        self._input_layers = [layer for layer, _, _ in self._input_coordinates]
        self._output_layers = [layer for layer, _, _ in self._output_coordinates]
        self._network_nodes, self._nodes_by_depth = graph.keys, graph.nodes_by_depth
        self._sublayers, self._layers_by_depth = graph.layers, graph.layers_by_depth
        NetworkNode(self, inputs, outputs)
        masks = [getattr(x, "_keras_mask", None) for x in outputs]
        self._output_mask_cache[_cache_key(inputs, [x._keras_mask for x in inputs])] = unpack_singleton(masks)
        self._name_feeds()

    def _name_feeds(self):
        for layer in self._input_layers:
            if not isinstance(layer, InputLayer):
                raise TypeError("Input layers to a `Model` must be `InputLayer` objects. Received inputs: %s. Input %d "
                                "(0-based) originates from layer type `%s`." % (
                                    self.inputs, self._input_layers.index(layer), type(layer).__name__))
        self.input_names = [layer.name for layer in self._input_layers]
        self.output_names = [layer.name for layer in self._output_layers]
        fed = [(layer, x) for layer, x in zip(self._input_layers, self.inputs) if layer.is_placeholder]
        self._feed_input_names = [layer.name for layer, _ in fed]
        self._feed_inputs = [x for _, x in fed]
        self._feed_input_shapes = [x._keras_shape for _, x in fed]

    def _init_subclassed_network(self, name=None):
        self._base_init(name=name)
        self._is_graph_network = False
        self._expects_training_arg = has_arg(self.call, "training")
        self._uses_inputs_arg = has_arg(self.call, "inputs")
        self.outputs = self.inputs = None
        self.built = False

    def __setattr__(self, name, value):
        if isinstance(value, Layer):
            if "_is_graph_network" not in vars(self):
                raise RuntimeError("It looks like you are subclassing `Model` and you forgot to call "
                                   "`super(YourClass, self).__init__()`. Always start with this line.")
            if not self._is_graph_network and not any(value is layer for layer in self._sublayers):
                self._sublayers.append(value)
        super().__setattr__(name, value)

    # --- the layers and their state -----------------------------------------------------------------------------------

    @property
    def layers(self):
        """The layers, those nearest to the inputs first."""
        return self._sublayers

    @property
    def _layers(self):
        # Old code takes a part of a model out by this name.
        return self._sublayers

    @_layers.setter
    def _layers(self, layers):
        object.__setattr__(self, "_sublayers", layers)

    def get_layer(self, name=None, index=None):
        """A layer by its name or by its place in `layers`."""
        if index is not None:
            if len(self.layers) <= index:
                raise ValueError("Was asked to retrieve layer at index %s but model only has %d layers." % (
                    index, len(self.layers)))
            return self.layers[index]
        if not name:
            raise ValueError("Provide either a layer name or layer index.")
        for layer in self.layers:
            if layer.name == name:
                return layer
        raise ValueError("No such layer: " + name)

    def _own_nodes(self, layer):
        return [node for index, node in enumerate(layer._inbound_nodes)
                if node_key(layer, index) in self._network_nodes]

    @staticmethod
    def _node_key(layer, node_index):
        return node_key(layer, node_index)

    def _collected(self, all_of, for_inputs):
        """What layers keep in a list, as far as it belongs to this network's calls of them."""
        found = []
        for layer in self.layers:
            if not hasattr(layer, all_of):
                continue
            if not self._is_graph_network:
                found += getattr(layer, all_of)
                continue
            for node in self._own_nodes(layer):
                # An InputLayer's node holds its own tensor: nothing hangs on that.
                found += getattr(layer, for_inputs)(node.inbound_tensors)
            found += getattr(layer, for_inputs)(None)
        return found

    @property
    def updates(self):
        """What training writes besides trained weights, as far as it belongs to this network's inputs."""
        return unique(self._collected("updates", "get_updates_for")) if self.trainable or self.stateful else []

    @property
    def losses(self):
        """What layers add to the loss, as far as it belongs to this network's inputs."""
        return _distinct(self._collected("losses", "get_losses_for") + super().get_losses_for(None))

    def get_updates_for(self, inputs):
        """Updates of this network as a layer of another one, called on `inputs`; None: those without inputs."""
        if not self.trainable and not self.stateful:
            return []
        return super().get_updates_for(inputs) + [
            one for layer in self.layers for one in layer.get_updates_for(inputs)]

    def get_losses_for(self, inputs):
        """Losses of this network as a layer of another one, called on `inputs`; None: those of weights alone."""
        return _distinct(super().get_losses_for(inputs) + [
            one for layer in self.layers for one in layer.get_losses_for(inputs)])

    @property
    def uses_learning_phase(self):
        """Whether the outputs differ between training and inference."""
        return bool(self.outputs) and any(x._uses_learning_phase for x in self.outputs)

    @property
    def stateful(self):
        """Whether a layer carries state from one batch to the next."""
        return any(getattr(layer, "stateful", False) for layer in self.layers)

    @stateful.setter
    def stateful(self, value):
        # The base class sets what is computed here.
        pass

    def reset_states(self):
        """Resets the states of stateful layers."""
        for layer in self.layers:
            if hasattr(layer, "reset_states") and getattr(layer, "stateful", False):
                layer.reset_states()

    @property
    def state_updates(self):
        """The updates of stateful layers: predicting makes them, too."""
        return [one for layer in self.layers if layer.stateful for one in layer.updates]

    @property
    def trainable_weights(self):
        """The variables that training changes."""
        return [w for layer in self.layers for w in layer.trainable_weights] if self.trainable else []

    @property
    def non_trainable_weights(self):
        """The other variables."""
        others = [w for layer in self.layers for w in layer.non_trainable_weights]
        if self.trainable:
            return others
        return [w for layer in self.layers for w in layer.trainable_weights] + others

    def get_weights(self):
        """The variables' values layer by layer: not the order of `weights`."""
        return K.batch_get_value([w for layer in self.layers for w in layer.weights])

    def set_weights(self, weights):
        """Writes the variables from arrays in the order of `get_weights`."""
        weights, pairs = list(weights), []
        for layer in self.layers:
            count = len(layer.weights)
            pairs += list(zip(layer.weights, weights[:count]))
            weights = weights[count:]
        K.batch_set_value(pairs)

    @property
    def input_spec(self):
        """What the input layers ask for."""
        if not self._is_graph_network:
            return None
        specs = []
        for layer in self._input_layers:
            specs += [None] if layer.input_spec is None else list(layer.input_spec)
        return unpack_singleton(specs)

    @input_spec.setter
    def input_spec(self, value):
        # The base class sets what is computed here.
        pass

    # --- the call -----------------------------------------------------------------------------------------------------

    def call(self, inputs, mask=None):
        """Runs the graph on other tensors."""
        outputs, masks = self._run_cached(inputs, mask)
        if computation() is not None:
            # Noted like any tensor that `call` keeps: `_described_masks` finds it as a symbol.
            self._masks_now = {i: one for i, one in enumerate(to_list(masks)) if one is not None}
        return outputs

    def _described_masks(self, inputs, masks, found):
        if not self._is_graph_network:
            return super()._described_masks(inputs, masks, found)
        held = {name: value for (layer, name), value in zip(held_names(found.held), found.outputs[2]) if layer is self}
        return [held.get("_masks_now", {}).get(i) for i in range(len(self.outputs))]

    def _take_products(self, found, symbols, inputs):
        # What layers inside hand over belongs to this call of the network, not to a call of theirs.
        for product, symbol in zip(found.products, symbols):
            item = symbol if product.make is None else product.make(symbol)
            kind = "losses" if product.kind == "loss" else "updates"
            layer = product.layer
            getattr(layer, "_" + kind).append(item)
            if kind == "losses" or layer.trainable or layer.stateful:
                self._keep(getattr(self, "_per_input_" + kind), [item], inputs if product.conditional else None)
                if layer is not self:
                    getattr(self, "_" + kind).append(item)

    def compute_mask(self, inputs, mask):
        """The masks of the outputs."""
        if not self._is_graph_network:
            return None
        if computation() is None:
            # The masks of its own outputs are known without running the layers, whose losses and updates would double.
            known = to_list(inputs)
            key = _cache_key(known, to_list(mask) if mask is not None else [None] * len(known))
            if key in self._output_mask_cache:
                return self._output_mask_cache[key]
        return self._run_cached(inputs, mask)[1]

    def _run_cached(self, inputs, mask):
        inputs = to_list(inputs)
        masks = to_list(mask) if mask is not None else [None] * len(inputs)
        if computation() is not None:
            # `call` and `compute_mask` come one after the other: the second finds what the first computed.
            runs = computation().nested_runs
            given, result = runs.get(self, ((), None))
            if result is None or not _same(given, inputs + masks):
                result = self.run_internal_graph(inputs, masks)[:2]
                runs[self] = inputs + masks, result
            return result
        key = _cache_key(inputs, masks)
        if key not in self._output_tensor_cache or key not in self._output_mask_cache:
            self.run_internal_graph(inputs, masks)
        return self._output_tensor_cache[key], self._output_mask_cache[key]

    def compute_output_shape(self, input_shape):
        """The shapes of the outputs for other shapes of the inputs."""
        if not self._is_graph_network:
            raise NotImplementedError
        shapes = [tuple(shape) for shape in to_list(input_shape)]
        if len(shapes) != len(self._input_layers):
            raise ValueError("Invalid input_shape argument %s: model has %d tensor inputs." % (
                input_shape, len(self._input_layers)))
        key = ", ".join(map(str, shapes))
        if key not in self._output_shape_cache:
            known = {id(x): shape for x, shape in zip(self.inputs, shapes)}
            for node in self._ordered_nodes():
                if all(id(x) in known for x in node.outputs) or not all(id(x) in known for x in node.inbound_tensors):
                    continue
                given = unpack_singleton([known[id(x)] for x in node.inbound_tensors])
                stated = to_list(node.outbound_layer.compute_output_shape(given))
                known.update({id(x): shape for x, shape in zip(node.outputs, stated)})
            self._output_shape_cache[key] = unpack_singleton([known[id(x)] for x in self.outputs])
        return self._output_shape_cache[key]

    def _ordered_nodes(self):
        return [node for depth in sorted(self._nodes_by_depth, reverse=True) for node in self._nodes_by_depth[depth]]

    def run_internal_graph(self, inputs, masks=None):
        """Calls the layers on other tensors, without adding nodes to them.

        Args:
            inputs: tensors, one per input.
            masks: their masks or None.

        Returns:
            ``(outputs, masks, shapes)``: each a list, or the one element of it.
        """
        inputs = to_list(inputs)
        masks = to_list(masks) if masks is not None else [None] * len(inputs)
        known = {id(x): (value, mask) for x, value, mask in zip(self.inputs, inputs, masks)}
        for node in self._ordered_nodes():
            if all(id(x) in known for x in node.inbound_tensors) and not all(id(x) in known for x in node.outputs):
                self._run_layer(node, known, inputs)
        for x in self.outputs:
            if id(x) not in known:
                raise ValueError("Could not compute output %s" % x)
        outputs = unpack_singleton([known[id(x)][0] for x in self.outputs])
        out_masks = unpack_singleton([known[id(x)][1] for x in self.outputs])
        if computation() is None:
            key = _cache_key(inputs, masks)
            self._registered += [inputs, masks]
            self._output_tensor_cache[key], self._output_mask_cache[key] = outputs, out_masks
        return outputs, out_masks, unpack_singleton([K.int_shape(x) for x in to_list(outputs)])

    def _run_layer(self, node, known, inputs):
        layer = node.outbound_layer
        values = [known[id(x)][0] for x in node.inbound_tensors]
        masks = [known[id(x)][1] for x in node.inbound_tensors]
        kwargs = {key: _known(argument, known) for key, argument in node.user_kwargs.items()}
        if "mask" not in kwargs and has_arg(layer.call, "mask"):
            kwargs["mask"] = unpack_singleton(masks)
        call = node.call or layer.call
        outputs = to_list(carried_out(layer, call, unpack_singleton(values), kwargs) if computation() is not None else
                          call(unpack_singleton(values), **kwargs))
        out_masks = layer.compute_mask(unpack_singleton(values), unpack_singleton(masks))
        out_masks = [None] * len(outputs) if out_masks is None else to_list(out_masks)
        if getattr(layer, "activity_regularizer", None) is not None:
            layer.add_loss([layer.activity_regularizer(x) for x in outputs], inputs=values)
        if computation() is None:
            self.add_update(layer.get_updates_for(values), inputs)
            self.add_loss(layer.get_losses_for(values), inputs)
        known.update({id(x): pair for x, pair in zip(node.outputs, zip(outputs, out_masks))})

    # --- as data ------------------------------------------------------------------------------------------------------

    def get_config(self):
        """What `from_config` makes the network from."""
        if not self._is_graph_network:
            raise NotImplementedError
        return copy.deepcopy(config_of(self))

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """Makes a network like the one whose `get_config` gave `config`."""
        return network_from_config(cls, config, custom_objects)

    def _updated_config(self):
        from .. import __version__
        return {"class_name": type(self).__name__, "config": self.get_config(), "keras_version": __version__,
                "backend": K.backend()}

    def to_json(self, **kwargs):
        """The architecture as JSON; `kwargs` go to ``json.dumps``."""
        return json.dumps(self._updated_config(), default=_as_json, **kwargs)

    def to_yaml(self, **kwargs):
        """The architecture as YAML; `kwargs` go to ``yaml.dump``."""
        import yaml
        return yaml.dump(json.loads(self.to_json()), **kwargs)

    def save(self, filepath, overwrite=True, include_optimizer=True):
        """Writes architecture, weights and optimizer; see `saving.save_model`."""
        from .saving import save_model
        if not self._is_graph_network:
            raise NotImplementedError
        save_model(self, filepath, overwrite, include_optimizer)

    def export(self, *args, **kwargs):
        """Writes the model for serving: that of the plain Keras 3 model of the same numbers; see its ``export``."""
        from .._native import to_native
        return to_native(self).export(*args, **kwargs)

    def save_weights(self, filepath, overwrite=True):
        """Writes the weights in Keras 2.2.4's own layout (``.h5``)."""
        from .saving import save_weights
        save_weights(self, filepath, overwrite)

    def load_weights(self, filepath, by_name=False, skip_mismatch=False, reshape=False):
        """Reads weights from a file of `save_weights` or `save`."""
        from .saving import load_weights
        load_weights(self, filepath, by_name, skip_mismatch, reshape)

    def summary(self, line_length=None, positions=None, print_fn=None):
        """Prints the layers, their output shapes and their numbers of parameters."""
        from ..utils.layer_utils import print_summary
        if not self.built:
            raise ValueError("This model has not yet been built. Build the model first by calling build() or calling "
                             "fit() with some data. Or specify input_shape or batch_input_shape in the first layer for "
                             "automatic build.")
        return print_summary(self, line_length=line_length, positions=positions, print_fn=print_fn)

    def __reduce__(self):
        # Keras 3 pickles models as files of its own format.
        return copyreg.__newobj__, (type(self),), self.__getstate__()

    def __getstate__(self):
        from .saving import pickle_model
        return pickle_model(self)

    def __setstate__(self, state):
        from .saving import unpickle_model
        vars(self).update(vars(unpickle_model(state)))


def _require_entries(kind, inputs):
    if len(set(map(id, inputs))) != len(inputs):
        raise ValueError("The list of inputs passed to the model is redundant. All inputs should only appear once. "
                         "Found: %s" % (inputs,))
    for x in inputs:
        if not K.is_keras_tensor(x):
            raise ValueError("Input tensors to a %s must come from `keras.layers.Input`. Received: %s (missing "
                             "previous "
                             "layer metadata)." % (kind, x))
        layer = x._keras_history[0]
        if not isinstance(layer, Layer):
            raise ValueError("Input tensors to a %s must come from `keras.layers.Input` of Keras 2.2. Received: %s, of "
                             "the plain Keras 3 layer %s. Use `keras.Model` of Keras 3 for it." % (kind, x, layer.name))
        if len(layer._inbound_nodes) > 1 or layer._inbound_nodes and layer._inbound_nodes[0].sources:
            warnings.warn("%s inputs must come from `keras.layers.Input` (thus holding past layer metadata), they "
                          "cannot "
                          "be the output of a previous non-Input layer. Here, a tensor specified as input to your "
                          "model "
                          "was not an Input tensor, it was generated by layer %s." % (kind, layer.name), stacklevel=2)


def _require_layer_outputs(kind, outputs):
    for x in outputs:
        if not K.is_keras_tensor(x):
            raise ValueError("Output tensors to a %s must be the output of a Keras `Layer` (thus holding past layer "
                             "metadata). Found: %s" % (kind, x))


def _distinct(losses):
    """Every tensor once; numbers as often as they were added."""
    return unique(loss for loss in losses if is_symbol(loss)) + [loss for loss in losses if not is_symbol(loss)]


def _cache_key(inputs, masks):
    return object_list_uid(inputs) + "_" + object_list_uid(masks)


def _same(one, other):
    return len(one) == len(other) and all(a is b for a, b in zip(one, other))


def _known(argument, known):
    return map_structure(lambda leaf: known[id(leaf)][0] if is_symbol(leaf) and id(leaf) in known else leaf, argument)


def _as_json(value):
    if type(value).__module__ == np.__name__:
        return value.tolist()
    if isinstance(value, type):
        return value.__name__
    raise TypeError("Not JSON Serializable:", value)
