"""``keras.engine.training_utils``: bringing users' data into the form that compiled functions take."""
import copy
import warnings

import numpy as np

from .. import backend as K
from .. import losses
from ..utils.generic_utils import to_list

__all__ = [
    "batch_shuffle", "check_array_length_consistency", "check_loss_and_target_compatibility", "check_num_samples",
    "collect_metrics", "iter_sequence_infinite", "make_batches", "standardize_class_weights", "standardize_input_data",
    "standardize_sample_or_class_weights", "standardize_sample_weights", "standardize_single_array",
    "standardize_weights", "weighted_masked_objective",
]


def standardize_single_array(x):
    """An array with at least two axes; tensors need a static batch size."""
    if x is None:
        return None
    if K.is_tensor(x):
        shape = K.int_shape(x)
        if shape is None or shape[0] is None:
            raise ValueError("When feeding symbolic tensors to a model, we expect the tensors to have a static batch "
                             "size. Got tensor with shape: %s" % (shape,))
        return x
    return np.expand_dims(x, 1) if x.ndim == 1 else x


def standardize_input_data(data, names, shapes=None, check_batch_axis=True, exception_prefix=""):
    """A list of arrays in the order of `names`.

    Args:
        data: array, list of arrays, or dict from name to array; data frames are taken for their values.
        names: list of str.
        shapes: optional list of shapes with batch axis; None in it means any shape.
        check_batch_axis: whether the first axis is compared, too.
        exception_prefix: what is being checked, for messages.

    Raises:
        ValueError: wrong number of arrays, wrong shape.
    """
    if not names:
        if data is not None and hasattr(data, "__len__") and len(data):
            raise ValueError("Error when checking model %s: expected no data, but got:" % exception_prefix, data)
        return []
    if data is None:
        return [None] * len(names)
    data = [standardize_single_array(x) for x in _as_list(data, names)]
    if len(data) != len(names):
        data = _repaired_count(data, names, exception_prefix)
    for name, array, shape in zip(names, data, shapes or ()):
        if shape is not None and not K.is_tensor(array):
            _require_shape(name, array.shape, shape, check_batch_axis, exception_prefix)
    return data


def _as_list(data, names):
    def plain(x):
        return x.values if type(x).__name__ == "DataFrame" else x
    if isinstance(data, dict):
        try:
            return [plain(data[name]) for name in names]
        except KeyError as error:
            raise ValueError('No data provided for "%s". Need data for each key in: %s' % (error.args[0], names))
    if not isinstance(data, list):
        return [plain(data)]
    if isinstance(data[0], list):
        return [np.asarray(x) for x in data]
    if len(names) == 1 and isinstance(data[0], (float, int)):
        return [np.asarray(data)]
    return [plain(x) for x in data]


def _repaired_count(data, names, prefix):
    begin = "Error when checking model %s: " % prefix
    if data and hasattr(data[0], "shape"):
        raise ValueError(begin + "the list of Numpy arrays that you are passing to your model is not the size the "
                                 "model "
                         "expected. Expected to see %d array(s), but instead got the following list of %d arrays: %s..."
                         % (len(names), len(data), str(data)[:200]))
    if len(names) > 1:
        raise ValueError(begin + "you are passing a list as input to your model, but the model expects a list of %d "
                         "Numpy arrays instead. The list you passed was: %s" % (len(names), str(data)[:200]))
    if len(data) == 1 and not hasattr(data[0], "shape"):
        raise TypeError(begin + "data should be a Numpy array, or list/dict of Numpy arrays. Found: %s..."
                        % str(data)[:200])
    return [np.asarray(data)]


def _require_shape(name, have, want, check_batch_axis, prefix):
    if len(have) != len(want):
        raise ValueError("Error when checking %s: expected %s to have %d dimensions, but got array with shape %s" % (
            prefix, name, len(want), have))
    if not check_batch_axis:
        have, want = have[1:], want[1:]
    if any(w and w != h for h, w in zip(have, want)):
        raise ValueError("Error when checking %s: expected %s to have shape %s but got array with shape %s" % (
            prefix, name, want, have))


