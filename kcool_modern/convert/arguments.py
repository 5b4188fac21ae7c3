"""Values of old configurations in Keras 3's words: initializers, regularizers, constraints, activations."""
import contextlib

import keras

from kcool.errors import NotConverted, UnreadableModel

from . import numerics

__all__ = ["Context", "budget", "settled", "value_of"]


class Context:
    """What a conversion knows and collects.

    Attributes:
        path: of the file.
        repairs: a `Repairs`.
        customs: dict from name in the file to class or function.
        lambdas: dict from the name of a Lambda layer to its function.
        dtype: the floating dtype of the weights.
        names: all layer names in the file; renamed: dict from those that were changed to what they are now.
        count: the number of layers so far.
        unsteady: names of layers that answer otherwise each time, in every phase.
        masked_start: what recurrent layers answer before the first unmasked step, ``state`` or ``zeros``.
        masked_statistics: whether BatchNormalization leaves masked steps out of its statistics.
        old_tf: whether the file is one of standalone Keras, which resized images as TensorFlow 1 did.
    """

    def __init__(self, path, repairs, customs=None, lambdas=None, dtype="float32", old_tf=True,
                 masked_start="state", masked_statistics=False):
        self.path, self.repairs, self.dtype, self.old_tf = path, repairs, dtype, old_tf
        self.customs, self.lambdas = dict(customs or {}), dict(lambdas or {})
        self.masked_start, self.masked_statistics = masked_start, masked_statistics
        self.names, self.renamed, self.count, self.unsteady = set(), {}, 0, []

    def refusal(self, layer, kind, why, do):
        """The error for something that cannot be converted."""
        return NotConverted("Layer %s (%s) of %s cannot be converted." % (layer, kind, self.path), found=why, do=do)


# --- initializers -----------------------------------------------------------------------------------------------------

_left: list[int] = []


@contextlib.contextmanager
def budget(elements):
    """Within it, weights are made of zeros, and no more than so many numbers of them; the file's come afterwards."""
    _left.append(elements)
    try:
        yield
    finally:
        _left.pop()


@numerics.registered
class Deferred(keras.initializers.Initializer):
    """Stands for an initializer while a model is built whose weights come from a file."""

    def __init__(self, initializer):
        self.initializer = keras.initializers.get(initializer)

    def __call__(self, shape, dtype=None, **kwargs):
        """Zeros of a shape."""
        count = 1
        for size in shape:
            count *= size
        if not _left or count > _left[-1]:
            raise UnreadableModel("The architecture asks for weights of shape %s." % (tuple(shape),),
                                  found="the file holds fewer numbers", do="save the model again where it was trained")
        _left[-1] -= count
        return keras.ops.zeros(shape, dtype)

    def clone(self):
        """Itself: it has no state."""
        return self

    def get_config(self):
        """A copy made from it is the same."""
        return {"initializer": keras.initializers.serialize(self.initializer)}


def settled(layer):
    """Puts the real initializers in the places of the deferred ones."""
    for one in layer._flatten_layers():
        for name, value in list(vars(one).items()):
            if isinstance(value, Deferred):
                setattr(one, name, value.initializer)
    return layer


_SAME_INITIALIZERS = ("Zeros", "Ones", "Constant", "RandomNormal", "RandomUniform", "TruncatedNormal",
                      "VarianceScaling", "Orthogonal", "Identity", "GlorotUniform", "GlorotNormal", "HeUniform",
                      "HeNormal", "LecunUniform", "LecunNormal")
_INITIALIZER_NAMES = {
    "zeros": "Zeros", "zero": "Zeros", "ones": "Ones", "one": "Ones", "uniform": "RandomUniform",
    "random_uniform": "RandomUniform", "normal": "RandomNormal", "random_normal": "RandomNormal",
    "glorot_uniform": "GlorotUniform", "glorot_normal": "GlorotNormal", "he_uniform": "HeUniform",
    "he_normal": "HeNormal", "lecun_uniform": "LecunUniform", "lecun_normal": "LecunNormal", "identity": "Identity",
    "orthogonal": "Orthogonal", "truncated_normal": "TruncatedNormal"}


