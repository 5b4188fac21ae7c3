"""``keras.engine.training_generator``: going through batches that a generator or a `Sequence` gives."""
import warnings
from contextlib import contextmanager

import numpy as np

from ..utils.data_utils import GeneratorEnqueuer, OrderedEnqueuer, Sequence
from ..utils.generic_utils import Progbar, to_list, unpack_singleton
from .training_callbacks import begin_training
from .training_utils import iter_sequence_infinite

__all__ = ["evaluate_generator", "fit_generator", "predict_generator"]


def fit_generator(model, generator, steps_per_epoch=None, epochs=1, verbose=1, callbacks=None, validation_data=None,
                  validation_steps=None, class_weight=None, max_queue_size=10, workers=1, use_multiprocessing=False,
                  shuffle=True, initial_epoch=0):
    """See `Model.fit_generator`."""
    do_validation = bool(validation_data)
    model._make_train_function()
    if do_validation:
        model._make_test_function()
    _warn_of_duplicates(generator, use_multiprocessing, workers)
    steps_per_epoch = _steps(generator, steps_per_epoch, "steps_per_epoch")
    val_gen = _is_generator(validation_data)
    if val_gen:
        validation_steps = _steps(validation_data, validation_steps, "validation_steps")
    callbacks, callback_model = begin_training(model, callbacks, {
        "epochs": epochs, "steps": steps_per_epoch, "verbose": verbose, "do_validation": do_validation,
        "metrics": model.metrics_names + ["val_" + name for name in model.metrics_names]})
    queue = {"workers": workers, "max_queue_size": max_queue_size, "use_multiprocessing": use_multiprocessing}
    rounds = max(0, epochs - initial_epoch)
    with _ahead(validation_data if val_gen else None, rounds * (validation_steps or 0), **queue) as val_batches:
        val_arrays = None
        if do_validation and not val_gen:
            val_arrays = _validation_arrays(model, validation_data)
            for callback in callbacks:
                callback.validation_data = sum(val_arrays, []) + model._phase_value(0.0)

        def validate(batch_size):
            if val_gen:
                return model.evaluate_generator(val_batches, validation_steps, workers=0)
            x, y, weights = val_arrays
            return model.evaluate(x, y, batch_size=batch_size, sample_weight=weights, verbose=0)

        with _ahead(generator, rounds * steps_per_epoch, shuffle=shuffle, **queue) as batches:
            epoch_logs = {}
            for epoch in range(initial_epoch, epochs):
                _epoch(model, epoch, batches, steps_per_epoch, class_weight, callbacks, callback_model, epoch_logs,
                       validate if do_validation else None)
                if callback_model.stop_training:
                    break
    callbacks.on_train_end()
    return model.history


def _epoch(model, epoch, batches, steps, class_weight, callbacks, callback_model, epoch_logs, validate):
    for metric in model.stateful_metric_functions:
        metric.reset_states()
    callbacks.on_epoch_begin(epoch)
    for index in range(steps):
        x, y, sample_weight = _parts(next(batches))
        logs = {"batch": index, "size": _size(x)}
        callbacks.on_batch_begin(index, logs)
        found = to_list(model.train_on_batch(x, y, sample_weight=sample_weight, class_weight=class_weight))
        logs.update(zip(model.metrics_names, found))
        callbacks.on_batch_end(index, logs)
        if index + 1 == steps and validate is not None:
            epoch_logs.update(zip(["val_" + name for name in model.metrics_names], to_list(validate(_size(x)))))
        if callback_model.stop_training:
            break
    callbacks.on_epoch_end(epoch, epoch_logs)