def standardize_sample_or_class_weights(x_weight, output_names, weight_type):
    """One entry per output from a list, dict or single object."""
    if x_weight is None or len(x_weight) == 0:
        return [None] * len(output_names)
    if len(output_names) == 1:
        if isinstance(x_weight, list) and len(x_weight) == 1:
            return x_weight
        if isinstance(x_weight, dict) and output_names[0] in x_weight:
            return [x_weight[output_names[0]]]
        return [x_weight]
    if isinstance(x_weight, list):
        if len(x_weight) != len(output_names):
            raise ValueError("Provided `%s` was a list of %d elements, but the model has %d outputs. You should "
                             "provide "
                             "one `%s`array per model output." % (
                                 weight_type, len(x_weight), len(output_names), weight_type))
        return x_weight
    if isinstance(x_weight, dict):
        return [x_weight.get(name) for name in output_names]
    raise TypeError("The model has multiple outputs, so `%s` should be either a list or a dict. Provided `%s` type not "
                    "understood: %s" % (weight_type, weight_type, x_weight))


def standardize_class_weights(class_weight, output_names):
    """See `standardize_sample_or_class_weights`."""
    return standardize_sample_or_class_weights(class_weight, output_names, "class_weight")


def standardize_sample_weights(sample_weight, output_names):
    """See `standardize_sample_or_class_weights`."""
    return standardize_sample_or_class_weights(sample_weight, output_names, "sample_weight")


def check_array_length_consistency(inputs, targets, weights=None):
    """Raises ValueError unless all arrays have the same number of samples."""
    found = {}
    for title, arrays in (("input arrays (x)", inputs), ("target arrays (y)", targets),
                          ("sample_weight arrays", weights)):
        lengths = {0} if arrays is None else {0 if array is None else int(array.shape[0]) for array in arrays}
        if len(lengths) > 1:
            raise ValueError("All %s should have the same number of samples. Got array shapes: %s" % (
                title, [array.shape for array in arrays]))
        found[title[0]] = next(iter(lengths)) if lengths else None
    x, y, w = found["i"], found["t"], found["s"]
    if x is not None and y is not None and x != y:
        raise ValueError("Input arrays should have the same number of samples as target arrays. Found %d input samples "
                         "and %d target samples." % (x, y))
    if y is not None and w is not None and y != w:
        raise ValueError("Sample_weight arrays should have the same number of samples as target arrays. Got %d input "
                         "samples and %d target samples." % (y, w))


def check_loss_and_target_compatibility(targets, loss_fns, output_shapes):
    """Raises ValueError where a loss of Keras cannot mean the targets that it is given."""
    same_shape = (losses.mean_squared_error, losses.binary_crossentropy, losses.categorical_crossentropy)
    for y, loss, shape in zip(targets, loss_fns, output_shapes):
        if y is None or loss is None:
            continue
        if loss is losses.categorical_crossentropy and y.shape[-1] == 1:
            raise ValueError(
                "You are passing a target array of shape %s while using as loss `categorical_crossentropy`. "
                "`categorical_crossentropy` expects targets to be binary matrices (1s and 0s) of shape (samples, "
                "classes). If your targets are integer classes, convert them with `keras.utils.to_categorical`, or use "
                "the loss `sparse_categorical_crossentropy`, which does expect integer targets." % (y.shape,))
        if any(loss is one for one in same_shape) and any(
                out is not None and target != out for target, out in zip(y.shape[1:], shape[1:])):
            raise ValueError("A target array with shape %s was passed for an output of shape %s while using as loss "
                             "`%s`. "
                             "This loss expects targets to have the same shape as the output." % (
                                 y.shape, shape, loss.__name__))


def collect_metrics(metrics, output_names):
    """A list of metrics for every output, from a list (for all of them) or a dict."""
    if not metrics:
        return [[] for _ in output_names]
    if isinstance(metrics, list):
        return [copy.copy(metrics) for _ in output_names]
    if isinstance(metrics, dict):
        return [to_list(metrics.get(name, [])) for name in output_names]
    raise TypeError("Type of `metrics` argument not understood. Expected a list or dictionary, found: %s" % (metrics,))


def batch_shuffle(index_array, batch_size):
    """Shuffles whole batches: HDF5 arrays can be read in slices only."""
    count = len(index_array) // batch_size
    whole, rest = index_array[:count * batch_size], index_array[count * batch_size:]
    whole = whole.reshape((count, batch_size))
    np.random.shuffle(whole)
    return np.append(whole.flatten(), rest)


def make_batches(size, batch_size):
    """The bounds of consecutive batches; the last one may be smaller."""
    return [(start, min(size, start + batch_size)) for start in range(0, size, batch_size)]


