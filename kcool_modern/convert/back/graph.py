"""The graph of a Keras 3 model, called again with the layers of Keras 2.2.4."""
import inspect

import keras

from kcool.errors import KcoolError, NotConverted

from ... import keras22
from .. import training_argument
from .layers import old_layer, require_same_masks

__all__ = ["rebuilt"]


def rebuilt(model, context):
    """Makes the same model with the layers of Keras 2.2.4.

    Args:
        model: a functional or Sequential model of Keras 3.
        context: `arguments.Context`.

    Returns:
        A model of `kcool_modern.keras22`, with the weights.

    Raises:
        NotConverted: it holds something that 2.2.4 has not.
    """
    maker = _Maker(context)
    made = maker.model(model)
    for new, old in maker.pairs:
        _hand_over(new, old, context)
    return made


class _Maker:
    def __init__(self, context):
        self.context, self.pairs, self._made, self._data = context, [], {}, {}

    def layer(self, layer):
        """The old layer for a new one, always the same."""
        if id(layer) not in self._made:
            made = self.model(layer) if isinstance(layer, keras.Model) else self._plain(layer)
            self._made[id(layer)] = made
        return self._made[id(layer)]

    def data(self, layer):
        """The configuration of a new layer."""
        if id(layer) not in self._data:
            self._data[id(layer)] = keras.saving.serialize_keras_object(layer)
        return self._data[id(layer)]

    def _plain(self, layer, **first):
        if not isinstance(layer, keras.layers.Layer):
            raise self.context.refusal(layer.name, type(layer).__name__, "an operation in the place of a layer",
                                       "kcool convert --to h5-keras2 takes layers; cut the model there")
        try:
            if isinstance(layer, keras.layers.TimeDistributed):
                # What is in it may be a model, or shared with other places.
                return keras22.layers.TimeDistributed(
                    self.layer(layer.layer), name=layer.name, trainable=layer.trainable, **first)
            old = old_layer(self.data(layer), self.context)
            old["config"].update(first)
            made = keras22.layers.deserialize(old)
        except KcoolError:
            raise
        except Exception as error:
            raise self.context.refusal(layer.name, type(layer).__name__, "%s: %s" % (type(error).__name__, error),
                                       "change that in Keras 3 and save the model again")
        self.pairs.append((layer, made))
        return made

    def model(self, model):
        """The old model for a new one."""
        if not model.built:
            raise self.context.refusal(model.name, type(model).__name__, "a model that was never built",
                                       "call it once in Keras 3 and save it again")
        if isinstance(model, keras.Sequential):
            return self._sequential(model)
        if type(model).__name__ != "Functional" or not type(model).__module__.startswith("keras."):
            raise self.context.refusal(model.name, type(model).__name__, "a model with code of its own in the place of "
                                       "a graph of layers", "build it with keras.Model(inputs, outputs)")
        return _Functional(model, self).made()

    def _sequential(self, model):
        made = keras22.models.Sequential(name=model.name)
        for number, layer in enumerate(model.layers):
            first = {} if number else {"batch_input_shape": tuple(model.inputs[0].shape)}
            if first and not isinstance(layer, keras.Model):
                self._made[id(layer)] = self._plain(layer, **first)
            made.add(self.layer(layer))
        made.trainable = model.trainable
        for layer in model.layers:
            masks = [_mask_of(layer._inbound_nodes[-1].input_tensors[0])]
            if not isinstance(layer, keras.Model):
                require_same_masks(self.data(layer), masks, True, False, self.context)
        return made


