"""K207."""
from ..facts import keras3_arguments as facts
from ..rule import KERAS3, Rule


class RenamedArguments(Rule):
    """Arguments have other names in Keras 3, or have gone.

    Such as `alpha` of LeakyReLU, `on_batch_end` of LambdaCallback, `implementation` of recurrent layers, which chose
    between ways to compute the same.
    """

    code = "K207"
    targets = (KERAS3,)
    issues = ("keras-team/keras#18467",)
    pains = (15, 27)
    calls = tuple(set(facts.RENAMED) | set(facts.GONE))
    before = "from keras.layers import LSTM, LeakyReLU\nx = LeakyReLU(alpha=0.2)(x)\ny = LSTM(3, activation='relu', " \
             "recurrent_activation='tanh', implementation=2)(x)\n"
    after = {"keras3": "from keras.layers import LSTM, LeakyReLU\nx = LeakyReLU(negative_slope=0.2)(x)\n"
                       "y = LSTM(3, activation='relu', recurrent_activation='tanh')(x)\n"}

    def on_call(self, node, name, file):
        """Renames and removes; what is removed with a meaning is left."""
        given = [one.arg for one in node.keywords]
        renamed = {old: new for old, new in facts.RENAMED.get(name, {}).items() if old in given and new not in given}
        gone = {one: why for one, why in facts.GONE.get(name, {}).items() if one in given}
        for one, why in gone.items():
            if why:
                file.left(node, "%s has gone" % one, why)
        silent = [one for one in gone if one not in facts.MEANT]
        if not (renamed or silent):
            return

        def steps(arguments):
            for old, new in renamed.items():
                arguments.rename(old, new)
            for one in silent:
                arguments.remove(arguments.find(one))

        parts = ["%s is %s" % pair for pair in renamed.items()] + ["%s has gone" % one for one in silent]
        file.change(node, ", ".join(parts), [file.call(node, steps)])