def evaluate_generator(model, generator, steps=None, max_queue_size=10, workers=1, use_multiprocessing=False,
verbose=0):
    """See `Model.evaluate_generator`."""
    model._make_test_function()
    stateful = []
    if hasattr(model, "metrics"):
        for metric in model.stateful_metric_functions:
            metric.reset_states()
        stateful = [i for i, name in enumerate(model.metrics_names) if str(name) in model.stateful_metric_names]
    _warn_of_duplicates(generator, use_multiprocessing, workers)
    steps = _steps(generator, steps, "steps")
    progress = Progbar(target=steps) if verbose == 1 else None
    found, sizes = [], []
    with _ahead(generator, steps, workers=workers, max_queue_size=max_queue_size,
                use_multiprocessing=use_multiprocessing) as batches:
        for step in range(steps):
            x, y, sample_weight = _parts(next(batches))
            found.append(to_list(model.test_on_batch(x, y, sample_weight=sample_weight)))
            sizes.append(_size(x))
            if sizes[-1] == 0:
                raise ValueError("Received an empty batch. Batches should contain at least one item.")
            if progress is not None:
                progress.update(step + 1)
    return unpack_singleton([np.float64(values[-1]) if i in stateful else np.average(values, weights=sizes)
                             for i, values in enumerate(zip(*found))])


def predict_generator(model, generator, steps=None, max_queue_size=10, workers=1, use_multiprocessing=False, verbose=0):
    """See `Model.predict_generator`."""
    model._make_predict_function()
    _warn_of_duplicates(generator, use_multiprocessing, workers)
    steps = _steps(generator, steps, "steps")
    progress = Progbar(target=steps) if verbose == 1 else None
    found = []
    with _ahead(generator, steps, workers=workers, max_queue_size=max_queue_size,
                use_multiprocessing=use_multiprocessing) as batches:
        for step in range(steps):
            batch = next(batches)
            x = _parts(batch)[0] if isinstance(batch, tuple) else batch
            found.append(to_list(model.predict_on_batch(x)))
            if progress is not None:
                progress.update(step + 1)
    return unpack_singleton([parts[0] if steps == 1 else np.concatenate(parts) for parts in zip(*found)])


def _is_generator(data):
    return hasattr(data, "next") or hasattr(data, "__next__") or isinstance(data, Sequence)


def _warn_of_duplicates(generator, use_multiprocessing, workers):
    if not isinstance(generator, Sequence) and use_multiprocessing and workers > 1:
        warnings.warn(UserWarning("Using a generator with `use_multiprocessing=True` and multiple workers may "
                                  "duplicate "
                                  "your data. Please consider using the `keras.utils.Sequence` class."), stacklevel=2)


def _steps(generator, steps, name):
    if steps:
        return steps
    if isinstance(generator, Sequence):
        return len(generator)
    raise ValueError("`%s=None` is only valid for a generator based on the `keras.utils.Sequence` class. Please "
                     "specify "
                     "`%s` or use the `keras.utils.Sequence` class." % (name, name))


@contextmanager
def _ahead(generator, wanted, workers, max_queue_size, use_multiprocessing, shuffle=False):
    """Batches of a generator, `wanted` of them, made ahead by workers, which are stopped in the end."""
    if generator is None:
        yield None
    elif not workers:
        yield iter_sequence_infinite(generator) if isinstance(generator, Sequence) else generator
    else:
        if isinstance(generator, Sequence):
            enqueuer = OrderedEnqueuer(generator, use_multiprocessing=use_multiprocessing, shuffle=shuffle)
            enqueuer.limit = wanted
        else:
            enqueuer = GeneratorEnqueuer(generator, use_multiprocessing=use_multiprocessing, wait_time=0.01)
        try:
            enqueuer.start(workers=workers, max_queue_size=max_queue_size)
            yield enqueuer.get()
        finally:
            enqueuer.stop()


def _parts(batch):
    if not hasattr(batch, "__len__") or len(batch) not in (2, 3):
        raise ValueError("Output of generator should be a tuple `(x, y, sample_weight)` or `(x, y)`. Found: %s" % (
            batch,))
    return tuple(batch) if len(batch) == 3 else tuple(batch) + (None,)


def _size(x):
    if x is None or len(x) == 0:
        return 1
    if isinstance(x, list):
        return x[0].shape[0]
    return next(iter(x.values())).shape[0] if isinstance(x, dict) else x.shape[0]


def _validation_arrays(model, data):
    if len(data) not in (2, 3):
        raise ValueError("`validation_data` should be a tuple `(val_x, val_y, val_sample_weight)` or `(val_x, val_y)`. "
                         "Found: %s" % (data,))
    return model._standardize_user_data(*data)