class _Functional:
    """One functional model, from its inputs to its outputs."""

    def __init__(self, model, maker):
        self.model, self.maker, self.context, self._tensors = model, maker, maker.context, {}

    def made(self):
        """The old model."""
        inputs = []
        for tensor in self.model.inputs:
            layer = tensor._keras_history.operation
            inputs.append(keras22.layers.Input(batch_shape=tuple(tensor.shape), dtype=tensor.dtype, name=layer.name,
                                               sparse=bool(getattr(tensor, "sparse", False))))
            self._tensors[id(tensor)] = inputs[-1]
        for node in _in_order(self.model):
            self._call(node)
        outputs = [self._tensors[id(tensor)] for tensor in self.model.outputs]
        made = keras22.models.Model(inputs, outputs, name=self.model.name)
        made.trainable = self.model.trainable
        return made

    def _call(self, node):
        operation = node.operation
        layer = self.maker.layer(operation)
        bound = inspect.signature(operation.call).bind(*node.arguments.args, **node.arguments.kwargs).arguments
        names = list(bound)
        inputs = bound.pop(names[0])
        arguments = {key: value for key, value in bound.items() if value is not None}
        arguments.pop("training", None)  # what a model runs in counts, not what its layers were called with
        told = arguments.pop(training_argument.ARGUMENT, None)
        masks = [_mask_of(x) for x in keras.tree.flatten(inputs)]
        self._forget_masks(operation, arguments, masks)
        states = arguments.pop("initial_state", None)
        if arguments:
            raise self.context.refusal(operation.name, type(operation).__name__, "it is called with %s" % ", ".join(
                sorted(arguments)), "leave that out")
        if not isinstance(operation, keras.Model):
            require_same_masks(self.maker.data(operation), masks, _all_same(masks), states is not None, self.context)
        handed = {} if states is None else {"initial_state": self._old(states)}
        if told is not None:
            handed["training"] = told
        self._keep(node, layer, self._old(inputs), handed)

    def _keep(self, node, layer, inputs, handed):
        operation = node.operation
        try:
            outputs = layer(inputs, **handed)
        except KcoolError:
            raise
        except Exception as error:
            raise NotConverted(
                "Layer %s (%s) of %s cannot be called in Keras 2.2.4." % (
                    operation.name, type(operation).__name__, self.context.path),
                found="%s: %s" % (type(error).__name__, " ".join(str(error).split())[:400]),
                do="change that in Keras 3 and save the model again")
        outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
        self._tensors.update((id(new), old) for new, old in zip(node.outputs, outputs))

    def _forget_masks(self, operation, arguments, masks):
        """Masks that come along with the inputs come along in Keras 2.2.4, too; no others can be handed over."""
        for key in [key for key in arguments if key == "mask" or key.endswith("_mask")]:
            for mask in keras.tree.flatten(arguments.pop(key)):
                if mask is not None and not any(_same(mask, one) for one in masks if one is not None):
                    raise self.context.refusal(operation.name, type(operation).__name__, "a mask of its own",
                                               "let a Masking or Embedding layer make it")

    def _old(self, tensors):
        if isinstance(tensors, dict):
            raise self.context.refusal(self.model.name, "Model", "a dict of inputs", "hand over a list")
        if isinstance(tensors, (list, tuple)):
            return [self._old(one) for one in tensors]
        if id(tensors) not in self._tensors:
            raise self.context.refusal(self.model.name, "Model", "a number or array among the inputs of a layer",
                                       "make it an output of a layer")
        return self._tensors[id(tensors)]


# --- nodes of Keras 3 -------------------------------------------------------------------------------------------------

def _in_order(model):
    """The calls that the outputs need, each after what it needs; the ones that only make masks are not among them."""
    inputs = {id(tensor) for tensor in model.inputs}
    order, seen, stack = [], set(), [(node, False) for node in map(_node_of, reversed(model.outputs))]
    while stack:
        node, is_ready = stack.pop()
        if is_ready:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            if not all(id(tensor) in inputs for tensor in node.outputs):
                stack.append((node, True))
                stack += [(_node_of(tensor), False) for tensor in reversed(_needed(node)) if id(tensor) not in inputs]
    return order


def _node_of(tensor):
    history = tensor._keras_history
    return history.operation._inbound_nodes[history.node_index]


def _needed(node):
    kwargs = {key: value for key, value in node.arguments.kwargs.items() if "mask" not in key}
    return [one for one in keras.tree.flatten((node.arguments.args, kwargs)) if isinstance(one, keras.KerasTensor)]


def _mask_of(tensor):
    return getattr(tensor, "_keras_mask", None)


def _all_same(masks):
    return all(mask is not None and _same(mask, masks[0]) for mask in masks)


def _same(first, second):
    """Whether two symbolic tensors are computed in the same way from the same ones.

    A model that was loaded has computed its masks twice: once where the file says so, once when the layer was called.
    """
    todo = [(first, second)]
    while todo:
        a, b = todo.pop()
        if a is b:
            continue
        if not isinstance(a, keras.KerasTensor) or not isinstance(b, keras.KerasTensor):
            if type(a) is not type(b) or a != b:
                return False
            continue
        one, other = a._keras_history, b._keras_history
        if one.tensor_index != other.tensor_index or not _same_operation(one.operation, other.operation):
            return False
        left, right = (keras.tree.flatten((node.arguments.args, node.arguments.kwargs))
                       for node in (_node_of(a), _node_of(b)))
        if len(left) != len(right):
            return False
        todo += zip(left, right)
    return True


def _same_operation(one, other):
    if one is other:
        return True
    if type(one) is not type(other) or isinstance(one, keras.layers.Layer):
        return False
    return dict(one.get_config(), name=None) == dict(other.get_config(), name=None)


# --- weights ----------------------------------------------------------------------------------------------------------

def _hand_over(new, old, context):
    """Gives an old layer the weights of a new one, leaf by leaf: a frozen part comes elsewhere in the old order."""
    inner = [(getattr(new, name), getattr(old, name)) for name in ("forward_layer", "backward_layer", "cell")
             if isinstance(getattr(new, name, None), keras.layers.Layer)]
    inner += zip(getattr(new, "cells", None) or (), getattr(old, "cells", None) or ())
    if inner:
        for one, other in inner:
            _hand_over(one, other, context)
        return
    values = [keras.ops.convert_to_numpy(variable) for variable in new.weights]
    wanted = [tuple(weight.shape) for weight in old.weights]
    if [value.shape for value in values] != [tuple(int(n) for n in shape) for shape in wanted]:
        raise context.refusal(new.name, type(new).__name__, "weights of shapes %s, for which Keras 2.2.4 has %s" % (
            [value.shape for value in values], wanted), "report it with the architecture of the model")
    if values:
        old.set_weights(values)
