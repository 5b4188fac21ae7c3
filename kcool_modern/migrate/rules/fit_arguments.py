"""K209."""
from ..rule import KERAS3, Rule

_WORKERS = ("workers", "use_multiprocessing", "max_queue_size")


class FitArguments(Rule):
    """fit, evaluate and predict do without workers.

    `workers`, `use_multiprocessing` and `max_queue_size` say how batches are fetched; Keras 3 asks the `PyDataset`
    (`Sequence`) for them: `super().__init__(workers=..., use_multiprocessing=...)`. The batches are the same.
    """

    code = "K209"
    targets = (KERAS3,)
    issues = ("keras-team/keras#19225", "pythonlessons/mltu#60", "keras-team/keras#14330")
    pains = (9,)
    attributes = ("fit", "evaluate", "predict")
    before = "from keras.models import Sequential\nmodel = Sequential()\nmodel.fit(data, epochs=2, workers=4)\n"
    after = {"keras3": "from keras.models import Sequential\nmodel = Sequential()\nmodel.fit(data, epochs=2)\n"}

    def on_attribute(self, node, file):
        """Removes the three."""
        call = node.parent
        if not file.is_call_of_model(call, node, own=_WORKERS):
            return
        old = [one.arg for one in call.keywords if one.arg in _WORKERS]
        if old:
            def steps(arguments):
                for one in old:
                    arguments.remove(arguments.find(one))

            file.change(call, "%s: say so in the PyDataset" % ", ".join(old), [file.call(call, steps)])
