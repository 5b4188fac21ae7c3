"""A call of a model that TensorFlow carries out on several devices, each of which takes a part of the batch."""
import tensorflow as tf

from ...keras22._symbolic.context import computation
from ...keras22.utils.generic_utils import to_list, unpack_singleton

__all__ = ["Replicas", "is_sum"]


class Replicas(object):
    """Runs a template on the parts of a batch, one device each, all on the template's own weights.

    Args:
        template: a model of Keras 2.2.
        devices: normalized device names.
        merge_device: name of the device that outputs are put together on.
    """

    def __init__(self, template, devices, merge_device):
        self.template, self.devices, self.merge_device = template, devices, "/" + merge_device

    def call(self, inputs, mask=None):
        """Stands for the ``call`` of the template."""
        inputs = to_list(inputs)
        masks = to_list(mask) if mask is not None else [None] * len(inputs)
        parts = _Parts(inputs[0], len(self.devices))
        results = [self._replica(name, parts.of(inputs, i), parts.of(masks, i)) for i, name in enumerate(self.devices)]
        with tf.device(self.merge_device):
            outputs = [parts.joined(found) for found in zip(*(outputs for outputs, _, _ in results))]
            known = [parts.joined(found) for found in zip(*(masks for _, masks, _ in results))]
            for products in zip(*(products for _, _, products in results)):
                computation().hand_over(parts.combined(products))
        # Where the template itself keeps the masks of the call under way.
        self.template._masks_now = {i: one for i, one in enumerate(known) if one is not None}
        return unpack_singleton(outputs)

    def _replica(self, device, inputs, masks):
        template, now = self.template, computation()
        first = len(now.products)
        with tf.compat.v1.device(_computing_on(device)):
            outputs, known = template._run_cached(inputs, masks)
        products = now.products[first:]
        del now.products[first:]
        outputs = to_list(outputs)
        return outputs, to_list(known) if known is not None else [None] * len(outputs), products


class _Parts(object):
    """The bounds of equal parts of a batch, give or take a row."""

    def __init__(self, batch, count):
        self.rows = tf.shape(batch)[0]
        starts = [self.rows * index // count for index in range(count + 1)]
        self.bounds = list(zip(starts, starts[1:]))

    def of(self, tensors, index):
        """Part number `index` of tensors; a device that would get no row repeats one, which does not count."""
        start, stop = self.bounds[index]
        first, last = tf.minimum(start, tf.maximum(self.rows - 1, 0)), tf.maximum(stop, start + 1)
        return [None if tensor is None else tensor[first:last] for tensor in tensors]

    def joined(self, parts):
        """The rows of all parts that count."""
        if parts[0] is None:
            return None
        return tf.concat([part[:stop - start] for part, (start, stop) in zip(parts, self.bounds)], axis=0)

    def combined(self, products):
        """What the parts' losses or updates are for the whole batch.

        Losses are sums, as in 2.2.4, and so are differences. New values of variables take the mean over the rows.
        """
        values = [product.value for product in products]
        if not values[0].dtype.is_floating:
            return products[-1]
        if is_sum(products[0]):
            factors = [tf.minimum(stop - start, 1) for start, stop in self.bounds]
        else:
            factors = [(stop - start) / tf.maximum(self.rows, 1) for start, stop in self.bounds]
        return products[0]._replace(value=tf.add_n([
            value * tf.cast(factor, value.dtype) for value, factor in zip(values, factors)]))


def is_sum(product):
    """Whether the parts' values of a loss or an update add up; else the whole has their mean."""
    return product.kind == "loss" or product.make.args[1] in ("add", "subtract")


def _computing_on(device):
    """A device function: everything goes to one device, except variables and what reads and writes them."""
    def place(operation):
        bound = operation.type == "VarHandleOp" or any(tensor.dtype == tf.resource for tensor in operation.inputs)
        return "" if bound else "/" + device
    return place
