"""The optimizer of a file: its class, arguments and state, by the generation of optimizers that it belongs to.

Standalone Keras 2 saved its state by position; tf.keras by names, first those of `OptimizerV2` (until TensorFlow 2.10),
then those of the optimizers that Keras 3 has, too. The formulas differ: see each table.
"""
from collections import namedtuple

import keras
import numpy as np

from . import optimizers

__all__ = ["NoCounterpart", "made_optimizer", "restored"]

#: ``make``: class of Keras 3. ``takes``: arguments that go over. ``slots``: for each array per weight, its name in the
#: file (by position in Keras 2: in this order) and the list of the new optimizer that takes it.
Kind = namedtuple("Kind", "make takes slots")

_O = keras.optimizers
_MOMENTS = (("m", "_momentums"), ("v", "_velocities"), ("vhat", "_velocity_hats"))
_DELTAS = (("accumulated_grad", "_accumulated_grads"), ("accumulated_delta_var", "_accumulated_delta_vars"))
_BETAS = ("beta_1", "beta_2", "epsilon")

#: Keras 2.0-2.3. What divides by ``sqrt(v) + epsilon`` is kcool's, for Keras 3 divides by ``sqrt(v + epsilon)``.
_STANDALONE = {
    "SGD": Kind(_O.SGD, ("momentum", "nesterov"), (("momentum", "momentums"),)),
    "RMSprop": Kind(optimizers.RMSprop, ("rho", "epsilon"), (("rms", "_velocities"),)),
    "Adagrad": Kind(optimizers.Adagrad, ("epsilon",), (("accumulator", "_accumulators"),)),
    "Adadelta": Kind(_O.Adadelta, ("rho", "epsilon"), _DELTAS),
    "Adam": Kind(_O.Adam, (*_BETAS, "amsgrad"), _MOMENTS),
    "Adamax": Kind(_O.Adamax, _BETAS, (("m", "_m"), ("u", "_u"))),
    "Nadam": Kind(optimizers.Nadam, (*_BETAS, "schedule_decay"), _MOMENTS[:2]),
}

#: `OptimizerV2`: as before, but that RMSprop with momentum is an operation of its own, with epsilon under the root.
_V2 = {
    "SGD": _STANDALONE["SGD"],
    "RMSprop": Kind(optimizers.RMSprop, ("rho", "epsilon"), (("rms", "_velocities"),)),
    "RMSprop with momentum": Kind(_O.RMSprop, ("rho", "epsilon", "momentum", "centered"), (
        ("rms", "_velocities"), ("momentum", "_momentums"), ("mg", "_average_gradients"))),
    "Adagrad": Kind(optimizers.Adagrad, ("epsilon", "initial_accumulator_value"), (("accumulator", "_accumulators"),)),
    "Adadelta": Kind(_O.Adadelta, ("rho", "epsilon"), (
        ("accum_grad", "_accumulated_grads"), ("accum_var", "_accumulated_delta_vars"))),
    "Adam": _STANDALONE["Adam"],
    "Adamax": Kind(_O.Adamax, _BETAS, (("m", "_m"), ("v", "_u"))),
    "Nadam": _STANDALONE["Nadam"],
}

#: Those of TensorFlow 2.11 and later, whose formulas are Keras 3's.
_LATER = {
    "SGD": Kind(_O.SGD, ("momentum", "nesterov"), (("m", "momentums"),)),
    "RMSprop": Kind(_O.RMSprop, ("rho", "epsilon", "momentum", "centered"), (
        ("velocity", "_velocities"), ("momentum", "_momentums"), ("average_gradient", "_average_gradients"))),
    "Adagrad": Kind(_O.Adagrad, ("epsilon", "initial_accumulator_value"), (("accumulator", "_accumulators"),)),
    "Adadelta": Kind(_O.Adadelta, ("rho", "epsilon"), _DELTAS),
    "Adam": Kind(_O.Adam, (*_BETAS, "amsgrad"), _MOMENTS),
    "AdamW": Kind(_O.AdamW, (*_BETAS, "amsgrad"), _MOMENTS),
    "Adamax": Kind(_O.Adamax, _BETAS, (("m", "_m"), ("u", "_u"))),
    "Nadam": Kind(_O.Nadam, _BETAS, _MOMENTS[:2]),
}
_SCHEDULES = ("ExponentialDecay", "PiecewiseConstantDecay", "PolynomialDecay", "InverseTimeDecay", "CosineDecay",
              "CosineDecayRestarts")
#: Arguments that say nothing about the result.
_SILENT = ("name", "epsilon", "jit_compile", "is_legacy_optimizer", "ema_momentum", "ema_overwrite_frequency")


class NoCounterpart(Exception):
    """Says what cannot go over."""


