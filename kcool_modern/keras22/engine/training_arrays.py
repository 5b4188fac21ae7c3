"""``keras.engine.training_arrays``: going through arrays in batches."""
import numpy as np

from .. import backend as K
from ..utils.generic_utils import Progbar, slice_arrays, to_list, unpack_singleton
from .training_callbacks import begin_training
from .training_utils import batch_shuffle, check_num_samples, make_batches

__all__ = ["fit_loop", "predict_loop", "test_loop"]


def fit_loop(model, f, ins, out_labels=None, batch_size=None, epochs=100, verbose=1, callbacks=None, val_f=None,
             val_ins=None, shuffle=True, callback_metrics=None, initial_epoch=0, steps_per_epoch=None,
             validation_steps=None):
    """Trains for some epochs.

    Args:
        model: the model; gets ``history``.
        f: function that takes a list of arrays, trains, and gives numbers that `out_labels` names.
        ins: list of arrays with one entry per sample; the learning phase may come last.
        val_f, val_ins: the same for validation.
        shuffle: bool, or ``"batch"`` for whole batches.
        callback_metrics: names that callbacks are told of.
        steps_per_epoch, validation_steps: number of calls per epoch where data are tensors.

    Returns:
        The `History` callback.
    """
    do_validation = _do_validation(ins, val_f, val_ins, verbose, steps_per_epoch, validation_steps)
    samples = check_num_samples(ins, batch_size=batch_size, steps=steps_per_epoch, steps_name="steps_per_epoch")
    callbacks, callback_model = begin_training(model, callbacks, {
        "batch_size": batch_size, "epochs": epochs, "steps": steps_per_epoch, "samples": samples, "verbose": verbose,
        "do_validation": do_validation, "metrics": callback_metrics or []})
    for callback in callbacks:
        callback.validation_data = val_ins
    order = None if samples is None else np.arange(samples)
    dense = _sparse_to_dense(ins, _feeds(model))
    for epoch in range(initial_epoch, epochs):
        for metric in model.stateful_metric_functions:
            metric.reset_states()
        callbacks.on_epoch_begin(epoch)
        epoch_logs = {}
        if steps_per_epoch is not None:
            batches = ((step, 1, ins) for step in range(steps_per_epoch))
        else:
            order = _shuffled(order, shuffle, batch_size)
            batches = _batches(ins, order, batch_size, dense)
        finished = _epoch(batches, f, out_labels or [], callbacks, callback_model)
        if do_validation and (finished or steps_per_epoch is not None):
            sizes = {"steps": validation_steps} if steps_per_epoch is not None else {"batch_size": batch_size}
            found = to_list(test_loop(model, val_f, val_ins, verbose=0, **sizes))
            epoch_logs.update(("val_" + label, value) for label, value in zip(out_labels or [], found))
        callbacks.on_epoch_end(epoch, epoch_logs)
        if callback_model.stop_training:
            break
    callbacks.on_train_end()
    return model.history


def _do_validation(ins, val_f, val_ins, verbose, steps_per_epoch, validation_steps):
    given = bool(val_f and val_ins)
    if given and verbose and ins and hasattr(ins[0], "shape") and hasattr(val_ins[0], "shape"):
        print("Train on %d samples, validate on %d samples" % (ins[0].shape[0], val_ins[0].shape[0]))
    if validation_steps:
        if steps_per_epoch is None:
            raise ValueError("Can only use `validation_steps` when doing step-wise training, i.e. `steps_per_epoch` "
                             "must "
                             "be set.")
        return True
    if given and steps_per_epoch:
        raise ValueError("Must specify `validation_steps` to perform validation when doing step-wise training.")
    return given


def _epoch(batches, f, labels, callbacks, callback_model):
    """One epoch of training; whether it came to its end."""
    for index, size, arrays in batches:
        logs = {"batch": index, "size": size}
        callbacks.on_batch_begin(index, logs)
        logs.update(zip(labels, to_list(f(arrays))))
        callbacks.on_batch_end(index, logs)
        if callback_model.stop_training:
            return False
    return True


def _shuffled(order, shuffle, batch_size):
    if shuffle == "batch":
        return batch_shuffle(order, batch_size)
    if shuffle:
        np.random.shuffle(order)
    return order


def _batches(ins, order, batch_size, dense=()):
    """Triples of index, size and arrays; the learning phase is passed on as it is."""
    for index, (start, end) in enumerate(make_batches(len(order), batch_size)):
        where = order[start:end]
        arrays, phase = (ins[:-1], [ins[-1]]) if ins and isinstance(ins[-1], float) else (ins, [])
        try:
            arrays = slice_arrays(arrays, where) + phase
        except TypeError:
            raise TypeError('TypeError while preparing batch. If using HDF5 input data, pass shuffle="batch".')
        for i in dense:
            arrays[i] = arrays[i].toarray()
        yield index, len(where), arrays


def _feeds(model):
    return model._feed_inputs + model._feed_targets + model._feed_sample_weights


def _sparse_to_dense(ins, feeds):
    return [i for i, feed in enumerate(feeds) if hasattr(ins[i], "tocoo") and not K.is_sparse(feed)]


def predict_loop(model, f, ins, batch_size=32, verbose=0, steps=None):
    """The outputs for all samples: an array, or a list of them."""
    samples = check_num_samples(ins, batch_size=batch_size, steps=steps, steps_name="steps")
    progress = Progbar(target=samples if steps is None else steps) if verbose == 1 else None
    if steps is not None:
        found = []
        for step in range(steps):
            found.append(to_list(f(ins)))
            _show(progress, step + 1)
        return unpack_singleton([np.concatenate(parts, axis=0) for parts in zip(*found)])
    outs, start = [], 0
    for index, size, arrays in _batches(ins, np.arange(samples), batch_size, _sparse_to_dense(ins, model._feed_inputs)):
        found = to_list(f(arrays))
        if index == 0:
            outs = [np.zeros((samples,) + one.shape[1:], dtype=one.dtype) for one in found]
        for out, one in zip(outs, found):
            out[start:start + size] = one
        start += size
        _show(progress, start)
    return unpack_singleton(outs)


def test_loop(model, f, ins, batch_size=None, verbose=0, steps=None):
    """The loss and the metrics over all samples: a number, or a list of them."""
    stateful = []
    if hasattr(model, "metrics"):
        for metric in model.stateful_metric_functions:
            metric.reset_states()
        stateful = [i for i, name in enumerate(model.metrics_names) if str(name) in model.stateful_metric_names]
    samples = check_num_samples(ins, batch_size=batch_size, steps=steps, steps_name="steps")
    progress = Progbar(target=samples if steps is None else steps) if verbose == 1 else None
    if steps is not None:
        batches = ((step, 1, ins) for step in range(steps))
    else:
        batches = _batches(ins, np.arange(samples), batch_size, _sparse_to_dense(ins, _feeds(model)))
    totals, count = [], 0
    for _index, size, arrays in batches:
        found = to_list(f(arrays))
        totals = totals or [0.0] * len(found)
        # float64, as NumPy 1 added these numbers up; NumPy 2 would stay with float32.
        found = [np.asarray(one, dtype="float64")[()] for one in found]
        totals = [one if i in stateful else total + one * size for i, (total, one) in enumerate(zip(totals, found))]
        count += size
        _show(progress, count)
    return unpack_singleton([total if i in stateful else total / count for i, total in enumerate(totals)])


def _show(progress, done):
    if progress is not None:
        progress.update(done)
