"""``keras.engine.training``: the model that can be trained."""
import copy
import warnings

import numpy as np

from .. import backend as K
from .. import losses, optimizers
from ..legacy import interfaces
from ..utils.generic_utils import slice_arrays, to_list, unpack_singleton
from . import after_compile, training_arrays, training_generator
from .base_layer import Layer  # noqa: F401 - 2.2.4 had it here too
from .compiled import describe_training
from .network import Network
from .training_utils import (  # noqa: F401 - 2.2.4 had it here too
    check_array_length_consistency,
    check_loss_and_target_compatibility,
    collect_metrics,
    standardize_class_weights,
    standardize_input_data,
    standardize_sample_weights,
    standardize_weights,
    weighted_masked_objective,
)

__all__ = ["Model"]


class Model(Network):
    """A network with a training loop; see `Network` for the arguments.

    Attributes that old code reads and appends to before the first training step: ``metrics_names``,
    ``metrics_tensors``, ``metrics_updates``, ``total_loss``, ``targets``, ``sample_weights``, ``train_function``.
    """

    # Keras 3 computes these from its own trainer; here they are plain attributes.
    metrics_names = metrics = metrics_variables = None

    def compile(self, optimizer, loss=None, metrics=None, loss_weights=None, sample_weight_mode=None,
                weighted_metrics=None, target_tensors=None, **kwargs):
        """Says how the model is trained.

        Args:
            optimizer: name or `Optimizer`.
            loss: name or function ``(y_true, y_pred)``; a list or dict of them for several outputs; None if the losses
                come from `add_loss` alone.
            metrics: list of names and functions, or dict from output to such a list.
            loss_weights: list or dict of factors, one per output.
            sample_weight_mode: None or ``"temporal"``; a list or dict of them.
            weighted_metrics: as `metrics`; weighted by sample weights.
            target_tensors: tensors to use as targets: they are then not fed.
            **kwargs: passed to ``K.function``.
        """
        self.optimizer = optimizers.get(optimizer)
        self.loss, self.metrics = loss or [], metrics or []
        self.loss_weights, self.sample_weight_mode = loss_weights, sample_weight_mode
        self.weighted_metrics = weighted_metrics
        if not self.built:
            # A subclassed model without data; it is compiled when it sees some.
            return
        self._is_compiled = True
        describe_training(self, loss, metrics, loss_weights, sample_weight_mode, weighted_metrics, target_tensors)
        self._function_kwargs = kwargs
        self.train_function = self.test_function = self.predict_function = None
        self._collected_trainable_weights = self.trainable_weights
        after_compile.apply(self)

    # --- compiled functions -------------------------------------------------------------------------------------------

    def _check_trainable_weights_consistency(self):
        collected = vars(self).get("_collected_trainable_weights")
        if collected is not None and len(self.trainable_weights) != len(collected):
            warnings.warn(UserWarning("Discrepancy between trainable weights and collected trainable weights, did you "
                                      "set `model.trainable` without calling `model.compile` after ?"), stacklevel=2)

    def _require_compiled(self):
        if "train_function" not in vars(self):
            raise RuntimeError("You must compile your model before using it.")

    def _fed(self):
        return self._feed_inputs + self._feed_targets + self._feed_sample_weights

    def _phase_input(self):
        return [K.learning_phase()] if self._uses_dynamic_learning_phase() else []

    def _phase_value(self, value):
        return [value] if self._uses_dynamic_learning_phase() else []

    def _uses_dynamic_learning_phase(self):
        return self.uses_learning_phase and not isinstance(K.learning_phase(), int)

    def _make_train_function(self):
        self._require_compiled()
        self._check_trainable_weights_consistency()
        if self.train_function is None:
            with K.name_scope("training"), K.name_scope(type(self.optimizer).__name__):
                updates = self.optimizer.get_updates(params=self._collected_trainable_weights, loss=self.total_loss)
            self.train_function = K.function(
                self._fed() + self._phase_input(), [self.total_loss] + self.metrics_tensors,
                updates=self.updates + updates + self.metrics_updates, name="train_function", **self._function_kwargs)

    def _make_test_function(self):
        self._require_compiled()
        if self.test_function is None:
            self.test_function = K.function(
                self._fed() + self._phase_input(), [self.total_loss] + self.metrics_tensors,
                updates=self.state_updates + self.metrics_updates, name="test_function", **self._function_kwargs)

    def _make_predict_function(self):
        if vars(self).get("predict_function") is None:
            self.predict_function = K.function(
                self._feed_inputs + self._phase_input(), self.outputs, updates=self.state_updates,
                name="predict_function", **vars(self).get("_function_kwargs", {}))

    # --- users' data --------------------------------------------------------------------------------------------------

    def _set_inputs(self, inputs, outputs=None, training=None):
        """Builds a subclassed model from the first data it sees."""
        if self.inputs:
            raise ValueError("Model inputs are already set.")
        self.inputs, self.input_names = [], []
        self._feed_inputs, self._feed_input_names, self._feed_input_shapes = [], [], []
        for i, data in enumerate(to_list(inputs, allow_tuple=True), 1):
            self._set_input("input_%d" % i, data)
        if outputs is None:
            kwargs = {"training": training} if self._expects_training_arg else {}
            outputs = self.call(unpack_singleton(self.inputs), **kwargs)
        self.outputs = to_list(outputs, allow_tuple=True)
        self.output_names = ["output_%d" % (i + 1) for i in range(len(self.outputs))]
        self.built = True

    def _set_input(self, name, data):
        if isinstance(data, list):
            data = np.asarray(data)
            data = np.expand_dims(data, 1) if data.ndim == 1 else data
        if isinstance(data, np.ndarray):
            data = K.placeholder(shape=(None,) + data.shape[1:], name=name)
        self.input_names.append(name)
        self.inputs.append(data)
        if K.is_placeholder(data):
            self._feed_inputs.append(data)
            self._feed_input_names.append(name)
            self._feed_input_shapes.append(K.int_shape(data))

    def _standardize_user_data(self, x, y=None, sample_weight=None, class_weight=None, check_array_lengths=True,
                               batch_size=None):
        """Lists of arrays for inputs, targets and sample weights."""
        data = []
        if not self.built:
            data += _required_arrays(x, "x", "inputs")
            if not self.inputs:
                self._set_inputs(x)
        if y is not None:
            if not self.optimizer:
                raise RuntimeError("You must compile a model before training/testing. Use `model.compile(optimizer, "
                                   "loss)`.")
            if not self._is_compiled:
                data += _required_arrays(y, "y", "targets")
                self._compile_late(x, y, data)
        if any(K.is_tensor(one) for one in data):
            return [], [], []
        x = standardize_input_data(x, self._feed_input_names, self._feed_input_shapes if self._is_graph_network else
        None,
                                   check_batch_axis=False, exception_prefix="input")
        targets, weights = [], []
        if y is not None:
            targets, weights = self._standardize_targets(x, y, sample_weight, class_weight)
        if self.stateful and batch_size and x[0].shape[0] % batch_size != 0:
            raise ValueError("In a stateful network, you should only pass inputs with a number of samples that can be "
                             "divided by the batch size. Found: %d samples" % x[0].shape[0])
        return x, targets, weights

    def _compile_late(self, x, y, data):
        if any(K.is_tensor(one) for one in data) and not all(K.is_tensor(one) for one in data):
            raise ValueError("Do not pass inputs that mix Numpy arrays and symbolic tensors. You passed: x=%s; y=%s" % (
                x, y))
        tensors = [one for one in to_list(y, allow_tuple=True) if K.is_tensor(one)]
        self.compile(optimizer=self.optimizer, loss=self.loss, metrics=self.metrics, loss_weights=self.loss_weights,
                     target_tensors=tensors or None)

    def _standardize_targets(self, x, y, sample_weight, class_weight):
        names = self._feed_output_names
        shapes, modes = None, [None] * len(self.outputs)
        if self._is_graph_network:
            shapes, modes = self._target_shapes(), self._feed_sample_weight_modes
        y = standardize_input_data(y, names, shapes, check_batch_axis=False, exception_prefix="target")
        weights = [standardize_weights(*one) for one in zip(
            y, standardize_sample_weights(sample_weight, names), standardize_class_weights(class_weight, names), modes)]
        check_array_length_consistency(x, y, weights)
        if self._is_graph_network:
            check_loss_and_target_compatibility(y, self._feed_loss_fns, shapes)
        return y, weights

    def _target_shapes(self):
        return [_target_shape(shape, loss) for shape, loss in zip(self._feed_output_shapes, self._feed_loss_fns)]

    # --- training, arrays ---------------------------------------------------------------------------------------------

    def fit(self, x=None, y=None, batch_size=None, epochs=1, verbose=1, callbacks=None, validation_split=0.0,
            validation_data=None, shuffle=True, class_weight=None, sample_weight=None, initial_epoch=0,
            steps_per_epoch=None, validation_steps=None, **kwargs):
        """Trains on arrays.

        Args:
            x, y: array, list of arrays, or dict from name to array; None where the data are tensors.
            batch_size: int, 32 by default.
            epochs: the epoch to stop before.
            verbose: 0 silent, 1 progress bar, 2 one line per epoch.
            callbacks: list of `Callback`.
            validation_split: the share of samples, taken from the end, to validate on.
            validation_data: ``(x, y)`` or ``(x, y, sample_weights)``.
            shuffle: bool, or ``"batch"``.
            class_weight: dict from class to weight.
            sample_weight: array (samples,) or (samples, time).
            initial_epoch: the epoch to begin with.
            steps_per_epoch, validation_steps: number of batches where the data are tensors.

        Returns:
            A `History`; its ``history`` is a dict from name to a list with one value per epoch.
        """
        if batch_size is None and steps_per_epoch is None:
            batch_size = 32
        if "nb_epoch" in kwargs:
            warnings.warn("The `nb_epoch` argument in `fit` has been renamed `epochs`.", stacklevel=2)
            epochs = kwargs.pop("nb_epoch")
        if kwargs:
            raise TypeError("Unrecognized keyword arguments: " + str(kwargs))
        if x is None and y is None and steps_per_epoch is None:
            raise ValueError("If fitting from data tensors, you should specify the `steps_per_epoch` argument.")
        x, y, weights = self._standardize_user_data(x, y, sample_weight, class_weight, batch_size=batch_size)
        val_ins = None
        if validation_data:
            val_ins = self._validation_data(validation_data, batch_size)
        elif validation_split and 0.0 < validation_split < 1.0:
            x, y, weights, val_ins = self._split(x, y, weights, validation_split)
        elif validation_steps:
            val_ins = self._phase_value(0.0)
        self._make_train_function()
        do_validation = val_ins is not None
        if do_validation:
            self._make_test_function()
        return training_arrays.fit_loop(
            self, self.train_function, x + y + weights + self._phase_value(1.0), out_labels=self.metrics_names,
            batch_size=batch_size, epochs=epochs, verbose=verbose, callbacks=callbacks,
            val_f=self.test_function if do_validation else None, val_ins=val_ins or [], shuffle=shuffle,
            callback_metrics=self._callback_metrics(do_validation), initial_epoch=initial_epoch,
            steps_per_epoch=steps_per_epoch, validation_steps=validation_steps)

    def _callback_metrics(self, do_validation):
        names = copy.copy(self.metrics_names)
        return names + ["val_" + name for name in names] if do_validation else names

    def _validation_data(self, data, batch_size=None):
        if len(data) not in (2, 3):
            raise ValueError("When passing validation_data, it must contain 2 (x_val, y_val) or 3 (x_val, y_val, "
                             "val_sample_weights) items, however it contains %d items" % len(data))
        x, y, weights = self._standardize_user_data(
            data[0], data[1], sample_weight=data[2] if len(data) == 3 else None, batch_size=batch_size)
        return x + y + weights + self._phase_value(0.0)

    def _split(self, x, y, weights, share):
        if any(K.is_tensor(one) for one in x):
            raise ValueError("If your data is in the form of symbolic tensors, you cannot use `validation_split`.")
        at = int(int(x[0].shape[0] if hasattr(x[0], "shape") else len(x[0])) * (1.0 - share))
        kept = [slice_arrays(arrays, 0, at) for arrays in (x, y, weights)]
        held_out = sum((slice_arrays(arrays, at) for arrays in (x, y, weights)), [])
        return kept + [held_out + self._phase_value(0.0)]

    def evaluate(self, x=None, y=None, batch_size=None, verbose=1, sample_weight=None, steps=None):
        """The loss and the metrics on data: a number, or a list of them in the order of ``metrics_names``."""
        if batch_size is None and steps is None:
            batch_size = 32
        if x is None and y is None and steps is None:
            raise ValueError("If evaluating from data tensors, you should specify the `steps` argument.")
        x, y, weights = self._standardize_user_data(x, y, sample_weight=sample_weight, batch_size=batch_size)
        ins = x + y + weights + self._phase_value(0.0)
        self._make_test_function()
        return training_arrays.test_loop(self, self.test_function, ins, batch_size=batch_size, verbose=verbose,
                                         steps=steps)

    def predict(self, x, batch_size=None, verbose=0, steps=None):
        """The outputs for data: an array, or a list of them."""
        if batch_size is None and steps is None:
            batch_size = 32
        if x is None and steps is None:
            raise ValueError("If predicting from data tensors, you should specify the `steps` argument.")
        x = self._standardize_user_data(x)[0]
        if self.stateful and x[0].shape[0] > batch_size and x[0].shape[0] % batch_size != 0:
            raise ValueError("In a stateful network, you should only pass inputs with a number of samples that can be "
                             "divided by the batch size. Found: %d samples. Batch size: %d." % (
                                 x[0].shape[0], batch_size))
        ins = x + self._phase_value(0.0)
        self._make_predict_function()
        return training_arrays.predict_loop(self, self.predict_function, ins, batch_size=batch_size, verbose=verbose,
                                            steps=steps)

    def train_on_batch(self, x, y, sample_weight=None, class_weight=None):
        """One training step; gives the loss and the metrics of the batch."""
        x, y, weights = self._standardize_user_data(x, y, sample_weight=sample_weight, class_weight=class_weight)
        ins = x + y + weights + self._phase_value(1.0)
        self._make_train_function()
        return unpack_singleton(self.train_function(ins))

    def test_on_batch(self, x, y, sample_weight=None):
        """The loss and the metrics of one batch."""
        x, y, weights = self._standardize_user_data(x, y, sample_weight=sample_weight)
        ins = x + y + weights + self._phase_value(0.0)
        self._make_test_function()
        return unpack_singleton(self.test_function(ins))

    def predict_on_batch(self, x):
        """The outputs for one batch."""
        x = self._standardize_user_data(x)[0]
        ins = x + self._phase_value(0.0)
        self._make_predict_function()
        return unpack_singleton(self.predict_function(ins))

    # --- training, generators -----------------------------------------------------------------------------------------

    @interfaces.legacy_generator_methods_support
    def fit_generator(self, generator, steps_per_epoch=None, epochs=1, verbose=1, callbacks=None, validation_data=None,
                      validation_steps=None, class_weight=None, max_queue_size=10, workers=1, use_multiprocessing=False,
                      shuffle=True, initial_epoch=0):
        """Trains on batches that a generator or a `Sequence` gives.

        Args:
            generator: gives ``(x, y)`` or ``(x, y, sample_weights)``, for ever.
            steps_per_epoch: number of batches per epoch; the length of a `Sequence` by default.
            validation_data: generator, `Sequence`, or a tuple of arrays.
            validation_steps: number of batches of a validation generator.
            class_weight: dict from class to weight.
            max_queue_size, workers, use_multiprocessing: how batches are made ahead; 0 workers make them in between.
            shuffle: whether the batches of a `Sequence` come in another order in each epoch.
            epochs, verbose, callbacks, initial_epoch: see `fit`.
        """
        return training_generator.fit_generator(
            self, generator, steps_per_epoch=steps_per_epoch, epochs=epochs, verbose=verbose, callbacks=callbacks,
            validation_data=validation_data, validation_steps=validation_steps, class_weight=class_weight,
            max_queue_size=max_queue_size, workers=workers, use_multiprocessing=use_multiprocessing, shuffle=shuffle,
            initial_epoch=initial_epoch)

    @interfaces.legacy_generator_methods_support
    def evaluate_generator(self, generator, steps=None, max_queue_size=10, workers=1, use_multiprocessing=False,
                           verbose=0):
        """`evaluate` on batches that a generator or a `Sequence` gives."""
        return training_generator.evaluate_generator(
            self, generator, steps=steps, max_queue_size=max_queue_size, workers=workers,
            use_multiprocessing=use_multiprocessing, verbose=verbose)

    @interfaces.legacy_generator_methods_support
    def predict_generator(self, generator, steps=None, max_queue_size=10, workers=1, use_multiprocessing=False,
                          verbose=0):
        """`predict` on batches that a generator or a `Sequence` gives."""
        return training_generator.predict_generator(
            self, generator, steps=steps, max_queue_size=max_queue_size, workers=workers,
            use_multiprocessing=use_multiprocessing, verbose=verbose)


def _required_arrays(data, name, title):
    if isinstance(data, dict):
        raise ValueError("Please do not pass a dictionary as model %s." % title)
    items = list(data) if isinstance(data, (list, tuple)) else [data]
    if not all(isinstance(one, np.ndarray) or K.is_tensor(one) for one in items):
        raise ValueError("Please provide as model %s either a single array or a list of arrays. You passed: %s=%s" % (
            title, name, data))
    return items


def _target_shape(shape, loss):
    """The shape that targets must have for an output; None where only the loss knows."""
    if loss is losses.sparse_categorical_crossentropy:
        if K.image_data_format() == "channels_first" and len(shape) in (4, 5):
            return (shape[0], 1) + shape[2:]
        return shape[:-1] + (1,)
    known = getattr(losses, getattr(loss, "__name__", ""), None) is not None
    return shape if known else None
