"""Keras 3 on several machines: each runs its rows of every batch, and all see the whole of what came out.

Keras 3 cannot train under ``MultiWorkerMirroredStrategy``: 3.0 does not sum gradients, later ones fail to reduce
what a step returns. Here Keras trains as on one device, on plain variables. While it runs a training step, the
model's `call` is ours: it runs the worker's rows, puts the outputs of all workers together, and in the backward pass
sums up the gradients of all. Loss, metrics, regularizers and optimizer see what one process would see.
"""
import contextlib
import functools

import keras
import tensorflow as tf
from tensorflow.python.distribute import one_device_strategy
from tensorflow.python.eager import record

from kcool.errors import TechniqueUnavailable

from .replicas import _activity_is_mean, _first_order, losses_on_the_way
from .running import RunningWeights, raw

__all__ = ["WorkersStrategy"]


class WorkersStrategy(tf.distribute.Strategy):
    """What Keras takes for the strategy of one device.

    Args:
        team: a `team.Team`.
    """

    def __init__(self, team):
        super().__init__(_Extended(self, team.device))
        self.team, self.step, self.equal = team, None, []

    @contextlib.contextmanager
    def scope(self):
        """The context in which models are built and compiled, plain ones of Keras 3 and those of Keras 2.2."""
        from kcool_modern.symbolic.distribute import sharing
        with super().scope(), sharing(self.team):
            yield

    def experimental_distribute_dataset(self, dataset, options=None):
        """The data set itself: each worker reads all of it."""
        return dataset

    def run(self, fn, args=(), kwargs=None, options=None):
        """Runs a step of Keras; the model shares its forward pass with the other workers if it is one of training."""
        models = _models_in(fn, self, set())
        if len(models) != 1:
            raise self.unavailable("Only steps of Keras models that were built in its scope can be run.",
                                   "build the model within `with strategy.scope():`, and train it with fit")
        outer, self.step = self.step, _Step(self, models[0], args)
        try:
            with self.step.shared():
                return super().run(fn, args, kwargs, options)
        finally:
            self.step = outer

    def unavailable(self, sentence, do):
        """The error for something that cannot be had with several workers."""
        return TechniqueUnavailable("`distribute`: " + sentence, found=str(self.team.stack), do=do)


class _Extended(one_device_strategy.OneDeviceExtended):
    def _update(self, var, fn, args, kwargs, group):
        strategy = self._container_strategy()
        if strategy.step is not None and not strategy.step.is_shared:
            raise strategy.unavailable("This training step does not call the model itself, so that nothing is shared.",
                                       "let train_step call self(x)")
        return super()._update(var, fn, args, kwargs, group)


def _models_in(fn, strategy, seen):
    """The models of a strategy that a step function of Keras 3 holds, as a method or in its closure."""
    if id(fn) in seen:
        return []
    seen.add(id(fn))
    if getattr(fn, "_distribute_strategy", None) is strategy:
        return [fn]
    held = [getattr(fn, name, None) for name in ("__self__", "__wrapped__", "python_function")]
    held += [cell.cell_contents for cell in getattr(fn, "__closure__", None) or ()]
    inner = [x for x in held if callable(x)]
    return list({id(model): model for x in inner for model in _models_in(x, strategy, seen)}.values())


class _Step:
    """One step of Keras, in which `call` of the model is exchanged."""

    def __init__(self, strategy, model, data):
        self.strategy, self.team, self.model, self.is_shared = strategy, strategy.team, model, False
        self.data = [x for x in tf.nest.flatten(data, expand_composites=True) if tf.is_tensor(x)]

    @contextlib.contextmanager
    def shared(self):
        plain = self.model.call

        @functools.wraps(plain)
        def call(*args, **kwargs):
            # Evaluation and prediction are not recorded for a gradient: each worker does the whole of it.
            if not record.could_possibly_record() or _is_symbolic(args, kwargs):
                return plain(*args, **kwargs)
            return self._call(plain, args, kwargs)

        object.__setattr__(self.model, "call", call)
        try:
            yield
        finally:
            object.__delattr__(self.model, "call")

    def _call(self, plain, args, kwargs):
        if self.model.jit_compile:
            raise self.strategy.unavailable("XLA cannot compile a step that other workers take part in.",
                                            "leave jit_compile out")
        if self.model.steps_per_execution != 1:
            raise self.strategy.unavailable("Several steps in one execution cannot be shared.",
                                            "leave steps_per_execution out")
        self._equalize()
        with tf.control_dependencies([x for x in [self.team.agree(self.data)] if x is not None]):
            share = _Share(self.team, self.model, plain, args, kwargs)
            outputs, loss = share.run()
        if loss is not None:
            # Keras 3 forbids this method to models, as users would call it outside `call`.
            keras.layers.Layer.add_loss(self.model, loss)
        self.is_shared = True
        return outputs

    def _equalize(self):
        """Once per model: worker 0's weights for all."""
        if any(model is self.model for model in self.strategy.equal):
            return
        with tf.init_scope():
            for weight in self.model.variables:
                value = self.team.of_first(raw(weight).read_value())
                if "seed_generator_state" in weight.name:
                    # Else all workers would drop out the same units of their rows.
                    value += tf.cast([self.team.index, 0], value.dtype)
                raw(weight).assign(value)
        self.strategy.equal.append(self.model)