def _initializer(key, value, layer, kind, context):
    name, config = _named(value, key, layer, kind, context)
    if name in context.customs:
        context.repairs.add("H119", layer, name)
        found = context.customs[name]
        return Deferred(found.from_config(config) if hasattr(found, "from_config") else found)
    name = _INITIALIZER_NAMES.get(name, name)
    if name not in _SAME_INITIALIZERS:
        raise context.refusal(layer, kind, "%s %r, which is not one of Keras's own" % (key, name),
                              "--custom MODULE:%s, a Keras 3 initializer" % name)
    config.pop("dtype", None)
    if config.get("distribution") == "normal":
        config["distribution"] = "truncated_normal"
    if isinstance(config.get("value"), (list, dict)):
        context.repairs.add("H117", layer, "%s: Constant of an array" % key)
        return Deferred(keras.initializers.Zeros())
    return Deferred(_made(getattr(keras.initializers, name), config, key, layer, kind, context))


def _named(value, key, layer, kind, context):
    """The class or function name in a configuration, and its arguments."""
    if isinstance(value, str):
        return value, {}
    if isinstance(value, dict) and isinstance(value.get("class_name"), str):
        config = value.get("config") or {}
        if isinstance(config, dict):
            return value["class_name"], dict(config)
        if isinstance(config, str):
            return config, {}
    raise context.refusal(layer, kind, "%s=%r" % (key, value), "save the model again where it was trained")


def _made(cls, config, key, layer, kind, context):
    try:
        return cls(**config)
    except (TypeError, ValueError) as error:
        raise context.refusal(layer, kind, "%s: %s(%s): %s" % (key, cls.__name__, config, error),
                              "change the argument in Keras 2 and save the model again")


# --- the others -------------------------------------------------------------------------------------------------------

_PENALTIES = ("L1L2", "L1", "L2", "OrthogonalRegularizer")
_LIMITS = ("MaxNorm", "NonNeg", "UnitNorm", "MinMaxNorm")
_OTHER_NAMES = {
    "regularizer": {"l1": "L1", "l2": "L2", "l1_l2": "L1L2"},
    "constraint": {"max_norm": "MaxNorm", "maxnorm": "MaxNorm", "non_neg": "NonNeg", "nonneg": "NonNeg",
                   "unit_norm": "UnitNorm", "unitnorm": "UnitNorm", "min_max_norm": "MinMaxNorm"}}


def _object(sort, key, value, layer, kind, context):
    name, config = _named(value, key, layer, kind, context)
    home = keras.regularizers if sort == "regularizer" else keras.constraints
    if name in context.customs:
        context.repairs.add("H119", layer, name)
        found = context.customs[name]
        return found.from_config(config) if hasattr(found, "from_config") else found
    name = _OTHER_NAMES[sort].get(name, name)
    if name not in (_PENALTIES if sort == "regularizer" else _LIMITS):
        raise context.refusal(layer, kind, "%s %r, which is not one of Keras's own" % (key, name),
                              "--custom MODULE:%s, a Keras 3 %s" % (name, sort))
    return _made(getattr(home, name), config, key, layer, kind, context)


_ACTIVATIONS = ("softmax", "elu", "selu", "softplus", "softsign", "relu", "tanh", "sigmoid", "exponential", "linear",
                "swish", "gelu")


def _activation(key, value, layer, kind, context):
    name, config = _named(value, key, layer, kind, context)
    if name in context.customs:
        context.repairs.add("H119", layer, name)
        return context.customs[name]
    if name == "hard_sigmoid":
        context.repairs.add("H103", layer, key)
        return numerics.hard_sigmoid_argument()
    if name not in _ACTIVATIONS or config:
        raise context.refusal(layer, kind, "%s %r, which is not one of Keras's own" % (key, value),
                              "--custom MODULE:%s, a function of a tensor written with keras.ops" % name)
    if name == "gelu":
        return keras.activations.gelu  # the exact one is the default there and here
    return name


def value_of(key, value, layer, kind, context):
    """An argument of a layer of Keras 2 in Keras 3's words.

    Args:
        key: the argument's name; what follows its last underscore tells its sort.
        value: JSON value.
        layer: str, the layer's name.
        kind: str, the layer's class.
        context: `Context`.

    Raises:
        NotConverted: an object that is not Keras's own and not among the customs.
    """
    sort = key.rsplit("_", 1)[-1]
    if value is None:
        return None
    if sort == "activation":
        return _activation(key, value, layer, kind, context)
    if sort == "initializer":
        return _initializer(key, value, layer, kind, context)
    if sort in ("regularizer", "constraint"):
        return _object(sort, key, value, layer, kind, context)
    return _plain(value)


def _plain(value):
    if isinstance(value, dict) and value.get("type") == "ndarray":
        value = value.get("value")
    if isinstance(value, list):
        return tuple(map(_plain, value))
    return value
