"""K106."""
import ast
import re

from ..rule import Rule

_PATH = re.compile(r"(keras|tensorflow)(\.[\w.]+)?")
_FUNCTIONS = ("import_module", "__import__", "find_spec")


class DynamicImports(Rule):
    """Keras is imported by a string.

    `importlib.import_module('keras.layers')`, `sys.modules['keras'] = ...` and `os.environ['KERAS_BACKEND'] =
    'theano'` go past every import statement: what they are for has to be seen by a person.
    """

    code = "K106"
    pains = (31, "dynamic imports")
    strings = True
    before = "import importlib\nlayers = importlib.import_module('keras.layers')\n"

    def on_string(self, node, file):
        """Looks at what a name of a module is used for."""
        parent = node.parent
        if _PATH.fullmatch(node.value):
            if isinstance(parent, ast.Call) and parent.args[:1] == [node]:
                name = parent.func.attr if isinstance(parent.func, ast.Attribute) else getattr(parent.func, "id", "")
                if name in _FUNCTIONS:
                    file.left(parent, "%s is imported by a string" % node.value,
                              "import %s.%s" % (file.facade, node.value) if file.to_facade else
                              "import keras 3's own path")
            elif isinstance(parent, ast.Subscript) and isinstance(parent.value, ast.Attribute) \
                    and parent.value.attr == "modules":
                file.left(parent, "sys.modules[%r] is used" % node.value, "import what is meant by its name")
        elif node.value in ("theano", "cntk") and isinstance(parent, ast.Assign) and any(
                isinstance(one, ast.Subscript) and isinstance(one.slice, ast.Constant)
                and one.slice.value == "KERAS_BACKEND" for one in parent.targets):
            file.left(node, "the backend %s has gone" % node.value, "tensorflow, jax or torch")