def weighted_masked_objective(fn):
    """A function ``(y_true, y_pred, weights, mask)`` that gives the weighted mean of a loss; None for None.

    The mean is over all entries, weights of zero do not count; masked entries do not count either.
    """
    if fn is None:
        return None

    def weighted(y_true, y_pred, weights, mask=None):
        score = fn(y_true, y_pred)
        if mask is not None:
            mask = K.cast(mask, K.floatx())
            score = score * mask / K.mean(mask)
        if weights is not None:
            score = K.mean(score, axis=list(range(K.ndim(weights), K.ndim(score))))
            score = score * weights / K.mean(K.cast(K.not_equal(weights, 0), K.floatx()))
        return K.mean(score)

    return weighted


def standardize_weights(y, sample_weight=None, class_weight=None, sample_weight_mode=None):
    """One weight per sample or, with mode ``temporal``, per time step.

    Args:
        y: array of targets.
        sample_weight: array or None.
        class_weight: dict from class to weight, used if there is no `sample_weight`.
        sample_weight_mode: None or ``"temporal"``.

    Returns:
        Array of shape (samples,) or (samples, time).
    """
    if sample_weight_mode not in (None, "temporal"):
        raise ValueError('"sample_weight_mode should be None or "temporal". Found: %s' % sample_weight_mode)
    if sample_weight_mode == "temporal" and len(y.shape) < 3:
        raise ValueError("Found a sample_weight array for an input with shape %s. Timestep-wise sample weighting "
                         "(use of "
                         'sample_weight_mode="temporal") is restricted to outputs that are at least 3D, i.e. that have '
                         "a time dimension." % (y.shape,))
    if sample_weight is not None:
        if class_weight is not None:
            warnings.warn("Found both `sample_weight` and `class_weight`: `class_weight` argument will be ignored.",
                          stacklevel=2)
        return _checked_weights(y, sample_weight, sample_weight_mode)
    if isinstance(class_weight, dict):
        return _class_weights(y, class_weight)
    return np.ones(y.shape[:1 if sample_weight_mode is None else 2], dtype=K.floatx())


def _checked_weights(y, weights, mode):
    if mode == "temporal" and len(weights.shape) != 2:
        raise ValueError("Found a sample_weight array with shape %s. In order to use timestep-wise sample weighting, "
                         "you "
                         "should pass a 2D sample_weight array." % (weights.shape,))
    if mode is None and len(weights.shape) != 1:
        raise ValueError("Found a sample_weight array with shape %s. In order to use timestep-wise sample weights, you "
                         'should specify sample_weight_mode="temporal" in compile(). If you just mean to use '
                         'sample-wise '
                         "weights, make sure your sample_weight array is 1D." % (weights.shape,))
    if len(weights.shape) > len(y.shape):
        raise ValueError("Found a sample_weight with shape%s.Expected sample_weight with rank less than or equal to "
                         "%d" % (
            weights.shape, len(y.shape)))
    if y.shape[:weights.ndim] != weights.shape:
        raise ValueError("Found a sample_weight array with shape %s for an input with shape %s. sample_weight cannot "
                         "be "
                         "broadcast." % (weights.shape, y.shape))
    return weights


def _class_weights(y, class_weight):
    if len(y.shape) > 2:
        raise ValueError("`class_weight` not supported for 3+ dimensional targets.")
    classes = np.argmax(y, axis=1) if y.shape[1] > 1 else np.reshape(y, y.shape[0])
    missing = set(classes) - set(class_weight)
    if missing:
        raise ValueError("`class_weight` must contain all classes in the data. The classes %s exist in the data but "
                         "not "
                         "in `class_weight`." % missing)
    return np.asarray([class_weight[one] for one in classes])


def check_num_samples(ins, batch_size=None, steps=None, steps_name="steps"):
    """The number of samples in arrays; None where steps are counted instead."""
    if steps is not None and batch_size is not None:
        raise ValueError("If %s is set, the `batch_size` must be None." % steps_name)
    if not ins or any(K.is_tensor(x) for x in ins):
        if steps is None:
            raise ValueError("If your data is in the form of symbolic tensors, you should specify the `%s` argument "
                             "(instead of the `batch_size` argument, because symbolic tensors are expected to produce "
                             "batches of input data)." % steps_name)
        return None
    return int(ins[0].shape[0]) if hasattr(ins[0], "shape") else None


def iter_sequence_infinite(seq):
    """Goes through a `Sequence` again and again."""
    while True:
        for item in seq:
            yield item
