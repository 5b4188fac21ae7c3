"""``keras.utils.conv_utils``: arguments and sizes of convolutions."""
from kcool_common.weight_layouts import turned

__all__ = ["conv_input_length", "conv_output_length", "convert_kernel", "deconv_length", "normalize_padding",
           "normalize_tuple"]


def normalize_tuple(value, n, name):
    """Makes a tuple of `n` integers.

    Args:
        value: an int, which stands for all of them, or an iterable of `n` ints.
        n: int.
        name: what the error message calls the argument.

    Raises:
        ValueError: anything else.
    """
    if isinstance(value, int):
        return (value,) * n
    problem = "The `%s` argument must be a tuple of %d integers. Received: %s" % (name, n, value)
    try:
        values = tuple(value)
    except TypeError:
        raise ValueError(problem)
    if len(values) != n:
        raise ValueError(problem)
    for item in values:
        try:
            int(item)
        except ValueError:
            raise ValueError("%s including element %s of type %s" % (problem, item, type(item)))
    return values


def normalize_padding(value):
    """The lower-case name of a padding; ValueError if there is no such padding."""
    padding = value.lower()
    if padding not in ("valid", "same", "causal"):
        raise ValueError('The `padding` argument must be one of "valid", "same" (or "causal" for Conv1D). '
                         "Received: %s" % padding)
    return padding


def convert_kernel(kernel):
    """Turns a kernel of a convolution around in space: from Theano's meaning to TensorFlow's, or back.

    Args:
        kernel: array with 3 to 5 axes, the spatial ones first.
    """
    return turned(kernel)


def _dilated(size, dilation):
    return size + (size - 1) * (dilation - 1)


def _known(padding, *paddings):
    # Callers of 2.2.4 rely on the type of the error.
    if padding not in paddings:
        raise AssertionError("padding must be one of %s, not %r" % (paddings, padding))


def conv_output_length(input_length, filter_size, padding, stride, dilation=1):
    """The size of a convolution's output along one axis; None if that of the input is not known.

    Args:
        input_length: int or None.
        filter_size, stride, dilation: int.
        padding: ``same``, ``valid``, ``full`` or ``causal``.
    """
    if input_length is None:
        return None
    _known(padding, "same", "valid", "full", "causal")
    more = {"valid": -1, "full": 1}.get(padding, 0) * (_dilated(filter_size, dilation) - 1)
    return (input_length + more + stride - 1) // stride


def conv_input_length(output_length, filter_size, padding, stride):
    """The size of a convolution's input along one axis; None if that of the output is not known.

    Args:
        output_length: int or None.
        filter_size, stride: int.
        padding: ``same``, ``valid`` or ``full``.
    """
    if output_length is None:
        return None
    return (output_length - 1) * stride - 2 * _pad(padding, filter_size) + filter_size


def deconv_length(dim_size, stride_size, kernel_size, padding, output_padding, dilation=1):
    """The size of a transposed convolution's output along one axis; None if that of the input is not known.

    Args:
        dim_size: int, integer tensor or None.
        stride_size, kernel_size, dilation: int.
        padding: ``same``, ``valid`` or ``full``.
        output_padding: int added to the smallest possible size; None for the largest size of 2.2.
    """
    _known(padding, "same", "valid", "full")
    if dim_size is None:
        return None
    kernel_size = _dilated(kernel_size, dilation)
    if output_padding is not None:
        return (dim_size - 1) * stride_size + kernel_size - 2 * _pad(padding, kernel_size) + output_padding
    more = {"same": 0, "valid": max(kernel_size - stride_size, 0), "full": 2 - stride_size - kernel_size}
    return dim_size * stride_size + more[padding]


def _pad(padding, filter_size):
    _known(padding, "same", "valid", "full")
    return {"same": filter_size // 2, "valid": 0, "full": filter_size - 1}[padding]
