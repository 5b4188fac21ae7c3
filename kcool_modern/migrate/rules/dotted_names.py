"""K104."""
import ast

from .. import destinations
from ..names import keras_spelling
from ..rule import Rule


class DottedNames(Rule):
    """Dotted names of Keras lead to where the name is now.

    `tf.keras.layers.Dense` is another class than `keras.layers.Dense` on TensorFlow 1, and a private path such as
    `keras.layers.core.Dense` has gone with the file that it names.
    """

    code = "K104"
    issues = ("tensorflow/tensorflow#33786", "tensorflow/tensorflow#63085")
    pains = (10, 31)
    names = ("keras.",)
    before = "import tensorflow as tf\nlayer = tf.keras.layers.Dense(1)\n"
    after = {"facade": "from compat import keras\nlayer = keras.layers.Dense(1)\n",
             "keras3": "from keras.layers import Dense\nlayer = Dense(1)\n"}

    def on_name(self, node, name, file):
        """Looks at the longest part of a dotted name that is a name of Keras."""
        while isinstance(node, ast.Attribute) and not destinations.is_known(file.names.of(node)):
            node = node.value
        if not isinstance(node, ast.Attribute):
            return
        path = file.names.of(node)
        new = self._new(node, path, file)
        if new is None:
            return
        text, needs = file.spell(new)
        if text == file.source(node):
            return
        file.change(node, "%s is %s" % (file.source(node), text), [file.replaced(node, text)], needs, [_first(node)])

    def _new(self, node, path, file):
        raw = file.names.path(node)
        first = file.names.path(_first(node))
        through_tensorflow = keras_spelling(first) is None and path.startswith("keras")
        moved = keras_spelling(raw) not in (None, path)
        if file.to_facade:
            if path == "keras.utils.multi_gpu_model":
                return "compat.multi_gpu_model"
            return path if moved or through_tensorflow else None
        new = destinations.keras3_path(path)
        if new is None or path.startswith("keras.backend"):
            return None
        return new if moved or through_tensorflow or new != path else None


def _first(node):
    while isinstance(node, ast.Attribute):
        node = node.value
    return node
