"""Functions of `keras.backend` of Keras 2.2.4 that Keras 3 has with the same meaning."""
from collections import namedtuple

__all__ = ["FUNCTIONS", "KEPT"]

#: ``path``: the new function. ``arguments``: the parameters that both have, by their old names, in the order of both.
#: ``renamed``: {old: new} for those with another name. ``added``: {name: source} of defaults that have changed: what is
#: not handed over is handed over now.
Function = namedtuple("Function", "path arguments renamed added")

FUNCTIONS: dict = {}


def _put(names, arguments, path=None, renamed=None, added=None):
    for name in names.split():
        FUNCTIONS[name] = Function(path or "keras.ops." + name, tuple(arguments.split()), renamed or {}, added or {})


_put("abs cos exp log round sigmoid sign sin softplus softsign square tanh transpose shape", "x")
_put("all any max min mean prod std sum var logsumexp", "x axis keepdims")
_put("argmax argmin", "x axis", added={"axis": "-1"})
_put("cumprod cumsum", "x axis", added={"axis": "0"})
_put("expand_dims", "x axis", added={"axis": "-1"})
_put("arange", "start stop step dtype", added={"dtype": "'int32'"})
_put("cast", "x dtype")
_put("clip", "x min_value max_value", renamed={"min_value": "x_min", "max_value": "x_max"})
_put("concatenate", "tensors axis", renamed={"tensors": "xs"})
_put("stack", "x axis")
_put("dot", "x y", renamed={"x": "x1", "y": "x2"})
_put("equal not_equal greater greater_equal less less_equal maximum minimum", "x y", renamed={"x": "x1", "y": "x2"})
_put("elu", "x alpha")
_put("one_hot", "indices num_classes", renamed={"indices": "x"})
_put("ones_like zeros_like", "x dtype")
_put("permute_dimensions", "x pattern", "keras.ops.transpose", renamed={"pattern": "axes"})
_put("pow", "x a", "keras.ops.power", renamed={"x": "x1", "a": "x2"})
_put("relu", "x")
_put("repeat_elements", "x rep axis", "keras.ops.repeat", renamed={"rep": "repeats"})
_put("reshape", "x shape", renamed={"shape": "newshape"})
_put("reverse", "x axes", "keras.ops.flip", renamed={"axes": "axis"})
_put("softmax", "x axis")
_put("squeeze", "x axis")
_put("stop_gradient", "variables", renamed={"variables": "variable"})
_put("tile", "x n", renamed={"n": "repeats"})
_put("gather", "reference indices", "keras.ops.take", renamed={"reference": "x"}, added={"axis": "0"})
_put("categorical_crossentropy sparse_categorical_crossentropy", "target output from_logits axis")
_put("binary_crossentropy", "target output from_logits")
_put("get_value eval", "x", "keras.ops.convert_to_numpy")
_put("random_normal", "shape mean stddev dtype seed", "keras.random.normal")
_put("random_uniform", "shape minval maxval dtype seed", "keras.random.uniform")
_put("truncated_normal", "shape mean stddev dtype seed", "keras.random.truncated_normal")
_put("variable", "value", "keras.Variable", renamed={"value": "initializer"})

#: Functions that `keras.backend` of Keras 3 still has.
KEPT = frozenset("backend clear_session epsilon floatx image_data_format is_keras_tensor set_epsilon set_floatx "
                 "set_image_data_format get_uid".split())
