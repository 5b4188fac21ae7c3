"""What a layer tells about the calls that were made of it, by number."""
from keras import Layer

from ..utils.generic_utils import unpack_singleton

__all__ = ["LayerCalls"]


class _OwnErrors(object):
    """Where a layer is a module of PyTorch: what a property raises reaches the user.

    Python asks `__getattr__` after an AttributeError of a property, and PyTorch's knows nothing of it.
    """

    def __getattr__(self, name):
        try:
            return super(_OwnErrors, self).__getattr__(name)
        except AttributeError:
            own = getattr(type(self), name, None)
            if isinstance(own, property):
                return own.fget(self)
            raise


class LayerCalls(_OwnErrors if hasattr(Layer, "__getattr__") else object):
    """Part of `Layer`: inputs, outputs, masks and shapes of its calls."""

    def _at(self, index, attribute, what):
        if not self._inbound_nodes:
            raise RuntimeError("The layer has never been called and thus has no defined %s." % what)
        if not len(self._inbound_nodes) > index:
            raise ValueError("Asked to get %s at node %d, but the layer has only %d inbound nodes." % (
                what, index, len(self._inbound_nodes)))
        return unpack_singleton(getattr(self._inbound_nodes[index], attribute))

    def _only(self, attribute, what):
        if not self._inbound_nodes:
            raise AttributeError("Layer %s has no inbound nodes, so it has no %s." % (self.name, what))
        if len(self._inbound_nodes) > 1:
            raise AttributeError('Layer %s has multiple inbound nodes, hence the notion of "layer %s" is ill-defined. '
                                 "Use `get_%s_at(node_index)` instead." % (self.name, what, what.replace(" ", "_")))
        return self._at(0, attribute, what)

    def _only_shape(self, attribute, what):
        if not self._inbound_nodes:
            raise AttributeError("The layer has never been called and thus has no defined %s." % what)
        shapes = set(map(str, (getattr(node, attribute) for node in self._inbound_nodes)))
        if len(shapes) > 1:
            raise AttributeError('The layer "%s" has multiple inbound nodes with different %ss. Use '
                                 "`get_%s_at(node_index)` instead." % (self.name, what, what.replace(" ", "_")))
        return self._at(0, attribute, what)

    def get_input_shape_at(self, node_index):
        """The input shape(s) of a call."""
        return self._at(node_index, "input_shapes", "input shape")

    def get_output_shape_at(self, node_index):
        """The output shape(s) of a call."""
        return self._at(node_index, "output_shapes", "output shape")

    def get_input_at(self, node_index):
        """The input tensor(s) of a call."""
        return self._at(node_index, "inbound_tensors", "input")

    def get_output_at(self, node_index):
        """The output tensor(s) of a call."""
        return self._at(node_index, "outputs", "output")

    def get_input_mask_at(self, node_index):
        """The input mask(s) of a call."""
        return self._at(node_index, "input_masks", "input mask")

    def get_output_mask_at(self, node_index):
        """The output mask(s) of a call."""
        return self._at(node_index, "output_masks", "output mask")

    @property
    def input(self):
        """The input tensor(s), if the layer was called once."""
        return self._only("inbound_tensors", "input")

    @property
    def output(self):
        """The output tensor(s), if the layer was called once."""
        return self._only("outputs", "output")

    @property
    def input_mask(self):
        """The input mask(s), if the layer was called once."""
        return self._only("input_masks", "input mask")

    @property
    def output_mask(self):
        """The output mask(s), if the layer was called once."""
        return self._only("output_masks", "output mask")

    @property
    def input_shape(self):
        """The input shape(s), if all calls agree."""
        return self._only_shape("input_shapes", "input shape")

    @property
    def output_shape(self):
        """The output shape(s), if all calls agree."""
        return self._only_shape("output_shapes", "output shape")
