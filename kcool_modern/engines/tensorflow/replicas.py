"""One run of a template per device in a ``tf.distribute.MirroredStrategy``, with gradients that lead back into it."""
import functools

import tensorflow as tf

from kcool.errors import TechniqueUnavailable

from .running import RunningWeights, raw

__all__ = ["Replicas"]


class Replicas:
    """Runs a template on the parts of a batch, one device each, all on the template's own weights.

    Args:
        template: the model.
        devices: normalized device names.
        merge_device: name of the device that outputs are put together on.
        keras: the template's Keras.
    """

    def __init__(self, template, devices, merge_device, keras):
        self.activity_is_mean = _activity_is_mean(keras.layers.Activation)
        self.template, self.count, self.merge_device = template, len(devices), "/" + merge_device
        self.strategy = _strategy(tuple(devices))

    def __call__(self, inputs, training):
        """Runs the template on a batch.

        Args:
            inputs: tensors of shape (batch, ...), in any structure that the template takes.
            training: as in `Model.call`.

        Returns:
            The template's outputs, and the sum of the losses that came up on the way (a scalar), or None.
        """
        batch = _Batch(inputs, self.count)
        step = _Step(self, batch, training)
        outputs, losses = step.run()
        return self._merged(batch, step.outputs, outputs), None if losses[0] is None else tf.add_n(losses)

    def _merged(self, batch, structures, outputs):
        # `structures` holds the very tensors the template returned, which carry the masks.
        with tf.device(self.merge_device):
            merged = [_joined(batch, parts) for parts in zip(*outputs)]
            for whole, parts in zip(merged, zip(*map(tf.nest.flatten, structures))):
                masks = [getattr(part, "_keras_mask", None) for part in parts]
                if masks[0] is not None:
                    whole._keras_mask = _joined(batch, masks)
        return tf.nest.pack_sequence_as(structures[0], merged)


@functools.lru_cache(maxsize=None)
def _strategy(devices):
    # Gradients are wanted in one place, where the weight is: nothing has to be sent to all devices.
    return tf.distribute.MirroredStrategy(
        ["/" + name for name in devices], cross_device_ops=tf.distribute.ReductionToOneDevice())


def _joined(batch, parts):
    return tf.concat([part[:size] for part, size in zip(parts, batch.sizes)], axis=0)


