"""How a model was compiled, and the state of its optimizer: what has a counterpart goes over, the rest is reported."""
import keras
import numpy as np

from . import optimizers

__all__ = ["compile_as_saved"]

#: Losses and metrics by their old names, where that is not today's.
_NAMES = {"acc": "accuracy", "logcosh": "log_cosh", "kullback_leibler_divergence": "kl_divergence",
          "kld": "kl_divergence", "KLD": "kl_divergence", "MSE": "mse", "MAE": "mae", "MAPE": "mape", "MSLE": "msle"}
_SAME = ("mean_squared_error", "mse", "mean_absolute_error", "mae", "mean_absolute_percentage_error", "mape",
         "mean_squared_logarithmic_error", "msle", "squared_hinge", "categorical_hinge", "log_cosh",
         "categorical_crossentropy", "sparse_categorical_crossentropy", "binary_crossentropy", "kl_divergence",
         "poisson")
_METRICS = _SAME + ("accuracy", "binary_accuracy", "categorical_accuracy", "sparse_categorical_accuracy",
                    "top_k_categorical_accuracy", "sparse_top_k_categorical_accuracy")
#: Old optimizer -> class, arguments that go over, number of slots per variable, whether iterations come first.
_OPTIMIZERS = {
    "SGD": (keras.optimizers.SGD, ("momentum", "nesterov"), 1, True),
    "RMSprop": (optimizers.RMSprop, ("rho", "epsilon"), 1, False),
    "Adagrad": (optimizers.Adagrad, ("epsilon",), 1, False),
    "Adadelta": (keras.optimizers.Adadelta, ("rho", "epsilon"), 2, False),
    "Adam": (keras.optimizers.Adam, ("beta_1", "beta_2", "epsilon", "amsgrad"), 2, True),
    "Adamax": (keras.optimizers.Adamax, ("beta_1", "beta_2", "epsilon"), 2, True),
    "Nadam": (optimizers.Nadam, ("beta_1", "beta_2", "epsilon", "schedule_decay"), 2, True),
}


class _NoCounterpart(Exception):
    """Says what cannot go over."""


def compile_as_saved(saved, part, trained, config, context):
    """Compiles a model as it was, and gives its optimizer the state it had.

    Args:
        saved: `source.Saved`.
        part: `parts.Part` of the model, whose weights are there.
        trained: list of (part, variables), those that were trainable, in the old order.
        config: the old architecture.
        context: `arguments.Context`; what cannot go over is noted in its repairs.
    """
    training = saved.training
    if training is None:
        return
    try:
        optimizer = _optimizer(training.get("optimizer_config"), context)
        arguments = _compile_arguments(training, part.layer, _output_names(config), context)
    except _NoCounterpart as why:
        context.repairs.add("H205", "all", "%s: compile the model again" % why)
        return
    part.layer.compile(optimizer=optimizer, **arguments)
    if saved.optimizer is None or not saved.optimizer.names:
        return
    try:
        _restore(part.layer, optimizer, saved, trained, training["optimizer_config"], context)
    except _NoCounterpart as why:
        context.repairs.add("H204", "all", str(why))


def _output_names(config):
    places = config.get("output_layers") if isinstance(config, dict) else None
    if not isinstance(places, list) or not places:
        return []
    return [place[0] for place in ([places] if isinstance(places[0], str) else places)]


# --- the optimizer ----------------------------------------------------------------------------------------------------

def _optimizer(entry, context):
    kind, config = (entry or {}).get("class_name"), dict((entry or {}).get("config") or {})
    if kind not in _OPTIMIZERS or not context.old_tf:
        raise _NoCounterpart("optimizer %s" % kind)
    cls, takes, _, _ = _OPTIMIZERS[kind]
    rate = config.pop("lr", config.pop("learning_rate", None))
    arguments = {key: config.pop(key) for key in takes if config.get(key) is not None}
    decay = config.pop("decay", 0.0)
    if "clipnorm" in config:
        # Keras 2 took the norm of all gradients together.
        arguments["global_clipnorm"] = config.pop("clipnorm")
    arguments.update((key, config.pop(key)) for key in ("clipvalue",) if key in config)
    left = [key for key, value in config.items() if value is not None and key not in ("name", "epsilon")]
    if left or not isinstance(rate, (int, float)):
        raise _NoCounterpart("optimizer %s with %s" % (kind, ", ".join(left) or "learning rate %r" % (rate,)))
    context.repairs.add("H201", "optimizer", "lr is learning_rate")
    if cls.__module__ == optimizers.__name__:
        context.repairs.add("H203", "optimizer", kind)
    if kind == "Adagrad":
        arguments["initial_accumulator_value"] = 0.0
    if decay:
        context.repairs.add("H202", "optimizer", "decay=%g" % decay)
        rate = keras.optimizers.schedules.InverseTimeDecay(rate, 1, decay)
    return cls(learning_rate=rate, **arguments)