def made_optimizer(entry, standalone, context):
    """An optimizer as a file describes it, without its state.

    Args:
        entry: ``optimizer_config`` of the file.
        standalone: whether standalone Keras wrote it.
        context: `arguments.Context`, for repairs.

    Returns:
        The optimizer of Keras 3 and its `Kind`.

    Raises:
        NoCounterpart: Keras 3 has none that computes the same.
    """
    name = str((entry or {}).get("class_name")).replace("Custom>", "")
    config = dict((entry or {}).get("config") or {})
    kind = _kind(name, config, standalone)
    rate = _rate(config.pop("lr", config.pop("learning_rate", None)), name)
    if kind.make is optimizers.Nadam and not standalone:
        config["schedule_decay"] = config.pop("decay", 0.004)
    decay = config.pop("decay", 0.0)
    arguments = {key: config.pop(key) for key in kind.takes if config.get(key) is not None}
    arguments.update(_clipping(config, standalone))
    left = [key for key, value in config.items() if value not in (None, False, 0.0) and key not in _SILENT]
    if left:
        raise NoCounterpart("optimizer %s with %s" % (name, ", ".join(left)))
    _tell(kind, name, standalone, context)
    if standalone and name == "Adagrad":
        arguments["initial_accumulator_value"] = 0.0
    if decay:
        if not isinstance(rate, (int, float)):
            raise NoCounterpart("optimizer %s with both a schedule and decay" % name)
        context.repairs.add("H202", "optimizer", "decay=%g" % decay)
        rate = _O.schedules.InverseTimeDecay(rate, 1, decay)
    return kind.make(learning_rate=rate, **arguments), kind


def _kind(name, config, standalone):
    table = _STANDALONE if standalone else _LATER if config.get("is_legacy_optimizer") is False else _V2
    if table is _V2 and name == "RMSprop" and config.get("momentum"):
        name = "RMSprop with momentum"
    if name not in table:
        raise NoCounterpart("optimizer %s" % name)
    return table[name]


def _rate(value, name):
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    if isinstance(value, dict) and value.get("class_name") in _SCHEDULES:
        try:
            config = {key: one for key, one in value["config"].items() if (key, one) != ("name", None)}
            return getattr(_O.schedules, value["class_name"])(**config)
        except Exception as error:
            raise NoCounterpart("optimizer %s with schedule %r: %s" % (name, value["class_name"], error))
    raise NoCounterpart("optimizer %s with learning rate %r" % (name, value))


def _clipping(config, standalone):
    found = {key: config.pop(key) for key in ("clipnorm", "clipvalue", "global_clipnorm", "weight_decay")
             if config.get(key) is not None}
    if standalone and "clipnorm" in found:
        # Standalone Keras took the norm of all gradients together.
        found["global_clipnorm"] = found.pop("clipnorm")
    return found


def _tell(kind, name, standalone, context):
    if standalone:
        context.repairs.add("H201", "optimizer", "lr is learning_rate")
    if kind.make.__module__ == optimizers.__name__:
        context.repairs.add("H203", "optimizer", name)
    if kind is _LATER["Nadam"]:
        # TensorFlow 2.11-2.15, tf-keras: the test that should tell the first weight from the others is a number of the
        # trace, so that compiled steps multiply it once per weight.
        context.repairs.add("H206", "optimizer", "Nadam multiplied its schedule once per weight, not once per step")


# --- state ------------------------------------------------------------------------------------------------------------

def restored(optimizer, kind, stored, variables, standalone):
    """Gives an optimizer the state of a file.

    Args:
        optimizer, kind: what `made_optimizer` returned, compiled into a model and built.
        stored: `source.Stored`, the state.
        variables: the model's trainable ones, in the file's order.
        standalone: whether standalone Keras wrote it.

    Raises:
        NoCounterpart: the state does not fit; the optimizer has none then.
    """
    arrays = stored.read()
    slots, rest = (_by_position(kind, stored.names, arrays, len(variables)) if standalone
                   else _by_name(kind, stored.names, arrays))
    for target, value in _fitting(optimizer, kind, slots, variables):
        target.assign(value)
    for name in ("iterations", "iter", "iteration"):
        if name in rest:
            optimizer.iterations.assign(int(np.asarray(rest[name])))
    for name in ("m_schedule", "momentum_cache"):
        if name in rest:
            optimizer._u_product.assign(rest[name])


def _fitting(optimizer, kind, slots, variables):
    """Pairs of a variable of the optimizer and its value."""
    found = []
    for name, targets in kind.slots:
        lists = getattr(optimizer, targets, None)
        if not lists:
            continue
        values = slots.get(name, [])
        if len(values) != len(variables):
            raise NoCounterpart("%d arrays of its state %s for %d weights" % (len(values), name, len(variables)))
        for variable, value in zip(variables, values):
            target = lists[optimizer._get_variable_index(variable)]
            if tuple(target.shape) != np.shape(value):
                raise NoCounterpart("an array of shape %s for %s" % (np.shape(value), tuple(target.shape)))
            found.append((target, value))
    return found


def _by_position(kind, names, arrays, count):
    """Scalars of the optimizer itself come first: 2.3 has one more of them for Nadam, and one where 2.2 had none."""
    rest = {}
    for name in ("iterations", "m_schedule"):
        if len(rest) < len(names) and name in names[len(rest)] and np.shape(arrays[len(rest)]) == ():
            rest[name] = arrays[len(rest)]
    arrays = arrays[len(rest):]
    slots = {name: arrays[number * count:(number + 1) * count] for number, (name, _) in enumerate(kind.slots)}
    return slots, rest


def _by_name(kind, names, arrays):
    """`OptimizerV2` calls them ``Adam/dense/kernel/m:0``, the later ones ``Adam/m/dense/kernel:0``."""
    slots, rest, known = {}, {}, [name for name, _ in kind.slots]
    for name, array in zip(names, arrays):
        parts = name.split(":")[0].split("/")
        slot = parts[-1] if parts[-1] in known and len(parts) > 2 else parts[1] if len(parts) > 2 else None
        if slot in known:
            slots.setdefault(slot, []).append(array)
        else:
            rest[parts[-1]] = array
    return slots, rest
