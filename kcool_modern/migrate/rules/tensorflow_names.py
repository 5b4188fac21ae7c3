"""K602."""
import ast

from ..edits import Edit
from ..rule import KERAS3, Rule

_RENAMED = {
    "log": "math.log", "ceil": "math.ceil", "is_nan": "math.is_nan", "is_inf": "math.is_inf",
    "is_finite": "math.is_finite", "div": "math.divide", "floordiv": "math.floordiv", "mod": "math.floormod",
    "matrix_inverse": "linalg.inv", "matrix_determinant": "linalg.det", "matrix_band_part": "linalg.band_part",
    "matrix_diag": "linalg.diag", "diag": "linalg.tensor_diag", "diag_part": "linalg.tensor_diag_part",
    "random_normal": "random.normal", "random_uniform": "random.uniform", "random_shuffle": "random.shuffle",
    "truncated_normal": "random.truncated_normal", "lgamma": "math.lgamma", "digamma": "math.digamma",
    "erf": "math.erf", "segment_sum": "math.segment_sum", "segment_mean": "math.segment_mean",
    "unsorted_segment_sum": "math.unsorted_segment_sum", "space_to_depth": "nn.space_to_depth",
    "depth_to_space": "nn.depth_to_space", "logical_xor": "math.logical_xor",
    "check_numerics": "debugging.check_numerics",
    "assert_equal": "debugging.assert_equal", "read_file": "io.read_file", "write_file": "io.write_file",
    "decode_raw": "io.decode_raw", "parse_single_example": "io.parse_single_example",
    "FixedLenFeature": "io.FixedLenFeature", "VarLenFeature": "io.VarLenFeature",
    "python_io.TFRecordWriter": "io.TFRecordWriter", "gfile.Exists": "io.gfile.exists", "gfile.GFile": "io.gfile.GFile",
    "gfile.MakeDirs": "io.gfile.makedirs", "gfile.Glob": "io.gfile.glob", "invert_permutation":
        "math.invert_permutation", "sparse_to_dense": None,
}
_CASTS = {"to_float": "float32", "to_int32": "int32", "to_int64": "int64", "to_double": "float64"}


class TensorflowNames(Rule):
    """Functions of TensorFlow have other names in TensorFlow 2.

    The same function with the same arguments: `tf.log` is `tf.math.log`. `tf.to_float(x)` is `tf.cast(x, tf.float32)`.
    """

    code = "K602"
    targets = (KERAS3,)
    issues = ("tensorflow/tensorflow#27340",)
    pains = (24, 34)
    names = tuple("tf." + name for name, new in _RENAMED.items() if new) + tuple("tf." + name for name in _CASTS)
    before = "import tensorflow as tf\ny = tf.log(tf.to_float(x))\n"
    after = {"keras3": "import tensorflow as tf\ny = tf.math.log(tf.cast(x, tf.float32))\n"}

    def on_name(self, node, name, file):
        """Renames a dotted name."""
        if not isinstance(node, ast.Attribute):
            file.left(node, "%s has another name in TensorFlow 2" % name, "tf." + (_RENAMED.get(name[3:]) or "cast"))
            return
        path, start = name[3:], file.positions.span(node)
        base = node
        for _ in path.split("."):
            base = base.value
        if file.names.of(base) != "tf":
            return
        root = file.source(base)
        if path in _RENAMED:
            file.change(node, "tf.%s is tf.%s" % (path, _RENAMED[path]),
                        [file.replaced(node, "%s.%s" % (root, _RENAMED[path]))])
            return
        call = node.parent
        if isinstance(call, ast.Call) and call.func is node and len(call.args) == 1 and not call.keywords:
            end = file.positions.span(call)[1] - 1
            file.change(call, "tf.%s is tf.cast" % path, [
                Edit(*start, root + ".cast"), Edit(end, end, ", %s.%s" % (root, _CASTS[path]))])
