"""Names that have moved inside TensorFlow since 1.15, and that Keras 2.2 takes from its internal modules."""
import functools
import importlib
import operator

from ..register import attribute, entry

__all__ = ["PATCHES"]


def _moved(target, module, name=None):
    """A name that is found in another module today."""
    def make(old):
        return getattr(importlib.import_module(module), name or target.partition(":")[2])

    return attribute(target, "it moved to " + module, make, "tensorflow>=2.12", only_if_absent=True)


def _tensor_like(old):
    import tensorflow as tf

    return tf.Tensor, tf.SparseTensor, tf.IndexedSlices


def _is_dense_tensor_like(value):
    """Whether a value is a tensor or a variable."""
    import tensorflow as tf

    return isinstance(value, (tf.Tensor, tf.Variable))


def _in_place(symbol):
    """An operator that gives a new tensor, as that of a variable of TensorFlow 1 did."""
    plain = getattr(operator, symbol)

    def make(old):
        return lambda self, other: plain(self.read_value(), other)

    return make


def _with_shape_as_tensor(plain):
    @functools.wraps(plain)
    def atrous_conv2d_transpose(value, filters, output_shape, *args, **kwargs):
        import tensorflow as tf

        shape = tf.stack(list(output_shape)) if isinstance(output_shape, tuple) else output_shape
        return plain(value, filters, shape, *args, **kwargs)

    return atrous_conv2d_transpose


def _all_are_variables(plain):
    def __instancecheck__(cls, instance):
        from tensorflow.python.ops import variable_v1, variables

        return plain(variables.Variable if cls is variable_v1.VariableV1 else cls, instance)

    return __instancecheck__


_OPS, _FRAMEWORK = "tensorflow.python.ops.", "tensorflow.python.framework."
_TRAINING = _OPS + "gen_training_ops"

PATCHES = (
    _moved(_OPS + "control_flow_ops:while_loop", _OPS + "while_loop"),
    _moved(_OPS + "control_flow_ops:cond", _OPS + "cond"),
    _moved(_OPS + "control_flow_ops:Assert", _OPS + "control_flow_assert"),
    _moved(_OPS + "control_flow_ops:case", _OPS + "control_flow_case"),
    _moved(_OPS + "functional_ops:map_fn", _OPS + "map_fn"),
    _moved(_FRAMEWORK + "ops:Tensor", _FRAMEWORK + "tensor"),
    _moved(_FRAMEWORK + "ops:convert_to_tensor", _FRAMEWORK + "tensor_conversion",
           "convert_to_tensor_v1_with_dispatch"),
    attribute(_FRAMEWORK + "ops:_TensorLike", "Keras asks it what a tensor is; it is gone", _tensor_like,
              only_if_absent=True),
    attribute(_FRAMEWORK + "ops:is_dense_tensor_like", "Keras asks it what a tensor is; it is gone",
              lambda old: _is_dense_tensor_like, only_if_absent=True),
    attribute("tensorflow._api.v2.compat.v1.nn:atrous_conv2d_transpose",
              "a tuple of tensors is a shape; it is looked into today as if it were numbers", _with_shape_as_tensor),
    attribute(_OPS + "variables:VariableMetaclass.__instancecheck__",
              "a resource variable was an instance of TensorFlow 1's tf.Variable", _all_are_variables),
    attribute("tensorflow.python.training:training_ops", "it moved to tensorflow.python.ops",
              lambda old: importlib.import_module(_TRAINING), only_if_absent=True),
    entry("tensorflow.python.training.training_ops", "it moved to tensorflow.python.ops",
          lambda: importlib.import_module(_TRAINING)),
) + tuple(
    attribute(_OPS + "resource_variable_ops:BaseResourceVariable.__i%s__" % symbol,
              "`x += y` gave a new tensor; resource variables refuse it", _in_place(symbol))
    for symbol in ("add", "sub", "mul", "truediv", "pow"))
