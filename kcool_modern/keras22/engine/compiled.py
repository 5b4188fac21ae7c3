"""What ``Model.compile`` makes: targets, weights, the total loss and the metrics, all of them tensors of the graph."""
import warnings

from .. import backend as K
from .. import losses
from .. import metrics as metrics_module
from ..utils.generic_utils import to_list
from .base_layer import Layer
from .training_utils import collect_metrics, weighted_masked_objective

__all__ = ["describe_training"]


def describe_training(model, loss, metrics, loss_weights, sample_weight_mode, weighted_metrics, target_tensors):
    """Sets the attributes of a model that belong to its training; see `Model.compile` for the arguments."""
    names = model.output_names
    model.loss_functions = _loss_functions(model, loss)
    masks = model.compute_mask(model.inputs, mask=None)
    masks = [None] * len(model.outputs) if masks is None else to_list(masks)
    factors = _loss_factors(model, loss_weights)
    skipped = [i for i, function in enumerate(model.loss_functions) if function is None]
    unfed = skipped + _describe_targets(model, _target_tensors(model, target_tensors), skipped)
    _describe_weights(model, sample_weight_mode, unfed)
    model.metrics_names, model.metrics_tensors = ["loss"], []
    kept = [i for i in range(len(model.outputs)) if i not in skipped]
    model.total_loss = _total_loss(model, kept, factors, masks)
    model.metrics_updates, model.stateful_metric_names, model.stateful_metric_functions = [], [], []
    plain, weighted = collect_metrics(metrics, names), collect_metrics(weighted_metrics, names)
    for i in kept:
        _describe_metrics(model, i, plain[i], None, masks[i])
        _describe_metrics(model, i, weighted[i], model.sample_weights[i], masks[i])


def _require_known(model, given, argument):
    for name in given:
        if name not in model.output_names:
            raise ValueError('Unknown entry in %s dictionary: "%s". Only expected the following keys: %s' % (
                argument, name, model.output_names))


def _require_count(model, given, argument):
    if len(given) != len(model.outputs):
        raise ValueError("When passing a list as %s, it should have one entry per model output. The model has %d "
                         "outputs, but you passed %s=%s" % (
                             argument, len(model.outputs), argument.strip("`"), given))


def _loss_functions(model, loss):
    if isinstance(loss, dict):
        _require_known(model, loss, "loss")
        for name in model.output_names:
            if name not in loss:
                warnings.warn('Output "%s" missing from loss dictionary. We assume this was done on purpose, and we '
                              'will '
                              'not be expecting any data to be passed to "%s" during training.' % (name, name),
                              stacklevel=4)
        return [losses.get(loss.get(name)) for name in model.output_names]
    if isinstance(loss, list):
        _require_count(model, loss, "loss")
        return [losses.get(one) for one in loss]
    function = losses.get(loss)
    return [function for _ in model.outputs]


def _loss_factors(model, loss_weights):
    if loss_weights is None:
        return [1.0] * len(model.outputs)
    if isinstance(loss_weights, dict):
        _require_known(model, loss_weights, "loss_weights")
        return [loss_weights.get(name, 1.0) for name in model.output_names]
    if isinstance(loss_weights, list):
        _require_count(model, loss_weights, "loss_weights")
        return loss_weights
    raise TypeError("Could not interpret loss_weights argument: %s - expected a list of dicts." % (loss_weights,))


def _target_tensors(model, given):
    if given is None:
        return [None] * len(model.outputs)
    if isinstance(given, list):
        _require_count(model, given, "`target_tensors`")
        return given
    if isinstance(given, dict):
        _require_known(model, given, "`target_tensors`")
        return [given.get(name) for name in model.output_names]
    if K.is_tensor(given):
        if len(model.outputs) != 1:
            raise ValueError("The model has %d outputs, but you passed a single tensor as `target_tensors`. Expected a "
                             "list or a dict of tensors." % len(model.outputs))
        return [given]
    raise TypeError("Expected `target_tensors` to be a tensor, a list of tensors, or dict of tensors, but got:", given)


