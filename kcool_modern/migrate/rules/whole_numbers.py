"""K213."""
import ast

from ..edits import Edit
from ..rule import KERAS3, Rule

_LARGEST = ("numpy.max", "numpy.amax", "numpy.prod", "numpy.sum")


class WholeNumbers(Rule):
    """Sizes of layers are Python's own whole numbers.

    `np.max(labels) + 1` is a number of NumPy, which `Dense` of Keras 3 refuses: "expected a positive integer. Received:
    units=46".
    Where such a number goes into a layer by its name, it becomes an `int` where it is computed.
    """

    code = "K213"
    targets = (KERAS3,)
    issues = ("keras-team/keras#18467",)
    pains = ("NumPy's numbers as sizes",)
    calls = ("keras.layers.Dense",)
    before = "import numpy as np\nfrom keras.layers import Dense\nclasses = np.max(labels) + 1\n" \
             "layer = Dense(classes)\n"
    after = {"keras3": "import numpy as np\nfrom keras.layers import Dense\nclasses = int(np.max(labels) + 1)\n"
                       "layer = Dense(classes)\n"}

    def on_call(self, node, name, file):
        """Looks where the size comes from; a parameter may come from a variable of its name."""
        sizes = node.args[:1] + [one.value for one in node.keywords if one.arg == "units"]
        for size in sizes:
            if isinstance(size, ast.Name):
                self._mend(size.id, file)

    def _mend(self, name, file):
        for node in file.names.nodes:
            if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name) \
                    and node.targets[0].id == name and _is_of_numpy(node.value, file):
                start, end = file.positions.span(node.value)
                if not any(one.code == self.code and one.line == node.lineno for one in file.findings):
                    file.change(node, "%s is an int" % name, [Edit(start, start, "int("), Edit(end, end, ")")])


def _is_of_numpy(value, file):
    if isinstance(value, ast.BinOp):
        return _is_of_numpy(value.left, file) or _is_of_numpy(value.right, file)
    return isinstance(value, ast.Call) and file.names.of(value.func) in _LARGEST
