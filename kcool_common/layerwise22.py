"""Layer-wise learning rates on Keras 2.2, real or emulated: an optimizer that knows names, and a wrapped layer."""
import contextlib

from kcool.errors import TechniqueUnavailable, WrongValue
from kcool.stack import stack

from .layerwise import checked_factor, checked_multipliers, multipliers_of, refuse_second
from .optimizers22 import Wrapping, constrain, in_graph, replaced, unconstrained, wrapped, writing

__all__ = ["Multiplying", "Slowing"]


class Multiplying(Wrapping):
    """An optimizer whose steps are multiplied, weight by weight. Constraints are applied to what comes out."""

    _own = Wrapping._own | {"lr_multipliers"}

    def __init__(self, optimizer, lr_multipliers):
        """See `LRMultiplier`."""
        super(Multiplying, self).__init__()
        self.lr_multipliers = checked_multipliers(lr_multipliers)
        self.optimizer = wrapped(optimizer, self._optimizers, "LRMultiplier(optimizer, lr_multipliers)")

    def _get_updates(self, loss, params):
        factors = dict(zip(map(id, params), multipliers_of([param.name for param in params], self.lr_multipliers)))
        write, seen = self._K.update, set()
        with unconstrained(params) as constraints:
            def scaled(variable, value):
                if id(variable) not in factors:
                    return write(variable, value)
                seen.add(id(variable))
                factor, constraint = factors[id(variable)], constraints.get(id(variable))
                if factor == 0:
                    return None
                value = value if factor == 1 else variable + factor * (value - variable)
                return write(variable, value if constraint is None else constraint(value))

            with replaced(self._K, **writing(scaled)):
                updates = self.optimizer.get_updates(loss=loss, params=params)
            updates = [scaled(*update) if isinstance(update, tuple) else update for update in updates]
        self._require_all(params, seen)
        self.weights = list(self.optimizer.weights)
        self.updates = [update for update in updates if update is not None]
        return self.updates

    def _require_all(self, params, seen):
        missed = [param.name for param in params if id(param) not in seen]
        if missed:
            raise WrongValue(
                "LRMultiplier: %s writes %s in another way than by K.update." % (
                    type(self.optimizer).__name__, missed[0]), found=str(stack()),
                supported="the optimizers of keras.optimizers but TFOptimizer, and your own that write with K.update")

    def get_config(self):
        """The arguments of the constructor, the optimizer as its config."""
        return {"optimizer": self._optimizers.serialize(self.optimizer), "lr_multipliers": dict(self.lr_multipliers)}


class Slowing(object):
    """A layer whose weights are stored divided by a factor and multiplied where they are used.

    A subclass has ``_K``, ``_Layer`` (the base of layers).
    """

    def __init__(self, layer, lamb, is_ada=False):
        """See `SetLearningRate`."""
        if not isinstance(layer, self._Layer):
            raise WrongValue("SetLearningRate(layer, lamb): %r is no layer of Keras 2.2." % (layer,),
                             found=str(stack()), supported="layers of keras.layers")
        self.layer, self.lamb, self.is_ada = layer, lamb, is_ada
        self._factor = checked_factor(lamb, is_ada)

    def __call__(self, inputs, **kwargs):
        """Calls the layer; the first time its weights are divided."""
        owner = getattr(self.layer, "_learning_rate_set_by", None)
        if owner is None:
            self._divide(inputs)
            self.layer._learning_rate_set_by = self
        elif owner is not self:
            refuse_second(self.layer)
        return self.layer(inputs, **kwargs)

    def _divide(self, inputs):
        K, layer = self._K, self.layer
        if layer.built and layer.losses:
            raise TechniqueUnavailable(
                "SetLearningRate: layer %r is built, with a loss on its weights. Nothing was changed." % layer.name,
                found=str(stack()), do="wrap it before its first call, or use LRMultiplier(optimizer, {%r: %r})" % (
                    layer.name, self.lamb))
        divided = in_graph(K, self._build)(inputs)
        if getattr(layer, "_initial_weights", None) is not None:
            layer.set_weights(layer._initial_weights)
            layer._initial_weights = None
        values = K.batch_get_value(divided)
        K.batch_set_value([(weight, value / self._factor) for weight, value in zip(divided, values)])

    def _build(self, inputs):
        """Builds the layer, once more if it is built; gives the weights that are to be divided."""
        K, layer, divided = self._K, self.layer, []
        parts = _parts(layer, self._Layer)
        present = {id(part): {True: iter(part._trainable_weights), False: iter(part._non_trainable_weights)}
                   for part in parts} if layer.built else None
        add = self._multiplied(divided, present)
        with K.name_scope(layer.name), _adding(parts, add):
            layer.build([K.int_shape(one) for one in inputs] if isinstance(inputs, list) else K.int_shape(inputs))
        layer.built = True
        return divided

    def _multiplied(self, divided, present):
        """Stands in the place of a layer's `add_weight`; `present` has the weights of a layer that is built."""
        def add(part, add_weight, args, kwargs):
            regularizer = kwargs.pop("regularizer", None) if present is None else None
            weight = add_weight(*args, **kwargs) if present is None else next(
                present[id(part)][kwargs.get("trainable", True)])
            if not any(weight is one for one in part._trainable_weights):
                return weight
            product = weight * self._factor
            divided.append(weight)
            if getattr(weight, "constraint", None) is not None:
                constrain(weight, _Divided(weight.constraint, self._factor))
            if regularizer is not None:
                part.add_loss(regularizer(product))
            return product
        return add


class _Divided(object):
    """A constraint on the multiplied weight, as one on the weight that is stored."""

    def __init__(self, constraint, factor):
        self.constraint, self.factor = constraint, factor

    def __call__(self, weight):
        return self.constraint(weight * self.factor) / self.factor


@contextlib.contextmanager
def _adding(parts, add):
    """All `add_weight` of some layers go through ``add(layer, its own add_weight, args, kwargs)``."""
    def through(part):
        own = part.add_weight
        return lambda *args, **kwargs: add(part, own, args, kwargs)

    for part in parts:
        part.add_weight = through(part)
    try:
        yield
    finally:
        for part in parts:
            del part.add_weight


def _parts(layer, base):
    """The layer and all layers in its attributes, at any depth."""
    found, todo = [], [layer]
    while todo:
        one = todo.pop(0)
        if any(one is other for other in found):
            continue
        found.append(one)
        for value in vars(one).values():
            todo.extend(item for item in (value if isinstance(value, (list, tuple)) else [value])
                        if isinstance(item, base))
    return found
