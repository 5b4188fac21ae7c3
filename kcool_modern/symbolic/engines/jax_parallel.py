"""A call of a model whose batch lies on several devices: JAX compiles one program for all of them."""
import jax
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from ...keras22._symbolic.context import computation
from ...keras22.utils.generic_utils import to_list, unpack_singleton

__all__ = ["Replicas"]


class Replicas(object):
    """Spreads the batch of a template's call over devices, where they divide it evenly.

    Args:
        template: a model of Keras 2.2.
        devices: normalized device names.
        merge_device: not used: outputs stay where they were computed until they are fetched.
    """

    def __init__(self, template, devices, merge_device):
        kinds = [name.split(":") for name in devices]
        found = [next(one for one in jax.devices(kind) if one.id == int(number)) for kind, number in kinds]
        mesh = Mesh(np.array(found), ("batch",))
        self.template, self.count = template, len(found)
        self.rows, self.whole = NamedSharding(mesh, PartitionSpec("batch")), NamedSharding(mesh, PartitionSpec())

    def call(self, inputs, mask=None):
        """Stands for the ``call`` of the template."""
        masks = None if mask is None else [None if one is None else self._spread(one) for one in to_list(mask)]
        inputs = unpack_singleton([self._spread(one) for one in to_list(inputs)])
        return type(self.template).call(self.template, inputs, mask=None if masks is None else unpack_singleton(masks))

    def _spread(self, tensor):
        if computation().describes or tensor.shape[0] % self.count:
            return tensor
        return jax.lax.with_sharding_constraint(tensor, self.rows)

    def lay_out(self, arrays):
        """The arrays on all devices."""
        return [jax.device_put(array, self.whole) for array in arrays]
