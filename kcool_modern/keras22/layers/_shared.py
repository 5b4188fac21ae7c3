"""What the stock layers have in common: constructor arguments that become attributes, and shapes of images."""
from .. import activations, constraints, initializers, regularizers
from .. import backend as K
from ..engine.base_layer import Layer

__all__ = ["Configured", "channel_axis", "mapped_shape", "sizes_of", "spatial_axes"]

_LOOKED_UP = {"activation": activations, "constraint": constraints, "init": initializers, "initializer": initializers,
              "regularizer": regularizers}


def _kind(name):
    return _LOOKED_UP.get(name.rsplit("_", 1)[-1])


class Configured(Layer):
    """A layer whose configuration is a number of its attributes.

    Those whose names end in ``activation``, ``initializer``, ``regularizer`` or ``constraint`` hold functions, and are
    names or dicts in the configuration.
    """

    #: The attributes that are constructor arguments, in the order of the configuration.
    _options = ()

    def _take_options(self, **options):
        """Keeps constructor arguments as attributes, functions for names."""
        for name, value in options.items():
            kind = _kind(name)
            setattr(self, name, value if kind is None else kind.get(value))

    def get_config(self):
        """What `from_config` makes the layer from."""
        config = super(Configured, self).get_config()
        for name in self._options:
            value, kind = getattr(self, name), _kind(name)
            config[name] = value if kind is None else kind.serialize(value)
        return config

    def _add_configured(self, name, shape, prefix=None, **kwargs):
        """Makes a weight with the initializer, regularizer and constraint of the attributes with a prefix."""
        parts = {what: getattr(self, "%s_%s" % (prefix or name, what), None)
                 for what in ("initializer", "regularizer", "constraint")}
        return self.add_weight(shape=shape, name=name, **parts, **kwargs)

    def _add_bias(self, shape):
        return self._add_configured("bias", shape) if self.use_bias else None

    def _biased_and_activated(self, outputs, data_format=None):
        """The outputs with bias and activation."""
        if self.use_bias:
            outputs = K.bias_add(outputs, self.bias, data_format=data_format)
        return self.activation(outputs) if self.activation is not None else outputs


def channel_axis(data_format):
    """The axis of the channels."""
    return 1 if data_format == "channels_first" else -1


def spatial_axes(data_format, rank):
    """The axes that are neither samples nor channels, a list."""
    first = 2 if data_format == "channels_first" else 1
    return list(range(first, first + rank))


def mapped_shape(shape, data_format, function, channels=None):
    """A shape with other spatial sizes.

    Args:
        shape: tuple of int and None.
        data_format: ``channels_first`` or ``channels_last``.
        function: gives the new size from an index (0 for the first spatial axis) and the old size, which may be None.
        channels: the new number of channels; None for that of `shape`.
    """
    made = list(shape)
    for i, axis in enumerate(spatial_axes(data_format, len(shape) - 2)):
        made[axis] = function(i, shape[axis])
    if channels is not None:
        made[channel_axis(data_format)] = channels
    return tuple(made)


def sizes_of(x):
    """The sizes of a tensor, a list: int where known, else scalar tensors."""
    known = K.int_shape(x)
    return [K.shape(x)[axis] if size is None else size for axis, size in enumerate(known)]
