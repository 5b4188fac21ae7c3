"""What a tensor is, and its shape: inspecting, joining, moving axes."""
import keras
from keras import ops

from kcool.errors import NotEmulated

from ...function import is_variable
from ...graph import is_symbolic

__all__ = ["batch_flatten", "cast", "concatenate", "dtype", "expand_dims", "flatten", "gather", "identity", "int_shape",
           "is_keras_tensor", "is_tensor", "ndim", "one_hot", "ones_like", "permute_dimensions", "reshape", "shape",
           "squeeze", "stack", "stop_gradient", "transpose", "zeros_like"]


def is_tensor(x):
    """Whether `x` is a tensor, symbolic or not."""
    return isinstance(x, keras.KerasTensor) or keras.ops.is_tensor(x)


def is_keras_tensor(x):
    """Whether a tensor came out of a Keras layer or Input.

    Raises:
        ValueError: `x` is no tensor at all.
    """
    if not (is_tensor(x) or is_variable(x)):
        raise ValueError("K.is_keras_tensor was asked about something that is no tensor: %r" % (x,))
    return is_symbolic(x)


def int_shape(x):
    """The shape as a tuple of numbers and None; None if it is not known."""
    try:
        return tuple(None if size is None or not isinstance(size, int) else size for size in x.shape)
    except ValueError:
        return None


def shape(x):
    """The sizes: inside `call` as they are; of a symbolic tensor as far as known, None for those that are open."""
    return ops.shape(x)


def ndim(x):
    """The number of axes."""
    return len(x.shape)


def dtype(x):
    """The dtype as a string."""
    return keras.backend.standardize_dtype(x.dtype)


def cast(x, dtype):
    """The tensor in another dtype."""
    return ops.cast(x, dtype)


def identity(x, name=None):
    """A tensor with the same values."""
    return ops.copy(x)


def zeros_like(x, dtype=None, name=None):
    """Zeros in the shape of `x`."""
    return ops.zeros_like(x, dtype=dtype)


def ones_like(x, dtype=None, name=None):
    """Ones in the shape of `x`."""
    return ops.ones_like(x, dtype=dtype)


def transpose(x):
    """All axes in reverse order."""
    return ops.transpose(x)


def permute_dimensions(x, pattern):
    """Axes in the order of `pattern`."""
    return ops.transpose(x, tuple(pattern))


def reshape(x, shape):
    """Another shape, batch axis included; one size may be -1.

    Raises:
        NotEmulated: two sizes or more are not known before values are there.
    """
    sizes = tuple(shape)
    open_sizes = [i for i, size in enumerate(sizes) if size is None or isinstance(size, int) and size == -1]
    if len(open_sizes) > 1:
        raise NotEmulated("K.reshape of a symbolic tensor takes one open size at most.", found="shape %s" % (sizes,),
                          do="reshape inside a layer's `call`, where K.shape(x) gives the sizes")
    return ops.reshape(x, tuple(-1 if i in open_sizes else size for i, size in enumerate(sizes)))


def flatten(x):
    """One single axis."""
    return ops.reshape(x, (-1,))


def batch_flatten(x):
    """Two axes: the first, and all others in one."""
    size = 1
    for length in x.shape[1:]:
        size = -1 if length is None or size == -1 else size * length
    return reshape(x, (-1, size) if size != -1 else (ops.shape(x)[0], -1))


def expand_dims(x, axis=-1):
    """One more axis, of size 1."""
    return ops.expand_dims(x, axis)


def squeeze(x, axis):
    """Without the axis `axis`, which has size 1."""
    return ops.squeeze(x, axis)


def concatenate(tensors, axis=-1):
    """Tensors joined along an axis."""
    return ops.concatenate(list(tensors), axis=axis)


def stack(x, axis=0):
    """Tensors joined along a new axis."""
    return ops.stack(list(x), axis=axis)


def gather(reference, indices):
    """Rows of `reference`."""
    return ops.take(reference, indices, axis=0)


def one_hot(indices, num_classes):
    """Indices as one-hot float32 vectors on a new last axis."""
    return ops.one_hot(indices, num_classes, dtype="float32")


def stop_gradient(variables):
    """The same values as a constant for gradients; a list gives a list."""
    if isinstance(variables, (list, tuple)):
        return [stop_gradient(x) for x in variables]
    return _StopGradient()(variables) if is_symbolic(variables) else ops.stop_gradient(variables)


class _StopGradient(keras.Operation):
    # ops.stop_gradient of Keras 3.0 takes no symbolic tensors.
    def call(self, x):
        return ops.stop_gradient(x)

    def compute_output_spec(self, x):
        return keras.KerasTensor(x.shape, x.dtype)
