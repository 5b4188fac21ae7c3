"""K305."""
from ..edits import Edit
from ..rule import KERAS3, Rule


class Predictions(Rule):
    """predict_proba is predict; predict_classes is a function.

    `predict_classes` took the largest of several outputs, or compared a single one with 0.5: which of them is meant
    depends on the model. A function that does so is put into the file.
    """

    code = "K305"
    targets = (KERAS3,)
    issues = ("keras-team/keras#18467",)
    pains = ("Sequential.predict_classes",)
    attributes = ("predict_proba", "predict_classes")
    before = "from keras.models import Sequential\nmodel = Sequential()\nprint(model.predict_proba(x))\n"
    after = {"keras3": "from keras.models import Sequential\nmodel = Sequential()\n"
                       "print(model.predict(x, verbose=0))\n"}

    def on_attribute(self, node, file):
        """Rewrites the one, reports the other."""
        call = node.parent
        if file.kinds.of(node.value) != "model" or not file.is_call_of_model(call, node):
            return
        if node.attr == "predict_classes":
            text, needs = file.helper("predict_classes_of_keras2")
            start = file.positions.span(node)[0]
            bracket = file.text.index("(", file.positions.span(node)[1]) + 1
            edits = [Edit(start, start, text + "("), Edit(file.positions.span(node.value)[1], bracket,
                                                          ", " if call.args or call.keywords else "")]
            file.change(call, "predict_classes is a function", edits, needs)
        else:
            file.change(call, "predict_proba is predict", [file.attribute(node, "predict")], again=True)
