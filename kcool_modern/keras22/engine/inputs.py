"""What a layer asks of its inputs."""
import keras

from .. import backend as K
from .._symbolic.spec import is_backend_tensor, is_symbol, is_variable
from ..utils.generic_utils import to_list

__all__ = ["InputSpec", "require_compatible"]


class InputSpec(keras.layers.InputSpec):
    """What a layer asks of one input.

    Args:
        dtype: str or None.
        shape: tuple of int and None (any size), or None.
        ndim, max_ndim, min_ndim: numbers of axes, or None.
        axes: dict from axis to size.
    """

    def __init__(self, dtype=None, shape=None, ndim=None, max_ndim=None, min_ndim=None, axes=None):
        self.dtype, self.shape = dtype, shape
        self.ndim = len(shape) if shape is not None else ndim
        self.max_ndim, self.min_ndim, self.axes = max_ndim, min_ndim, axes or {}

    def __repr__(self):
        parts = [(name, getattr(self, name)) for name in ("dtype", "shape", "ndim", "max_ndim", "min_ndim", "axes")]
        return "InputSpec(%s)" % ", ".join("%s=%s" % (name, value) for name, value in parts if value)


def require_compatible(layer, inputs):
    """Raises ValueError unless the inputs of a layer are tensors that fit its `input_spec`."""
    inputs = to_list(inputs)
    for x in inputs:
        if not (is_symbol(x) or is_variable(x) or is_backend_tensor(x)):
            raise ValueError("Layer %s was called with an input that isn't a symbolic tensor. Received type: %s. "
                             "Full input: %s. All inputs to the layer should be tensors." % (layer.name, type(x),
                             inputs))
    if not layer.input_spec:
        return
    specs = layer.input_spec if isinstance(layer.input_spec, (list, tuple)) else [layer.input_spec]
    if len(inputs) != len(specs):
        raise ValueError("Layer %s expects %d inputs, but it received %d input tensors. Input received: %s" % (
            layer.name, len(specs), len(inputs), inputs))
    for index, (x, spec) in enumerate(zip(inputs, specs)):
        if spec is not None:
            _require(layer.name, index, x, spec)


def _require(name, index, x, spec):
    shape = K.int_shape(x)
    begin = "Input %d is incompatible with layer %s: " % (index, name)
    if shape is None:
        return
    if spec.ndim is not None and len(shape) != spec.ndim:
        raise ValueError(begin + "expected ndim=%d, found ndim=%d" % (spec.ndim, len(shape)))
    if spec.max_ndim is not None and len(shape) > spec.max_ndim:
        raise ValueError(begin + "expected max_ndim=%d, found ndim=%d" % (spec.max_ndim, len(shape)))
    if spec.min_ndim is not None and len(shape) < spec.min_ndim:
        raise ValueError(begin + "expected min_ndim=%d, found ndim=%d" % (spec.min_ndim, len(shape)))
    if spec.dtype is not None and K.dtype(x) != spec.dtype:
        raise ValueError(begin + "expected dtype=%s, found dtype=%s" % (spec.dtype, K.dtype(x)))
    for axis, size in spec.axes.items():
        if size is not None and shape[int(axis)] not in (size, None):
            raise ValueError(begin + "expected axis %s of input shape to have value %s but got shape %s" % (
                axis, size, shape))
    for want, have in zip(spec.shape or (), shape):
        if want is not None and have is not None and want != have:
            raise ValueError(begin + "expected shape=%s, found shape=%s" % (spec.shape, shape))
