"""``keras.layers.merge``: layers of several inputs, and functions that apply them."""
# ruff: noqa: D102 - the protocol's methods are described in `engine.base_layer`.
import functools

from .. import backend as K
from ..engine.base_layer import Layer  # noqa: F401 - scripts import it from here
from ._shared import Configured

__all__ = ["Add", "Average", "Concatenate", "Dot", "Maximum", "Minimum", "Multiply", "Subtract", "add", "average",
           "concatenate", "dot", "maximum", "minimum", "multiply", "subtract"]


class _Merge(Configured):
    """An operation on a list of inputs; those with fewer axes are broadcast, samples to samples."""

    def __init__(self, **kwargs):
        super(_Merge, self).__init__(**kwargs)
        self.supports_masking = True

    def _merge_function(self, inputs):
        raise NotImplementedError

    def _compute_elemwise_op_output_shape(self, shape1, shape2):
        """The shape of an operation on two broadcast tensors; None where one of them is not known."""
        if shape1 is None or shape2 is None:
            return None
        if len(shape1) < len(shape2):
            shape1, shape2 = shape2, shape1
        same = len(shape1) - len(shape2)
        merged = []
        for a, b in zip(shape1[same:], shape2):
            if None in (a, b):
                merged.append(None)
            elif 1 in (a, b) or a == b:
                merged.append(max(a, b) if 0 not in (a, b) else 0)
            else:
                raise ValueError("Operands could not be broadcast together with shapes %s %s" % (shape1, shape2))
        return tuple(shape1[:same]) + tuple(merged)

    def _merged_sample_shape(self, input_shape):
        shapes = [None if shape is None else tuple(shape[1:]) for shape in input_shape]
        return functools.reduce(self._compute_elemwise_op_output_shape, shapes)

    def build(self, input_shape):
        if not isinstance(input_shape, list):
            raise ValueError("A merge layer should be called on a list of inputs.")
        if len(input_shape) < 2:
            raise ValueError("A merge layer should be called on a list of at least 2 inputs. Got %d inputs."
                             % len(input_shape))
        if len(_batch_sizes(input_shape)) > 1:
            raise ValueError("Can not merge tensors with different batch sizes. Got tensors with shapes : %s"
                             % (input_shape,))
        self._merged_sample_shape(input_shape)
        self._reshape_required = None in input_shape or len(set(map(len, input_shape))) > 1

    def call(self, inputs):
        if not isinstance(inputs, list):
            raise ValueError("A merge layer should be called on a list of inputs.")
        if not self._reshape_required:
            return self._merge_function(inputs)
        ndims = [K.ndim(x) for x in inputs]
        if None in ndims:
            # Broadcasting aligns the last axes: the samples go there for a while.
            return _samples_first(self._merge_function([_samples_last(x) for x in inputs]))
        return self._merge_function([_with_more_axes(x, max(ndims) - ndim) for x, ndim in zip(inputs, ndims)])

    def compute_output_shape(self, input_shape):
        sizes = _batch_sizes(input_shape)
        return (sizes.pop() if len(sizes) == 1 else None,) + self._merged_sample_shape(input_shape)

    def compute_mask(self, inputs, mask=None):
        if _no_masks(inputs, mask):
            return None
        masks = [K.expand_dims(m, 0) for m in mask if m is not None]
        return K.all(K.concatenate(masks, axis=0), axis=0, keepdims=False)


def _batch_sizes(shapes):
    return {shape[0] for shape in shapes if shape is not None} - {None}


def _no_masks(inputs, mask):
    if mask is None:
        return True
    if not isinstance(mask, list):
        raise ValueError("`mask` should be a list.")
    if not isinstance(inputs, list):
        raise ValueError("`inputs` should be a list.")
    if len(mask) != len(inputs):
        raise ValueError("The lists `inputs` and `mask` should have the same length.")
    return all(m is None for m in mask)


def _with_more_axes(x, count):
    for _ in range(count):
        x = K.expand_dims(x, 1)
    return x


def _samples_last(x):
    # For any number of axes, which need not be known.
    shape = K.shape(x)
    rows = K.reshape(x, K.stack([shape[0], K.prod(shape[1:])]))
    return K.reshape(K.transpose(rows), K.concatenate([shape[1:], shape[:1]]))


def _samples_first(x):
    shape = K.shape(x)
    columns = K.reshape(x, K.stack([K.prod(shape[:-1]), shape[-1]]))
    return K.reshape(K.transpose(columns), K.concatenate([shape[-1:], shape[:-1]]))


class Add(_Merge):
    """The sum of all inputs."""

    def _merge_function(self, inputs):
        return functools.reduce(lambda a, b: a + b, inputs)


class Subtract(_Merge):
    """The first of two inputs minus the second."""

    def build(self, input_shape):
        super(Subtract, self).build(input_shape)
        self._require_two(input_shape)

    def _require_two(self, items):
        if len(items) != 2:
            raise ValueError("A `Subtract` layer should be called on exactly 2 inputs")

    def _merge_function(self, inputs):
        self._require_two(inputs)
        return inputs[0] - inputs[1]


class Multiply(_Merge):
    """The product of all inputs."""

    def _merge_function(self, inputs):
        return functools.reduce(lambda a, b: a * b, inputs)


class Average(_Merge):
    """The mean of all inputs."""

    def _merge_function(self, inputs):
        return functools.reduce(lambda a, b: a + b, inputs) / len(inputs)


class Maximum(_Merge):
    """The maximum of all inputs, element by element."""

    def _merge_function(self, inputs):
        return functools.reduce(K.maximum, inputs)