def _is_symbolic(args, kwargs):
    graph = None if tf.executing_eagerly() else tf.compat.v1.get_default_graph().name
    given = [x for x in tf.nest.flatten((args, kwargs)) if hasattr(x, "shape")]
    return graph == "scratch_graph" or not given or not all(tf.is_tensor(x) for x in given)


class _Share:
    """This worker's part of a forward pass, and of the backward pass."""

    def __init__(self, team, model, call, args, kwargs):
        self.team, self.model, self.call = team, model, call
        self.flat, self.given = tf.nest.flatten((args, kwargs)), (args, kwargs)
        self.rows = tf.shape(next(x for x in self.flat if tf.is_tensor(x)))[0]
        self.start, stop = (self.rows * i // team.count for i in (team.index, team.index + 1))
        self.size = stop - self.start
        # Without a row of its own a worker repeats one, which does not count.
        self.bounds = tf.minimum(self.start, tf.maximum(self.rows - 1, 0)), tf.maximum(stop, self.start + 1)
        self.share = self.size / tf.maximum(self.rows, 1)
        self.weights = [raw(weight) for weight in model.trainable_weights]
        self.running = RunningWeights(model.non_trainable_weights, True)

    def run(self):
        """Returns the outputs for all rows, and the sum of the losses that came up on the way, or None."""
        results = tf.custom_gradient(self._pass)(*[tf.convert_to_tensor(weight) for weight in self.weights])
        results = list(results)
        loss = None if self.loss is None else results.pop()
        for whole, part in zip(results, tf.nest.flatten(self.outputs)):
            mask = getattr(part, "_keras_mask", None)
            if mask is not None:
                whole._keras_mask = self.team.joined(mask[:self.size], self.start, self.rows)
        return tf.nest.pack_sequence_as(self.outputs, results), loss

    def _pass(self, *weights):
        args, kwargs = tf.nest.pack_sequence_as(self.given, [self._own(x) for x in self.flat])
        self.running.enter(0)
        with tf.GradientTape() as self.tape:
            self.outputs = self.call(*args, **kwargs)
            self.loss = losses_on_the_way(self.model, self.share, tf.minimum(self.size, 1),
                                          _activity_is_mean(keras.layers.Activation))
            self.parts = [x[:self.size] for x in tf.nest.flatten(self.outputs)]
        self.running.leave(0)
        self._settle()
        results = [self.team.joined(part, self.start, self.rows) for part in self.parts]
        return results + ([] if self.loss is None else self.team.sums([self.loss])), self._backward

    def _own(self, x):
        if not tf.is_tensor(x):
            return x
        own = (_undifferentiable(x) if x.dtype.is_floating else x)[self.bounds[0]:self.bounds[1]]
        mask = getattr(x, "_keras_mask", None)
        if mask is not None:
            own._keras_mask = mask[self.bounds[0]:self.bounds[1]]
        return own

    def _settle(self):
        """Writes the means over the workers of the moving statistics that the forward pass wrote."""
        pairs = self.running.writes()
        values = self.team.sums([value * tf.cast(self.share, value.dtype) for _, value in pairs])
        for (weight, _), value in zip(pairs, values):
            weight.assign(value)

    def _backward(self, *upstream, variables=()):
        upstream = [x if part.shape.rank == 0 else x[self.start:self.start + self.size]
                    for x, part in zip(upstream, self.parts + [self.loss])]
        targets = self.parts + [x for x in [self.loss] if x is not None]
        pairs = [(target, x) for target, x in zip(targets, upstream) if target.dtype.is_floating]
        gradients = self.tape.gradient([target for target, _ in pairs], self.weights,
                                       output_gradients=[x for _, x in pairs])
        found = [_first_order(gradient) for gradient in self._summed(gradients)]
        # The weights were handed in as tensors: what is due to them as variables is in `found` already.
        return (found, [None] * len(variables)) if variables else found

    def _summed(self, gradients):
        sums = iter(self.team.sums([gradient for gradient in gradients if isinstance(gradient, tf.Tensor)]))
        return [next(sums) if isinstance(gradient, tf.Tensor) else
                None if gradient is None else self.team.all_slices(gradient) for gradient in gradients]


@tf.custom_gradient
def _undifferentiable(x):
    def backward(*upstream):
        raise TechniqueUnavailable("Gradients by the inputs of a distributed model cannot be had in a training step.",
                                   found="TensorFlow " + tf.__version__, do="take them outside of fit")
    return tf.identity(x), backward
