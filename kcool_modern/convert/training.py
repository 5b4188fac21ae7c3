"""How a model was compiled, and the state of its optimizer: what has a counterpart goes over, the rest is reported."""
import keras

from .optimizer_state import NoCounterpart, made_optimizer, restored

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
        optimizer, kind = made_optimizer(training.get("optimizer_config"), context.old_tf, context)
        arguments = _compile_arguments(training, part.layer, _output_names(config), context)
    except NoCounterpart as why:
        context.repairs.add("H205", "all", "%s: compile the model again" % why)
        return
    part.layer.compile(optimizer=optimizer, **arguments)
    # As it is when it is read back; one that was never trained has no state in the file.
    optimizer.build(part.layer.trainable_variables)
    if saved.optimizer is None or not saved.optimizer.names:
        return
    try:
        restored(optimizer, kind, saved.optimizer, _variables(part.layer, trained), context.old_tf)
    except NoCounterpart as why:
        context.repairs.add("H204", "all", str(why))


def _variables(model, trained):
    """The trainable variables in the order of the file."""
    variables = [variable for _, group in trained for variable in group]
    if {id(one) for one in variables} != {id(one) for one in model.trainable_variables}:
        raise NoCounterpart("other weights are trainable now than were then")
    if any(part.kind.startswith("CuDNN") for part, _ in trained):
        raise NoCounterpart("its state is in the layout of CuDNN")
    return variables


def _output_names(config):
    places = config.get("output_layers") if isinstance(config, dict) else None
    if not isinstance(places, list) or not places:
        return []
    return [place[0] for place in ([places] if isinstance(places[0], str) else places)]


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
    if training.get("weighted_metrics"):
        context.repairs.add("H205", "all", "weighted_metrics: name them to compile() again")
    if training.get("sample_weight_mode"):
        context.repairs.add("H205", "all", "sample_weight_mode: weights of any shape are taken now")
    if count == 1:
        found = {key: value[0] for key, value in found.items()}
    if not any(metrics):
        found.pop("metrics")
    return found


def _per_output(value, names, count, what):
    if isinstance(value, dict) and "class_name" in value:
        return [value] * count
    if isinstance(value, dict) and set(value) <= set(names):
        return [value.get(name) for name in names]
    if isinstance(value, list) and len(value) == count:
        return value
    if isinstance(value, (str, int, float)) and not isinstance(value, bool):
        return [value] * count
    raise NoCounterpart("%s %r" % (what, value))


def _metrics_per_output(value, names, count):
    if not value:
        return [None] * count
    if isinstance(value, dict) and set(value) <= set(names):
        return [value.get(name) for name in names]
    if isinstance(value, list) and not any(isinstance(one, (list, dict)) for one in value):
        return [value] * count
    if isinstance(value, list) and len(value) == count:
        return value
    raise NoCounterpart("metrics %r" % (value,))


def _as_list(value):
    return [] if value is None else value if isinstance(value, list) else [value]


def _known(name, known, what, context):
    if name is None:
        return None
    if isinstance(name, dict):
        return _of_tf_keras(name, what)
    if isinstance(name, str) and name in context.customs:
        context.repairs.add("H119", "all", name)
        return context.customs[name]
    new = _NAMES.get(name, name) if isinstance(name, str) else name
    if new not in known:
        raise NoCounterpart("%s %r" % (what, name))
    return new


def _of_tf_keras(entry, what):
    """The loss or metric that an object of tf.keras was saved as."""
    name, config = entry.get("class_name"), dict(entry.get("config") or {})
    function = config.pop("fn", None)
    config.pop("dtype", None)
    if config.get("reduction") == "auto":
        config["reduction"] = "sum_over_batch_size"
    home = keras.losses if what == "loss" else keras.metrics
    try:
        if name == "MeanMetricWrapper" and isinstance(function, str):
            # A metric that was named by its function; what was asked for ("accuracy") is the name it reports under.
            found = type(keras.metrics.get(_NAMES.get(function, function)))
            return found(name=config["name"])
        return getattr(home, name)(**config)
    except Exception as error:
        raise NoCounterpart("%s %s: %s" % (what, name, error))