def _restore(model, optimizer, saved, trained, entry, context):
    _, _, slots, counted = _OPTIMIZERS[entry["class_name"]]
    variables = [variable for part, group in trained for variable in group]
    if {id(v) for v in variables} != {id(v) for v in model.trainable_variables}:
        raise _NoCounterpart("other weights are trainable now than were then")
    if any(part.kind.startswith("CuDNN") for part, _ in trained):
        raise _NoCounterpart("its state is in the layout of CuDNN")
    arrays = saved.optimizer.read()
    iterations, arrays = (arrays[0], arrays[1:]) if counted else (None, arrays)
    slots += bool(entry["config"].get("amsgrad"))
    count = len(variables)
    if len(arrays) < slots * count:
        raise _NoCounterpart("%d arrays for %d weights" % (len(arrays), count))
    optimizer.build(model.trainable_variables)
    lists = _slot_lists(optimizer, entry["class_name"])
    for number, targets in enumerate(lists):
        for variable, value in zip(variables, arrays[number * count:(number + 1) * count]):
            target = targets[optimizer._get_variable_index(variable)]
            if tuple(target.shape) != np.shape(value):
                raise _NoCounterpart("an array of shape %s for %s" % (np.shape(value), tuple(target.shape)))
            target.assign(value)
    if iterations is not None:
        optimizer.iterations.assign(int(np.asarray(iterations)))


def _slot_lists(optimizer, kind):
    names = {"SGD": ("momentums",), "RMSprop": ("_velocities",), "Adagrad": ("_accumulators",),
             "Adadelta": ("_accumulated_grads", "_accumulated_delta_vars"), "Adamax": ("_m", "_u"),
             "Nadam": ("_momentums", "_velocities"), "Adam": ("_momentums", "_velocities", "_velocity_hats")}[kind]
    return [getattr(optimizer, name) for name in names if getattr(optimizer, name, None)]


# --- losses and metrics -----------------------------------------------------------------------------------------------

def _compile_arguments(training, model, names, context):
    count = len(model.outputs)
    losses = _per_output(training.get("loss"), names, count, "loss")
    found = {"loss": [_known(one, _SAME, "loss", context) for one in losses]}
    metrics = [_as_list(one) for one in _metrics_per_output(training.get("metrics"), names, count)]
    found["metrics"] = [[_known(one, _METRICS, "metric", context) for one in some] for some in metrics]
    weights = training.get("loss_weights")
    if weights:
        found["loss_weights"] = _per_output(weights, names, count, "loss_weights")
    if training.get("sample_weight_mode"):
        context.repairs.add("H205", "all", "sample_weight_mode: weights of any shape are taken now")
    if count == 1:
        found = {key: value[0] for key, value in found.items()}
    if not any(metrics):
        found.pop("metrics")
    return found


def _per_output(value, names, count, what):
    if isinstance(value, dict) and set(value) <= set(names):
        return [value.get(name) for name in names]
    if isinstance(value, list) and len(value) == count:
        return value
    if isinstance(value, (str, int, float)) and not isinstance(value, bool):
        return [value] * count
    raise _NoCounterpart("%s %r" % (what, value))


def _metrics_per_output(value, names, count):
    if not value:
        return [None] * count
    if isinstance(value, dict) and set(value) <= set(names):
        return [value.get(name) for name in names]
    if isinstance(value, list) and not any(isinstance(one, (list, dict)) for one in value):
        return [value] * count
    if isinstance(value, list) and len(value) == count:
        return value
    raise _NoCounterpart("metrics %r" % (value,))


def _as_list(value):
    return [] if value is None else value if isinstance(value, list) else [value]


def _known(name, known, what, context):
    if name is None:
        return None
    if isinstance(name, str) and name in context.customs:
        context.repairs.add("H119", "all", name)
        return context.customs[name]
    new = _NAMES.get(name, name) if isinstance(name, str) else name
    if new not in known:
        raise _NoCounterpart("%s %r" % (what, name))
    return new