def _describe_targets(model, given, skipped):
    """Sets targets and what has to be fed; gives the outputs whose targets are tensors of the user's."""
    model.targets, model._feed_targets, model._feed_outputs = [], [], []
    model._feed_output_names, model._feed_output_shapes, model._feed_loss_fns = [], [], []
    unfed = []
    for i, output in enumerate(model.outputs):
        target = None if i in skipped else given[i]
        if i in skipped:
            pass
        elif target is None or K.is_placeholder(target):
            if target is None:
                target = K.placeholder(ndim=len(K.int_shape(output)), name=model.output_names[i] + "_target",
                                       sparse=K.is_sparse(output), dtype=K.dtype(output))
            model._feed_targets.append(target)
            model._feed_outputs.append(output)
            model._feed_output_names.append(model.output_names[i])
            model._feed_output_shapes.append(K.int_shape(output))
            model._feed_loss_fns.append(model.loss_functions[i])
        else:
            unfed.append(i)
        model.targets.append(target)
    return unfed


def _describe_weights(model, mode, unfed):
    modes = _modes(model, mode, unfed)
    model.sample_weight_modes = [None if i in unfed else one for i, one in enumerate(modes)]
    model.sample_weights = [
        None if i in unfed else K.placeholder(ndim=2 if modes[i] == "temporal" else 1,
                                              name=model.output_names[i] + "_sample_weights")
        for i in range(len(model.outputs))]
    fed = [i for i in range(len(model.outputs)) if i not in unfed]
    model._feed_sample_weight_modes = [model.sample_weight_modes[i] for i in fed]
    model._feed_sample_weights = [model.sample_weights[i] for i in fed]


def _modes(model, mode, unfed):
    if isinstance(mode, dict):
        _require_known(model, mode, "sample_weight_mode")
        for i, name in enumerate(model.output_names):
            if i not in unfed and name not in mode:
                raise ValueError('Output "%s" missing from sample_weight_modes dictionary' % name)
        modes = [mode.get(name) for name in model.output_names]
    elif isinstance(mode, list):
        _require_count(model, mode, "sample_weight_mode")
        modes = mode
    else:
        modes = [mode] * len(model.outputs)
    return ["temporal" if one == "temporal" else None for one in modes]


def _total_loss(model, kept, factors, masks):
    total = None
    for i in kept:
        weighted = weighted_masked_objective(model.loss_functions[i])
        loss = weighted(model.targets[i], model.outputs[i], model.sample_weights[i], masks[i])
        if len(model.outputs) > 1:
            model.metrics_tensors.append(loss)
            model.metrics_names.append(model.output_names[i] + "_loss")
        total = factors[i] * loss if total is None else total + factors[i] * loss
    if total is None and not model.losses:
        raise ValueError("The model cannot be compiled because it has no loss to optimize.")
    for loss in model.losses:
        total = loss + 0.0 if total is None else total + loss
    return total


_BY_LOSS = {
    "acc": (metrics_module.binary_accuracy, metrics_module.sparse_categorical_accuracy,
            metrics_module.categorical_accuracy),
    "ce": (metrics_module.binary_crossentropy, metrics_module.sparse_categorical_crossentropy,
           metrics_module.categorical_crossentropy),
}


def _metric(model, i, metric):
    """The function behind a metric and the name it goes by."""
    if metric in ("accuracy", "acc", "crossentropy", "ce"):
        name = "acc" if metric in ("accuracy", "acc") else "ce"
        binary, sparse, categorical = _BY_LOSS[name]
        loss = model.loss_functions[i]
        if K.int_shape(model.outputs[i])[-1] == 1 or loss is losses.binary_crossentropy:
            return binary, name
        return (sparse if loss is losses.sparse_categorical_crossentropy else categorical), name
    function = metrics_module.get(metric)
    return function, getattr(function, "name", None) or function.__name__


def _describe_metrics(model, i, metrics, weights, mask):
    for metric in metrics:
        function, name = _metric(model, i, metric)
        result = weighted_masked_objective(function)(model.targets[i], model.outputs[i], weights=weights, mask=mask)
        name = ("weighted_" if weights is not None else "") + name
        name = _free_name(model, "%s_%s" % (model.output_names[i], name) if len(model.output_names) > 1 else name)
        model.metrics_names.append(name)
        model.metrics_tensors.append(result)
        if isinstance(function, Layer) and function.stateful:
            model.stateful_metric_names.append(name)
            model.stateful_metric_functions.append(function)
            model.metrics_updates += function.updates


def _free_name(model, name):
    found, count = name, 0
    while found in model.metrics_names:
        count += 1
        found = "%s_%d" % (name, count)
    return found
