"""K201."""
import ast

from ..facts import keras1
from ..rule import Rule


class Keras1Arguments(Rule):
    """Arguments of layers have their Keras 2 names.

    Keras 2.2 still took the arguments of Keras 1 (`output_dim`, `nb_filter`, `border_mode`, `W_regularizer`,
    `dim_ordering`, `p` ...) and converted them at run time. Keras 3 refuses them, and so does tf.keras.
    """

    code = "K201"
    issues = ("keras-team/keras#18467",)
    pains = ("keras 1 spellings",)
    calls = tuple(keras1.ARGUMENTS)
    before = "from keras.layers import Dense, Dropout\nx = Dropout(p=0.5)(Dense(output_dim=10, init='he_normal')(x))\n"
    after = {
        "facade": "from compat.keras.layers import Dense, Dropout\n"
                  "x = Dropout(rate=0.5)(Dense(units=10, kernel_initializer='he_normal')(x))\n",
        "keras3": "from keras.layers import Dense, Dropout\n"
                  "x = Dropout(rate=0.5)(Dense(units=10, kernel_initializer='he_normal')(x))\n"}

    def on_call(self, node, name, file):
        """Renames the arguments that are old, and their values where those have changed, too."""
        table = keras1.ARGUMENTS[name]
        given = {one.arg for one in node.keywords}
        old = [one for one in node.keywords if one.arg in table]
        if not old:
            return
        twice = [one.arg for one in old if table[one.arg] in given]
        if twice:
            file.left(node, "%s and %s are one argument" % (twice[0], table[twice[0]]), "keep the latter")
            return
        values = {one.arg: _value(one) for one in old if one.arg in keras1.VALUES}
        unknown = [one for one in values if values[one] is None]
        if unknown:
            file.left(node, "%s is computed" % unknown[0], "hand over %s with its Keras 2 value (%s)" % (
                table[unknown[0]], ", ".join("%r: %r" % pair for pair in keras1.VALUES[unknown[0]].items())))
            return

        def steps(arguments):
            for one in old:
                if one.arg in values:
                    arguments.set(arguments.find(one.arg), values[one.arg])
                arguments.rename(one.arg, table[one.arg])

        file.change(node, ", ".join("%s is %s" % (one.arg, table[one.arg]) for one in old), [file.call(node, steps)],
                    again=not file.to_facade)


def _value(keyword):
    """The source of the new value of an argument, or None where it cannot be told."""
    if isinstance(keyword.value, ast.Constant) and keyword.value.value in keras1.VALUES[keyword.arg]:
        new = keras1.VALUES[keyword.arg][keyword.value.value]
        return "'%s'" % new if isinstance(new, str) else repr(new)
    return None
