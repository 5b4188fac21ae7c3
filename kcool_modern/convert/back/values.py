"""Values of Keras 3's configurations in Keras 2.2.4's words: initializers, regularizers, constraints, activations."""
import keras

__all__ = ["old_value"]

_ACTIVATIONS = ("softmax", "elu", "selu", "softplus", "softsign", "relu", "tanh", "sigmoid", "exponential", "linear")
_CONSTRAINTS = {"MaxNorm": ("max_value", "axis"), "NonNeg": (), "UnitNorm": ("axis",),
                "MinMaxNorm": ("min_value", "max_value", "rate", "axis")}
#: Scale, mode and distribution, which 2.2.4 has functions for that make a VarianceScaling.
_SCALED = {"%s%s" % (name, ending): (scale, mode, distribution)
           for name, scale, mode in (("Glorot", 1.0, "fan_avg"), ("He", 2.0, "fan_in"), ("Lecun", 1.0, "fan_in"))
           for ending, distribution in (("Uniform", "uniform"), ("Normal", "normal"))}
_INITIALIZERS = {"Zeros": (), "Ones": (), "Constant": ("value",), "RandomNormal": ("mean", "stddev", "seed"),
                 "RandomUniform": ("minval", "maxval", "seed"), "TruncatedNormal": ("mean", "stddev", "seed"),
                 "VarianceScaling": ("scale", "mode", "distribution", "seed"), "Orthogonal": ("gain", "seed"),
                 "Identity": ("gain",)}


def old_value(key, value, layer, kind, context):
    """An argument of a layer of Keras 3 in Keras 2.2.4's words.

    Args:
        key: the argument's name; what follows its last underscore tells its sort.
        value: JSON value.
        layer: str, the layer's name.
        kind: str, the layer's class.
        context: `arguments.Context`.

    Raises:
        NotConverted: an object that 2.2.4 has not.
    """
    if value is None:
        return None
    make = _SORTS.get(key.rsplit("_", 1)[-1])
    return value if make is None else make(key, value, layer, kind, context)


def _initializer(key, value, layer, kind, context):
    made = keras.initializers.get(value)
    name, config = type(made).__name__, made.get_config()
    if name in _SCALED:
        scale, mode, distribution = _SCALED[name]
        return _plain("VarianceScaling", scale=scale, mode=mode, distribution=distribution,
                      seed=_number(config.get("seed")))
    found = {one: config[one] for one in _INITIALIZERS.get(name, ()) if one in config}
    if "seed" in found:
        found["seed"] = _number(found["seed"])
    if found.get("distribution") == "truncated_normal":
        found["distribution"] = "normal"
    scalar = all(one is None or isinstance(one, (int, float, str)) for one in found.values())
    if name not in _INITIALIZERS or not scalar or found.get("distribution", "normal") not in ("normal", "uniform"):
        context.repairs.add("H117", layer, "%s: %s" % (key, name))
        return _plain("Zeros")
    return _plain(name, **found)


def _number(seed):
    return seed if isinstance(seed, int) else None


def _plain(name, **config):
    return {"class_name": name, "config": config}


def _regularizer(key, value, layer, kind, context):
    made = keras.regularizers.get(value)
    if type(made) not in (keras.regularizers.L1, keras.regularizers.L2, keras.regularizers.L1L2):
        raise _unknown(key, type(made).__name__, layer, kind, context)
    return _plain("L1L2", l1=float(getattr(made, "l1", 0.0)), l2=float(getattr(made, "l2", 0.0)))


def _constraint(key, value, layer, kind, context):
    made = keras.constraints.get(value)
    name = type(made).__name__
    if name not in _CONSTRAINTS or type(made) is not getattr(keras.constraints, name):
        raise _unknown(key, name, layer, kind, context)
    config = made.get_config()
    return _plain(name, **{one: config[one] for one in _CONSTRAINTS[name]})


def _activation(key, value, layer, kind, context):
    if _is_old_hard_sigmoid(value):
        return "hard_sigmoid"
    if value not in _ACTIVATIONS:
        name = value.get("class_name") if isinstance(value, dict) else value
        raise _unknown(key, name, layer, kind, context)
    return value


def _is_old_hard_sigmoid(value):
    """Whether it is what `numerics.hard_sigmoid_argument` makes, as data."""
    if not isinstance(value, dict):
        return False
    if value.get("registered_name") == "kcool>hard_sigmoid":
        return True
    config = value.get("config")
    steps = config.get("layers") or () if isinstance(config, dict) else ()
    found = [(one.get("class_name"), one.get("config", {})) for one in steps if one.get("class_name") != "InputLayer"]
    return [kind for kind, _ in found] == ["Rescaling", "ReLU"] and (
        found[0][1]["scale"], found[0][1]["offset"]) == (0.2, 0.5) and (
        found[1][1]["max_value"], found[1][1]["threshold"], found[1][1]["negative_slope"]) == (1.0, 0.0, 0.0)


def _unknown(key, name, layer, kind, context):
    return context.refusal(layer, kind, "%s %s, which Keras 2.2.4 has not" % (key, name),
                           "use what both have, or write that layer in Keras 2 and load the weights by name")


_SORTS = {"initializer": _initializer, "regularizer": _regularizer, "constraint": _constraint,
          "activation": _activation}
