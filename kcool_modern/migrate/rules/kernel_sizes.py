"""K202."""
import ast

from ..facts import keras1
from ..rule import Rule


class KernelSizes(Rule):
    """The size of a kernel is one argument.

    In Keras 1 the rows and columns of a kernel were arguments of their own. Keras 2.2 put them together; Keras 3
    takes the third positional argument for `strides`, without a word.
    """

    code = "K202"
    issues = ("keras-team/keras#18467",)
    pains = ("keras 1 spellings",)
    calls = tuple(keras1.SHAPES)
    before = "from keras.layers import Conv2D\nx = Conv2D(32, 3, 3, activation='relu')(x)\n"
    after = {"facade": "from compat.keras.layers import Conv2D\nx = Conv2D(32, (3, 3), activation='relu')(x)\n",
             "keras3": "from keras.layers import Conv2D\nx = Conv2D(32, (3, 3), activation='relu')(x)\n"}

    def on_call(self, node, name, file):
        """Puts the sizes together where they are plain numbers and nothing says that Keras 2 is meant."""
        names = keras1.SHAPES[name]
        given = {one.arg: one.value for one in node.keywords}
        positional = node.args[1:]
        if not any(one in given for one in names) and len(positional) < len(names):
            return
        sizes = positional + [given[one] for one in names[len(positional):] if one in given]
        if len(sizes) != len(names) or any(isinstance(one, ast.Starred) for one in node.args):
            return
        if not all(isinstance(one, ast.Constant) and isinstance(one.value, int) for one in positional):
            if any(one in given for one in names):
                file.left(node, "the size of the kernel is spread over arguments", "hand it over as kernel_size=(...)")
            return
        if len(positional) == len(names) and {"padding", "strides", "data_format"} & set(given):
            file.left(node, "it cannot be told whether %s is a size or a stride" % file.source(positional[-1]),
                      "write kernel_size=(...) and strides=(...)")
            return
        text = "(%s)" % ", ".join(file.source(one) for one in sizes)
        count = len(positional)

        def steps(arguments):
            if count:
                for _ in range(count - 1):
                    arguments.remove(2)
                arguments.set(1, text)
            for one in names[count:]:
                if count:
                    arguments.remove(arguments.find(one))
            if not count:
                arguments.set(arguments.find(names[0]), text)
                arguments.rename(names[0], "kernel_size")
                for one in names[1:]:
                    arguments.remove(arguments.find(one))

        file.change(node, "the kernel's size is %s" % text, [file.call(node, steps)])
