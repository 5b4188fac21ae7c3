"""K308."""
import ast

from ..rule import Rule

_BUILTIN = {"bool": "bool", "int": "int", "float": "float", "complex": "complex", "object": "object", "str": "str",
            "long": "int", "unicode": "str"}
_RENAMED = {"alltrue": "all", "sometrue": "any", "product": "prod", "cumproduct": "cumprod", "float_": "float64",
            "complex_": "complex128", "unicode_": "str_", "string_": "bytes_", "round_": "round", "rank": "ndim",
            "row_stack": "vstack", "mat": "asmatrix", "Inf": "inf", "Infinity": "inf", "infty": "inf", "PINF": "inf",
            "NaN": "nan"}


class NumpyNames(Rule):
    """Names that NumPy has lost are the ones that they stood for.

    `np.float` always was Python's own `float`; NumPy 1.24 took the alias away, NumPy 2 some more. The new spelling
    means the same on NumPy 1.14.
    """

    code = "K308"
    pains = ("NumPy's lost names",)
    names = tuple("numpy." + name for name in list(_BUILTIN) + list(_RENAMED))
    before = "import keras\nimport numpy as np\nx = np.zeros(3, dtype=np.float)\ny = np.product(x)\n"
    after = {"facade": "from compat import keras\nimport numpy as np\nx = np.zeros(3, dtype=float)\ny = np.prod(x)\n",
             "keras3": "import keras\nimport numpy as np\nx = np.zeros(3, dtype=float)\ny = np.prod(x)\n"}

    def on_name(self, node, name, file):
        """Renames a dotted name, in files that have to do with Keras."""
        if not file.names.imports or not isinstance(node, ast.Attribute) or file.names.of(node.value) != "numpy":
            return
        old = node.attr
        if old in _BUILTIN:
            if _BUILTIN[old] in file.names.bound_names:
                file.left(node, "np.%s has gone, and %s is another thing here" % (old, _BUILTIN[old]),
                          "np.%s_" % old)
                return
            file.change(node, "np.%s is %s" % (old, _BUILTIN[old]), [file.replaced(node, _BUILTIN[old])])
        else:
            file.change(node, "np.%s is np.%s" % (old, _RENAMED[old]), [file.attribute(node, _RENAMED[old])])
