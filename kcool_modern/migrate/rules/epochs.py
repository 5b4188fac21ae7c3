"""K203."""
from ..facts import keras1
from ..rule import Rule

#: Those that count samples where the new ones count batches.
_COUNTS = ("samples_per_epoch", "nb_val_samples", "val_samples")


class Epochs(Rule):
    """Methods of models take their Keras 2 arguments.

    `nb_epoch`, `nb_worker`, `max_q_size` and `pickle_safe` have new names. `samples_per_epoch` and the like count
    samples where the new arguments count batches, which only a person can divide.
    """

    code = "K203"
    issues = ("keras-team/keras#18467",)
    pains = ("keras 1 spellings", 9)
    attributes = tuple(keras1.METHODS)
    before = "from keras.models import Sequential\nmodel = Sequential()\nmodel.fit(x, y, nb_epoch=5)\n"
    after = {"facade": "from compat.keras.models import Sequential\nmodel = Sequential()\nmodel.fit(x, y, epochs=5)\n",
             "keras3": "from keras.models import Sequential\nmodel = Sequential()\nmodel.fit(x, y, epochs=5)\n"}

    def on_attribute(self, node, file):
        """Renames the old arguments of a call."""
        call = node.parent
        if not file.is_call_of_model(call, node):
            return
        table = keras1.METHODS[node.attr]
        old = [one for one in call.keywords if one.arg in table]
        if not old:
            return
        counts = [one.arg for one in old if one.arg in _COUNTS]
        for one in counts:
            file.left(call, "%s counts samples, %s counts batches" % (one, table[one]),
                      "%s=math.ceil(samples / batch_size)" % table[one])
        renamed = {one.arg: table[one.arg] for one in old if one.arg not in counts}
        if set(renamed.values()) & {one.arg for one in call.keywords}:
            file.left(call, "an argument is given under its old and its new name", "keep the new one")
            return

        def steps(arguments):
            for one, new in renamed.items():
                arguments.rename(one, new)

        if renamed:
            file.change(call, ", ".join("%s is %s" % pair for pair in renamed.items()), [file.call(call, steps)])
