"""A call of a Keras 2.2 model to which every worker of a team contributes its rows, on TensorFlow."""
import tensorflow as tf

from ...engines.tensorflow.replicas import _first_order
from ...engines.tensorflow.workers import _undifferentiable
from ...keras22._symbolic.context import computation
from ...keras22._symbolic.random import Generator
from ...keras22.utils.generic_utils import to_list, unpack_singleton
from .tensorflow_parallel import is_sum

__all__ = ["Share", "equalize"]


def equalize(model, team):
    """Gives all workers the weights of the first."""
    for weight in model.weights:
        weight.value.assign(team.of_first(weight.value.read_value()))


class Share(object):
    """This worker's part in the calls of a template.

    Args:
        template: a model of Keras 2.2 with a graph.
        team: an `engines.tensorflow.team.Team`.
    """

    def __init__(self, template, team):
        self.template, self.team = template, team

    def draw_apart(self, draws):
        """Makes the workers draw different random numbers for their rows.

        Args:
            draws: what the template's call draws from.
        """
        for made in draws.values():
            for one in made:
                if isinstance(one, Generator):
                    one.seeds = one.seeds[0], one.seeds[1] + self.team.index
                elif isinstance(one, tuple):
                    for branch in one:
                        self.draw_apart(branch)

    def call(self, inputs, mask=None):
        """Stands for the ``call`` of the template."""
        inputs = to_list(inputs)
        masks = to_list(mask) if mask is not None else [None] * len(inputs)
        if computation().describes:
            return type(self.template).call(self.template, unpack_singleton(inputs), mask=unpack_singleton(masks))
        with tf.control_dependencies([one for one in [self.team.agree(inputs)] if one is not None]):
            outputs, masks, products = _Pass(self.template, self.team, inputs, masks).run()
        for product in products:
            computation().hand_over(product)
        self.template._masks_now = {i: one for i, one in enumerate(masks) if one is not None}
        return unpack_singleton(outputs)


class _Pass(object):
    """One forward pass, and the backward pass that belongs to it."""

    def __init__(self, template, team, inputs, masks):
        self.template, self.team, self.inputs, self.masks = template, team, inputs, masks
        self.rows = tf.shape(inputs[0])[0]
        self.start, stop = (self.rows * i // team.count for i in (team.index, team.index + 1))
        self.size = stop - self.start
        # Without a row of its own a worker repeats one, which does not count.
        self.bounds = tf.minimum(self.start, tf.maximum(self.rows - 1, 0)), tf.maximum(stop, self.start + 1)
        self.share = self.size / tf.maximum(self.rows, 1)
        self.weights = [weight.value for weight in template.trainable_weights]

    def run(self):
        """Gives the outputs, their masks and the products for all rows."""
        results = list(tf.custom_gradient(self._forward)(*[tf.convert_to_tensor(weight) for weight in self.weights]))
        values = iter(results[len(self.parts):])
        products = [product._replace(value=next(values) if product.kind == "loss" else self._update(product))
                    for product in self.products]
        masks = [None if mask is None else self.team.joined(mask[:self.size], self.start, self.rows)
                 for mask in self.out_masks]
        return results[:len(self.parts)], masks, products

    def _forward(self, *weights):
        now = computation()
        first = len(now.products)
        with tf.GradientTape() as self.tape:
            outputs, masks = self.template._run_cached(*[[self._own(x) for x in given]
                                                         for given in (self.inputs, self.masks)])
            self.products = now.products[first:]
            self.losses = [product.value * tf.cast(tf.minimum(self.size, 1), product.value.dtype)
                           for product in self.products if product.kind == "loss"]
            self.parts = [part[:self.size] for part in to_list(outputs)]
        del now.products[first:]
        self.out_masks = to_list(masks) if masks is not None else [None] * len(self.parts)
        whole = [self.team.joined(part, self.start, self.rows) for part in self.parts]
        return whole + (self.team.sums(self.losses) if self.losses else []), self._backward

    def _own(self, x):
        if x is None:
            return None
        return (_undifferentiable(x) if x.dtype.is_floating else x)[self.bounds[0]:self.bounds[1]]

    def _update(self, product):
        value = product.value
        if not value.dtype.is_floating:
            return value
        factor = tf.minimum(self.size, 1) if is_sum(product) else self.share
        return self.team.sums([value * tf.cast(factor, value.dtype)])[0]

    def _backward(self, *upstream, variables=()):
        outer = [x[self.start:self.start + self.size] for x in upstream[:len(self.parts)]]
        pairs = [(target, x) for target, x in zip(self.parts + self.losses, outer + list(upstream[len(self.parts):]))
                 if target.dtype.is_floating]
        gradients = self.tape.gradient([target for target, _ in pairs], self.weights,
                                       output_gradients=[x for _, x in pairs])
        sums = iter(self.team.sums([one for one in gradients if isinstance(one, tf.Tensor)]))
        found = [_first_order(next(sums) if isinstance(one, tf.Tensor) else
                              None if one is None else self.team.all_slices(one)) for one in gradients]
        # The weights were handed in as tensors: what is due to them as variables is in `found` already.
        return (found, [None] * len(variables)) if variables else found