class _Batch:
    """A batch cut into parts of equal size, give or take a row.

    Attributes:
        parts: per device a flat list of tensors; at least one row each, unless the whole batch is empty.
        sizes: per device the rows that count (int32 scalars): fewer than its part has if the batch is too small.
        shares: sizes divided by the rows of the batch.
    """

    def __init__(self, inputs, count):
        self.inputs, flat = inputs, tf.nest.flatten(inputs)
        rows = tf.shape(next(x for x in flat if x is not None))[0]
        starts = [rows * index // count for index in range(count + 1)]
        self.sizes = [stop - start for start, stop in zip(starts, starts[1:])]
        self.shares = [size / tf.maximum(rows, 1) for size in self.sizes]
        # A batch with fewer rows than devices leaves some without: they repeat a row, and their output is cut off.
        bounds = [(tf.minimum(start, tf.maximum(rows - 1, 0)), tf.maximum(stop, start + 1))
                  for start, stop in zip(starts, starts[1:])]
        self.parts = [[_rows_of(x, start, stop) for x in flat] for start, stop in bounds]

    def structured(self, part):
        return tf.nest.pack_sequence_as(self.inputs, part)


def _rows_of(x, start, stop):
    return None if x is None else _masked_like(x, x[start:stop], start, stop)


def _masked_like(x, part, start, stop):
    mask = getattr(x, "_keras_mask", None)
    if mask is not None:
        part._keras_mask = mask[start:stop]
    return part


class _Step:
    """One forward pass over a batch, and what its backward pass has to remember."""

    def __init__(self, replicas, batch, training):
        self.template, self.strategy, self.count = replicas.template, replicas.strategy, replicas.count
        self.batch, self.training, self.activity_is_mean = batch, training, replicas.activity_is_mean
        self.weights = [raw(weight) for weight in self.template.trainable_weights]
        self.running = RunningWeights(self.template.non_trainable_weights, training)
        # Per replica: its tape, the tensors to differentiate by, the outputs as returned, the losses on the way.
        self.tapes, self.sources, self.outputs, self.losses, self.upstream = ([None] * self.count for _ in range(5))

    def run(self):
        """Returns per replica the flat outputs, and per replica its loss or None."""
        sources = [x for part in self.batch.parts for x in part if _differentiable(x)]
        results = list(self._forward(*(sources + [tf.convert_to_tensor(weight) for weight in self.weights])))
        self.running.settle(self.batch.shares)
        per_replica = len(results) // self.count
        groups = [results[i * per_replica:(i + 1) * per_replica] for i in range(self.count)]
        if self.losses[0] is None:
            return groups, [None] * self.count
        return [group[:-1] for group in groups], [group[-1] for group in groups]

    def _forward(self, *tensors):
        return tf.custom_gradient(self._pass)(*tensors)

    def _pass(self, *tensors):
        given = iter(tensors)
        parts = [[_with_mask(next(given), x) if _differentiable(x) else x for x in part] for part in self.batch.parts]
        self.strategy.run(_plain(lambda: self._replica(parts)))
        results = []
        for outputs, loss in zip(self.outputs, self.losses):
            results += tf.nest.flatten(outputs) + ([] if loss is None else [loss])
        return results, self._backward

    def _replica(self, parts):
        index = _replica_index()
        part = parts[index]
        self.running.enter(index)
        with tf.GradientTape(persistent=True) as tape:
            self.sources[index] = [x for x in part if _differentiable(x)]
            tape.watch(self.sources[index])
            self.outputs[index] = self.template(self.batch.structured(part), training=self.training)
            self.losses[index] = losses_on_the_way(
                self.template, self.batch.shares[index], tf.minimum(self.batch.sizes[index], 1), self.activity_is_mean)
        self.tapes[index] = tape
        self.running.leave(index)

    def _backward(self, *upstream):
        per_replica = len(upstream) // self.count
        for index in range(self.count):
            self.upstream[index] = upstream[index * per_replica:(index + 1) * per_replica]
        by_source = [None] * self.count
        by_weight = self.strategy.run(_plain(lambda: self._replica_backward(by_source)))
        flat = [gradient for gradients in by_source for gradient in gradients]
        return [_first_order(gradient) for gradient in flat + self._summed(by_weight)]

    def _replica_backward(self, by_source):
        index = _replica_index()
        targets = tf.nest.flatten(self.outputs[index]) + [x for x in [self.losses[index]] if x is not None]
        pairs = [(target, tf.zeros_like(target) if gradient is None else gradient)
                 for target, gradient in zip(targets, self.upstream[index]) if target.dtype.is_floating]
        sources = self.sources[index]
        gradients = self.tapes[index].gradient([target for target, _ in pairs], sources + self.weights,
                                               output_gradients=[gradient for _, gradient in pairs])
        by_source[index] = gradients[:len(sources)]
        self.unused = [gradient is None for gradient in gradients[len(sources):]]
        return [gradient for gradient in gradients[len(sources):] if gradient is not None]

    def _summed(self, by_weight):
        gradients, summed = iter(by_weight), []
        for weight, unused in zip(self.weights, self.unused):
            with self.strategy.scope(), tf.device(weight.device):
                summed.append(None if unused else self.strategy.reduce("SUM", next(gradients), axis=None))
        return summed


def losses_on_the_way(template, share, counts, activity_is_mean):
    """This part's contribution to the losses that layers added in `call`, not those of weights; None without any.

    Losses that are means count by the part's share of the batch. What `add_loss` was given is taken for a mean.
    """
    losses = []
    for layer in template._flatten_layers():
        summed = getattr(layer, "activity_regularizer", None) is not None and not activity_is_mean
        # Keras 2 keeps the losses of a call by thread, Keras 3 in one list, where they would be counted again.
        for found in (getattr(layer, "_eager_losses", None), getattr(layer, "_losses", None)):
            losses += [loss * tf.cast(counts if summed else share, loss.dtype) for loss in found or []]
            if found:
                del found[:]
    return tf.add_n(losses) if losses else None


def _differentiable(x):
    return x is not None and x.dtype.is_floating


def _with_mask(tensor, like):
    mask = getattr(like, "_keras_mask", None)
    if mask is not None:
        tensor._keras_mask = mask
    return tensor


def _plain(function):
    return tf.autograph.experimental.do_not_convert(function)


def _replica_index():
    index = tf.distribute.get_replica_context().replica_id_in_sync_group
    return index if isinstance(index, int) else int(tf.get_static_value(index))


@functools.lru_cache(maxsize=None)
def _activity_is_mean(activation_class):
    """Whether this Keras divides activity regularizers by the rows of the batch; Keras 3.0 does not."""
    layer = activation_class("linear", activity_regularizer=tf.reduce_sum)
    with tf.init_scope():
        layer(tf.ones((2, 1)))
        return float(layer.losses[0]) == 1.0


def _first_order(gradient):
    """The gradient itself; differentiating it again raises, because the replicas' tapes know no second order."""
    if isinstance(gradient, tf.IndexedSlices):
        return tf.IndexedSlices(_once(gradient.values), gradient.indices, gradient.dense_shape)
    return None if gradient is None else _once(gradient)


@tf.custom_gradient
def _once(x):
    def again(*upstream):
        raise TechniqueUnavailable(
            "Second derivatives of a parallel model cannot be had.", found="TensorFlow " + tf.__version__,
            do="take them of the template, on one device")
    return x, again
