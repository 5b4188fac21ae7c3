"""What 2.2.4's backend module held besides its own functions, and by which old code reached TensorFlow: ``K.tf``."""
import builtins
import importlib

import keras
from keras import ops

from .._symbolic.record import op
from .elementwise import cast
from .inspection import is_tensor
from .state import constant
from .tools import standard_padding

__all__ = ["leaked"]

#: Modules of the engine by which the names are served: they exist on TensorFlow alone.
_TENSORFLOW = {
    "tf": "kcool_modern.tf1",
    "tf_ops": "tensorflow.python.framework.ops",
    "moving_averages": "tensorflow.python.training.moving_averages",
    "tensor_array_ops": "tensorflow.python.ops.tensor_array_ops",
    "control_flow_ops": "tensorflow.python.ops.control_flow_ops",
    "functional_ops": "tensorflow.python.ops.functional_ops",
    "ctc": "tensorflow.python.ops.ctc_ops",
    "device_lib": "tensorflow.python.client.device_lib",
    "config_pb2": "tensorflow.core.protobuf.config_pb2",
}
_PLAIN = {"np": "numpy", "os": "os"}


def leaked(name):
    """The value of such a name.

    Raises:
        AttributeError: the backend of Keras 2.2.4 had no such name, or it was TensorFlow's and the engine is another.
    """
    if name in _OWN:
        return _OWN[name]
    if name in _PLAIN:
        return importlib.import_module(_PLAIN[name])
    if name in _TENSORFLOW and keras.config.backend() == "tensorflow":
        return _module(_TENSORFLOW[name])
    if name in _TENSORFLOW:
        raise AttributeError("keras.backend.%s was a module of TensorFlow; Keras runs on %s now." % (
            name, keras.config.backend()))
    raise AttributeError("module 'keras.backend' has no attribute %r" % name)


def _module(path):
    tf1 = importlib.import_module("kcool_modern.tf1")
    return importlib.import_module(tf1.module_behind(path) or path)


def _to_tensor(x, dtype):
    """A tensor of a dtype."""
    return cast(x, dtype) if is_tensor(x) else constant(x, dtype)


def _preprocess_padding(padding):
    """``SAME`` or ``VALID``."""
    return standard_padding(padding)


def _preprocess_conv2d_input(x, data_format, force_transpose=False):
    """A tensor with its channels last and the name of that order."""
    return (_channels_last(x) if data_format == "channels_first" else x), "NHWC"


@op
def _channels_last(x):
    return ops.transpose(x, (0, 2, 3, 1))


_OWN = {"py_all": builtins.all, "py_any": builtins.any, "py_sum": builtins.sum, "py_slice": builtins.slice,
        "_to_tensor": _to_tensor, "_preprocess_padding": _preprocess_padding,
        "_preprocess_conv2d_input": _preprocess_conv2d_input}