class Minimum(_Merge):
    """The minimum of all inputs, element by element."""

    def _merge_function(self, inputs):
        return functools.reduce(K.minimum, inputs)


class Concatenate(_Merge):
    """The inputs one after the other.

    Args:
        axis: int.
    """

    _options = ("axis",)

    def __init__(self, axis=-1, **kwargs):
        super(Concatenate, self).__init__(**kwargs)
        self.axis = axis
        self._reshape_required = False

    def build(self, input_shape):
        if not isinstance(input_shape, list) or len(input_shape) < 2:
            raise ValueError("A `Concatenate` layer should be called on a list of at least 2 inputs")
        if all(shape is None for shape in input_shape):
            return
        others = [list(shape) for shape in input_shape]
        for shape in others:
            del shape[self.axis]
        if any(shape != others[0] for shape in others):
            raise ValueError("A `Concatenate` layer requires inputs with matching shapes except for the concat axis. "
                             "Got inputs shapes: %s" % (input_shape,))

    def _merge_function(self, inputs):
        return K.concatenate(inputs, axis=self.axis)

    def compute_output_shape(self, input_shape):
        if not isinstance(input_shape, list):
            raise ValueError("A `Concatenate` layer should be called on a list of inputs.")
        sizes = [shape[self.axis] for shape in input_shape]
        shape = list(input_shape[0])
        shape[self.axis] = None if None in sizes else sum(sizes)
        return tuple(shape)

    def compute_mask(self, inputs, mask=None):
        if _no_masks(inputs, mask):
            return None
        masks = []
        for x, m in zip(inputs, mask):
            if m is None:
                m = K.ones_like(x, dtype="bool")
            elif K.ndim(m) < K.ndim(x):
                m = K.expand_dims(m)
            masks.append(m)
        return K.all(K.concatenate(masks, axis=self.axis), axis=-1, keepdims=False)


class Dot(_Merge):
    """The dot product of two inputs, sample by sample.

    Args:
        axes: int or pair of int, the axes that are multiplied and summed.
        normalize: whether to give the inputs length one along these axes; the dot product is their cosine then.
    """

    _options = ("axes", "normalize")

    def __init__(self, axes, normalize=False, **kwargs):
        super(Dot, self).__init__(**kwargs)
        if not isinstance(axes, int):
            if not isinstance(axes, (list, tuple)):
                raise TypeError("Invalid type for `axes` - should be a list or an int.")
            if len(axes) != 2:
                raise ValueError("Invalid format for `axes` - should contain two elements.")
            if not all(isinstance(axis, int) for axis in axes):
                raise ValueError('Invalid format for `axes` - list elements should be "int".')
        self._take_options(axes=axes, normalize=normalize)
        self._reshape_required = False

    def _axes_of(self, ndims):
        axes = [self.axes] * 2 if isinstance(self.axes, int) else self.axes
        return [axis % ndim if axis < 0 else axis for axis, ndim in zip(axes, ndims)]

    def build(self, input_shape):
        if not isinstance(input_shape, list) or len(input_shape) != 2:
            raise ValueError("A `Dot` layer should be called on a list of 2 inputs.")
        if None in input_shape:
            return
        sizes = [shape[axis] for shape, axis in zip(input_shape, self._axes_of(map(len, input_shape)))]
        if sizes[0] != sizes[1]:
            raise ValueError("Dimension incompatibility %s != %s. Layer shapes: %s, %s" % (
                sizes[0], sizes[1], input_shape[0], input_shape[1]))

    def _merge_function(self, inputs):
        if len(inputs) != 2:
            raise ValueError("A `Dot` layer should be called on exactly 2 inputs")
        axes = self._axes_of([K.ndim(x) for x in inputs])
        if self.normalize:
            inputs = [K.l2_normalize(x, axis=axis) for x, axis in zip(inputs, axes)]
        return K.batch_dot(inputs[0], inputs[1], axes)

    def compute_output_shape(self, input_shape):
        if not isinstance(input_shape, list) or len(input_shape) != 2:
            raise ValueError("A `Dot` layer should be called on a list of 2 inputs.")
        axes = self._axes_of(map(len, input_shape))
        first, second = [list(shape) for shape in input_shape]
        del first[axes[0]]
        del second[axes[1]]
        shape = tuple(first + second[1:])
        return shape if len(shape) > 1 else shape + (1,)

    def compute_mask(self, inputs, mask=None):
        return None


def add(inputs, **kwargs):
    """The sum of a list of tensors; see `Add`."""
    return Add(**kwargs)(inputs)


def subtract(inputs, **kwargs):
    """The difference of two tensors; see `Subtract`."""
    return Subtract(**kwargs)(inputs)


def multiply(inputs, **kwargs):
    """The product of a list of tensors; see `Multiply`."""
    return Multiply(**kwargs)(inputs)


def average(inputs, **kwargs):
    """The mean of a list of tensors; see `Average`."""
    return Average(**kwargs)(inputs)


def maximum(inputs, **kwargs):
    """The maximum of a list of tensors; see `Maximum`."""
    return Maximum(**kwargs)(inputs)


def minimum(inputs, **kwargs):
    """The minimum of a list of tensors; see `Minimum`."""
    return Minimum(**kwargs)(inputs)


def concatenate(inputs, axis=-1, **kwargs):
    """A list of tensors one after the other; see `Concatenate`."""
    return Concatenate(axis=axis, **kwargs)(inputs)


def dot(inputs, axes, normalize=False, **kwargs):
    """The dot product of two tensors, sample by sample; see `Dot`."""
    return Dot(axes=axes, normalize=normalize, **kwargs)(inputs)
